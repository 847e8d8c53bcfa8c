"""Settings from the environment: names begin with `DONDOC_`, and an unknown one is an error."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from shared.contracts.http_limits import BATCH_BYTES, DEPTH, EVENT_BYTES
from shared.near import near
from shared.officer_pages import DESK

PREFIX = "DONDOC_"
# An even number survives no more losses than the odd one below it.
STREAM_REPLICAS = (1, 3, 5)
# RFC 2104, 3: a key shorter than the hash makes a signature weaker.
LEAST_SECRET = 32
HTTP_PORTS = {"assignments": 8101, "submissions": 8102, "notifier": 8103, "reports": 8104}


class SettingsError(ValueError):
    """The environment is wrong; the text says which variable, what is wrong, and what would be right."""


class CalendarMode(StrEnum):
    """`auto`: days turn by the clock; `manual`: days are published by command (demo, tests)."""

    AUTO = "auto"
    MANUAL = "manual"


class LogForm(StrEnum):
    JSON = "json"
    TEXT = "text"


Nats = Annotated[str, StringConstraints(pattern=r"^(nats|tls|ws|wss)://\S+$")]
MongoUrl = Annotated[str, StringConstraints(pattern=r"^mongodb(\+srv)?://\S+$")]
Smtp = Annotated[str, StringConstraints(pattern=r"^smtps?://\S+$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]

# By TLS; without it on one's own machine alone. Source: OpenID Connect Discovery 1.0, 4.3.
_ISSUER = r"^(https://[^\s?#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)$"
_SECRETS = ("link_secret", "oidc_client_secret")
LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - told apart, not bound

FileBytes = Annotated[int, Field(ge=1, le=100_000_000_000)]


def _a_majority_exists(replicas: int) -> int:
    if replicas not in STREAM_REPLICAS:
        raise ValueError(f"one of {STREAM_REPLICAS}")
    return replicas


class Settings(BaseModel):
    """What a process is told from outside. Each field is the variable of that name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nats_url: Nats = Field(
        "nats://127.0.0.1:4222", description="where nats-server listens; several with commas between"
    )
    mongo_url: MongoUrl = Field(
        "mongodb://127.0.0.1:27017/?replicaSet=rs0", description="a replica set; one member is enough"
    )
    smtp_url: Smtp = Field("smtp://127.0.0.1:25", description="the mail server that takes the reminders")
    mail_from: Address = Field("nhac-viec@dondoc.example", description="sender of the reminders")
    smtp_ca_file: Path | None = Field(
        None, description="PEM file of the authorities that vouch for the mail server; the system's if unset"
    )
    mail_connections: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="connections that one notifier keeps to the mail server; so many mails go out side by side"
    )
    mail_each_connection: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="mails that go over one connection before a new one is made"
    )
    mail_domain_connections: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="mails on their way at once to the addresses of one domain, from one notifier"
    )
    mail_domain_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        600, description="mails a minute to the addresses of one domain, from one notifier"
    )
    bounce_address: Address | None = Field(
        None, description="where mail servers report what didn't arrive, such as bounce@DOMAIN; the sender if unset"
    )
    bounce_maildir: Path | None = Field(
        None, description="a Maildir folder that those reports fall into, read by the notifier and emptied"
    )
    dkim_key_file: Path | None = Field(
        None, description="PEM file of the RSA key that signs mails (DKIM); unsigned if unset"
    )
    dkim_selector: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,63}$")] = Field(
        "dondoc", description="the DKIM key's name in DNS: SELECTOR._domainkey.DOMAIN, DOMAIN being the sender's"
    )
    public_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] = Field(
        "http://127.0.0.1:8102", description="where agencies reach submissions: the links in reminders begin with it"
    )
    officer_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] | None = Field(
        None,
        description="where officers reach their pages, such as https://noi-bo.example; each service's own if unset",
    )
    desk_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$")] | None = Field(
        None, description="where officers reach reports, to which notifier's mails and page lead, if not at officer_url"
    )
    oidc_issuer: Annotated[str, StringConstraints(pattern=_ISSUER)] | None = Field(
        None,
        description="the identity provider that officers sign in by, such as https://dang-nhap.example; "
        "by mailed links if unset",
    )
    oidc_client_id: Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")] | None = Field(
        None, description="as what the desk is known to the identity provider"
    )
    oidc_client_secret: Annotated[SecretStr, Field(min_length=1)] | None = Field(
        None, description="the secret that the identity provider gave the desk"
    )
    link_secret: Annotated[SecretStr, Field(min_length=LEAST_SECRET)] | None = Field(
        None, description=f"signs the links in reminders: {LEAST_SECRET} random characters or more"
    )
    report_template: Path | None = Field(
        None,
        description="the department's DOCX template of the report, see `dondoc report template`; ours if unset",
    )
    identity: Path = Field(
        Path(".dondoc/identity"),
        description="the folder of NATS users' secrets and agencies' keys; `dondoc agency` keeps it",
    )
    database_prefix: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")] = Field(
        "dondoc", description="each service's database is PREFIX_SERVICE"
    )
    stream_replicas: Annotated[int, AfterValidator(_a_majority_exists)] = Field(
        1, description="how many nats-servers keep each stream: 1, 3 or 5"
    )
    calendar: CalendarMode = Field(CalendarMode.AUTO, description="auto or manual")
    http_host: str = Field("127.0.0.1", description="where health, metrics and the HTTP intake listen")
    http_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="their port; 8101 to 8104 by service if unset, 0 for a free one"
    )
    http_rate: Annotated[int, Field(ge=1, le=100_000)] = Field(
        50,
        description="events, and other requests, a second that an agency may send by HTTP to one process; "
        "ten times as many at once",
    )
    http_event_bytes: Annotated[int, Field(ge=10_000, le=8_000_000)] = Field(
        EVENT_BYTES, description="of one event by HTTP, at most; by NATS it is the server's max_payload"
    )
    http_batch_bytes: Annotated[int, Field(ge=10_000, le=64_000_000)] = Field(
        BATCH_BYTES, description="of a batch of events by HTTP, at most"
    )
    intake_depth: Annotated[int, Field(ge=10, le=DEPTH)] = Field(
        DEPTH, description="levels of lists and objects in an event, at most, whichever way it comes"
    )
    evidence_document_bytes: FileBytes = Field(20_000_000, description="the largest PDF or image taken as evidence")
    evidence_audio_bytes: FileBytes = Field(100_000_000, description="the largest sound file taken as evidence")
    evidence_video_bytes: FileBytes = Field(500_000_000, description="the largest video taken as evidence")
    evidence_agency_bytes: Annotated[int, Field(ge=0, le=10**15)] = Field(
        5_000_000_000, description="bytes of evidence that an agency may keep in sum; 0 takes none"
    )
    log: LogForm = Field(LogForm.JSON, description="json or text")
    log_level: Annotated[str, StringConstraints(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    def links(self) -> tuple[str, str]:
        """The public address and the secret of links. Raises SettingsError where the secret is not set."""
        if self.link_secret is None:
            raise SettingsError(
                "DONDOC_LINK_SECRET is not set: it signs the links in reminders. Make one with `openssl rand -hex 32`, "
                "and give the same to submissions and notifier"
            )
        return self.public_url, self.link_secret.get_secret_value()

    def officers_at(self, service: str) -> str:
        """Where officers' browsers reach the service; by itself it's its own address, enough on the same machine."""
        port = self.http_port or HTTP_PORTS[service]
        host = LOOPBACK if self.http_host in EVERYWHERE else self.http_host
        return self.officer_url or f"http://{host}:{port}"

    def desk_at(self) -> str:
        """The desk's address, for other services; by itself it's on the same machine."""
        alone = f"http://{LOOPBACK}:{HTTP_PORTS['reports']}"
        return f"{self.desk_url or self.officer_url or alone}{DESK}/"

    def identity_provider(self) -> tuple[str, str, str] | None:
        """Issuer, client and secret; None where there is none. Raises SettingsError where some of them are missing."""
        given = {"oidc_issuer": self.oidc_issuer, "oidc_client_id": self.oidc_client_id}
        secret = self.oidc_client_secret
        missing = [name for name, value in {**given, "oidc_client_secret": secret}.items() if value is None]
        if len(missing) == len(given) + 1:
            return None
        if self.oidc_issuer is None or self.oidc_client_id is None or secret is None:
            names = " and ".join(f"{PREFIX}{name.upper()}" for name in missing)
            raise SettingsError(f"{names} must be set too: issuer, client and secret of the identity provider")
        return self.oidc_issuer, self.oidc_client_id, secret.get_secret_value()

    def database(self, service: str) -> str:
        """The name of the service's database."""
        return f"{self.database_prefix}_{service}"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that an environment holds.

    Raises SettingsError naming every variable that is unknown (with the nearest known one) or malformed.
    """
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    known = {PREFIX + field.upper(): field for field in Settings.model_fields}
    problems = [_unknown(name, list(known)) for name in given if name not in known]
    try:
        settings = Settings.model_validate({known[name]: v for name, v in given.items() if name in known})
    except ValidationError as error:
        for wrong in error.errors():
            field = str(wrong["loc"][0])
            shown = "***" if field in _SECRETS else without_user(wrong["input"])
            problems.append(f"{PREFIX}{field.upper()}={shown!r} is wrong: {_right(field)}")
        raise SettingsError("; ".join(problems)) from None
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _right(field: str) -> str:
    info = Settings.model_fields[field]
    return f"{info.description}" + (f", such as {info.default}" if info.default is not None else "")


def without_user(value: str) -> str:
    """An address as it may be shown in logs and on screens: without user and password."""
    return re.sub(r"//\S*@", "//***@", value)


def _unknown(name: str, known: list[str]) -> str:
    return f"{name} is not a setting; the nearest is {near(name, known, most=1, cutoff=0)[0]}"
