"""The mail server's address: smtp://user:password@host:port?starttls=always|auto|never, or smtps://…"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from shared.settings import Settings, SettingsError

FORMS = "smtp://host:25, smtp://user:password@host:587?starttls=always or smtps://user:password@host:465"
_STARTTLS = {"always": True, "auto": None, "never": False}


@dataclass(frozen=True)
class Server:
    """`start_tls`: True is a must, None where the server offers it, False never. `use_tls`: from the first byte.

    Its certificate is always verified, against the system's authorities or those of `ca_file` (PEM).
    """

    host: str
    port: int
    user: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None
    ca_file: str | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As aiosmtplib's client calls them."""
        return {
            "hostname": self.host,
            "port": self.port,
            "username": self.user,
            "password": self.password,
            "use_tls": self.use_tls,
            "start_tls": self.start_tls,
            "cert_bundle": self.ca_file,
        }


def parse_smtp_url(url: str, ca_file: str | None = None) -> Server:
    """Read the address; a password makes STARTTLS a must unless told otherwise.

    Raises ValueError with a text for people, which never shows the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or parts.fragment or parts.path not in ("", "/"):
        raise ValueError(f"the mail server's address is wrong; write {FORMS}")
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"the mail server's port must be a number from 1 to 65535; write {FORMS}") from None
    if not parts.hostname or port == 0:
        raise ValueError(f"the mail server's address needs a host and a port above 0; write {FORMS}")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if (user is None) != (password is None):
        raise ValueError(f"the mail server's address has a user or a password without the other; write {FORMS}")
    over_tls = parts.scheme == "smtps"
    start_tls = _start_tls(parts.query, over_tls=over_tls, with_password=password is not None)
    standard = 465 if over_tls else 587 if password else 25
    return Server(parts.hostname, port or standard, user, password, over_tls, start_tls, ca_file)


def mail_server(settings: Settings) -> Server:
    """The server that takes our mail. Raises SettingsError."""
    try:
        return parse_smtp_url(settings.smtp_url, str(settings.smtp_ca_file) if settings.smtp_ca_file else None)
    except ValueError as error:
        raise SettingsError(f"DONDOC_SMTP_URL is wrong: {error}") from None


def _start_tls(query: str, *, over_tls: bool, with_password: bool) -> bool | None:
    given = parse_qs(query, keep_blank_values=True)
    if unknown := sorted(set(given) - {"starttls"}):
        raise ValueError(f"the mail server's address has an unknown option {unknown[0]!r}; there is starttls alone")
    if over_tls:
        if given:
            raise ValueError("smtps:// is TLS from the first byte: starttls doesn't go with it")
        return False
    choice = given.get("starttls", ["always" if with_password else "auto"])[-1]
    if choice not in _STARTTLS:
        raise ValueError(f"starttls={choice!r} is none of {', '.join(_STARTTLS)}")
    if choice == "auto" and with_password:
        raise ValueError(
            "with starttls=auto the password goes in the clear to who offers no TLS; write starttls=always, or never "
            "where the way to the server is safe by itself"
        )
    return _STARTTLS[choice]
