"""The courier over TLS with a real server: whom it trusts, and how it says who it is."""

import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from services.notifier.letters.mail import Envelope, Fate, Outcome
from services.notifier.sending.courier import Courier
from shared.smtp_url import parse_smtp_url
from tests.harness.postman import Postman, listening, yes
from tests.harness.tls import Authority, authority

WITHIN = timedelta(seconds=20)
USER, PASSWORD = "nhac-viec", "bí mật/1"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tls"))


async def sent(url: str, ca_file: Path | None) -> Outcome:
    async def begin() -> bytes:
        return b"Subject: x\r\n\r\nx\r\n"

    courier = Courier(parse_smtp_url(url, str(ca_file) if ca_file else None), WITHIN)
    outcome = await courier.send(Envelope("a@mau.example", ("b@mau.example",), "thu-1"), begin, yes)
    await courier.close()
    assert outcome is not None
    return outcome


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@pytest.mark.parametrize("from_the_start", [False, True], ids=["STARTTLS", "implicit"])
async def test_a_server_that_is_vouched_for(ours: Authority, from_the_start: bool) -> None:
    """Its mail goes over TLS, after STARTTLS or from the first byte."""
    postman = Postman()
    async with listening(postman, tls=ours.server(), from_the_start=from_the_start) as url:
        assert (await sent(url, ours.ca_file)).fate is Fate.SENT
    assert len(postman.taken) == 1
    assert postman.connections[-1].ssl is not None or from_the_start


@pytest.mark.parametrize("from_the_start", [False, True], ids=["STARTTLS", "implicit"])
async def test_a_server_that_nobody_vouches_for(ours: Authority, from_the_start: bool) -> None:
    """It gets no mail, though it speaks TLS: anybody can make a certificate. The mail waits."""
    postman = Postman()
    async with listening(postman, tls=ours.server(), from_the_start=from_the_start) as url:
        outcome = await sent(url, None)
    assert outcome.fate is Fate.LATER
    assert "certificate" in outcome.reason.lower()
    assert postman.taken == []


async def test_a_server_of_another_name(ours: Authority, tmp_path: Path) -> None:
    """A certificate for another address isn't this server's."""
    other = authority(tmp_path, "127.0.0.2")
    async with listening(Postman(), tls=other.server()) as url:
        assert (await sent(url, other.ca_file)).fate is Fate.LATER


async def test_starttls_that_is_a_must() -> None:
    """A server that offers none, or one in the middle that hides the offer, gets no mail."""
    postman = Postman()
    async with listening(postman) as url:
        outcome = await sent(f"{url}?starttls=always", None)
    assert (outcome.fate, postman.taken) == (Fate.LATER, [])


@pytest.mark.parametrize("kept", ["PLAIN", "LOGIN"])
async def test_who_we_are(ours: Authority, kept: str) -> None:
    """User and password go out over TLS, by the mechanism that the server offers."""
    postman = Postman()
    others = [name for name in ("PLAIN", "LOGIN") if name != kept]
    options = {"authenticator": knows, "auth_required": True, "auth_exclude_mechanism": others}
    async with listening(postman, tls=ours.server(), **options) as url:
        with_user = url.replace("//", "//nhac-viec:b%C3%AD%20m%E1%BA%ADt%2F1@")
        assert (await sent(with_user, ours.ca_file)).fate is Fate.SENT
        wrong = await sent(url.replace("//", "//nhac-viec:khac@"), ours.ca_file)
    assert wrong.fate is Fate.LATER
    assert wrong.reason.startswith("535")
    assert len(postman.taken) == 1


class Challenging(Postman):
    """Knows who we are by CRAM-MD5 (RFC 2195), which aiosmtpd doesn't offer by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[bytes] = []

    async def auth_CRAM__MD5(self, server: SMTP, _arguments: list[str]) -> AuthResult:
        challenge = b"<1896.697170952@mau.example>"
        answer = await server.challenge_auth(challenge)
        assert isinstance(answer, bytes)
        self.shown.append(answer)
        digest = hmac.new(PASSWORD.encode(), challenge, "md5").hexdigest()
        right = answer == f"{USER} {digest}".encode()
        return AuthResult(success=right, handled=False)


async def test_who_we_are_without_telling_the_password(ours: Authority) -> None:
    """Where the server offers CRAM-MD5 alone, what goes out is the digest of its challenge."""
    postman = Challenging()
    options = {"authenticator": knows, "auth_required": True, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
    async with listening(postman, tls=ours.server(), **options) as url:
        with_user = url.replace("//", "//nhac-viec:b%C3%AD%20m%E1%BA%ADt%2F1@")
        assert (await sent(with_user, ours.ca_file)).fate is Fate.SENT
        wrong = await sent(url.replace("//", "//nhac-viec:khac@"), ours.ca_file)
    assert (wrong.fate, wrong.reason[:3]) == (Fate.LATER, "535")
    assert (len(postman.taken), len(postman.shown)) == (1, 2)
    assert not any(PASSWORD.encode() in shown for shown in postman.shown)
