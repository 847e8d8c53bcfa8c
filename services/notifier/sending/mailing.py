"""How mails go out, as the settings say it: to which server, signed or not, and where reports come back to."""

from collections.abc import Callable
from dataclasses import dataclass

from services.notifier.bounces.address import BounceAddress
from services.notifier.letters.dkim import Dkim
from services.notifier.recipients import usable
from shared.settings import Settings, SettingsError
from shared.smtp_url import Server, mail_server


@dataclass(frozen=True)
class Mailing:
    """`sign` gives the bytes as they go out; `bounces` is None where reports come to the sender itself."""

    server: Server
    sign: Callable[[bytes], bytes]
    bounces: BounceAddress | None


def read_mailing(settings: Settings) -> Mailing:
    """Raises SettingsError naming the variable that is wrong."""
    return Mailing(_server(settings), _signer(settings), _bounces(settings))


def _server(settings: Settings) -> Server:
    if not usable(settings.mail_from):
        raise SettingsError(f"DONDOC_MAIL_FROM={settings.mail_from!r} is wrong: write one plain address")
    return mail_server(settings)


def _bounces(settings: Settings) -> BounceAddress | None:
    if settings.bounce_address is None:
        if settings.bounce_maildir is not None:
            raise SettingsError("DONDOC_BOUNCE_MAILDIR needs DONDOC_BOUNCE_ADDRESS, the address whose mail falls there")
        return None
    _, secret = settings.links()
    if not usable(settings.bounce_address):
        raise SettingsError(f"DONDOC_BOUNCE_ADDRESS={settings.bounce_address!r} is wrong: write one plain address")
    try:
        return BounceAddress(settings.bounce_address, secret)
    except ValueError as error:
        raise SettingsError(f"DONDOC_BOUNCE_ADDRESS={settings.bounce_address!r} is wrong: {error}") from None


def _signer(settings: Settings) -> Callable[[bytes], bytes]:
    file = settings.dkim_key_file
    if file is None:
        return bytes
    try:
        return Dkim(file.read_bytes(), settings.dkim_selector, settings.mail_from.rpartition("@")[2]).sign
    except (OSError, ValueError) as error:
        raise SettingsError(f"DONDOC_DKIM_KEY_FILE={str(file)!r} can't be used: {error}") from None
