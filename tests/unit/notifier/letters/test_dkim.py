"""Signatures as another implementation reads them."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.notifier.letters.dkim import Dkim
from tests.harness.node import PACKAGES, node

KEY = rsa.generate_private_key(65537, 2048)
MAIL = (
    b"From: =?utf-8?q?S=E1=BB=9F?=\r\n <nhac-viec@mau.example>\r\nTo: a@mau.example,\r\n b@mau.example\r\n"
    b"Subject:  Nhac \t viec\r\nDate: Tue, 14 Mar 2023 08:00:00 +0700\r\nMessage-ID: <x@mau.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n dong  co khoang trang \t\r\n.cham\r\n\r\n\r\n"
)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def verified(*mails: bytes) -> list[bool]:
    """What another implementation says of the signatures, where DNS names the key."""
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    asked = {
        "mails": [b64encode(mail).decode() for mail in mails],
        "name": "chon._domainkey.mau.example",
        "record": f"v=DKIM1; k=rsa; p={b64encode(public).decode()}",
    }
    done = node(PACKAGES / "verify_dkim.mjs", given=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    found: list[bool] = json.loads(done.stdout)
    return found


OURS = Dkim(pem(KEY), "chon", "mau.example")


def test_another_implementation_agrees(node_modules: Path) -> None:
    """It finds the signature right, and the mail behind it as it was."""
    signed = OURS.sign(MAIL)
    assert signed.endswith(MAIL)
    assert verified(signed) == [True]
    assert max(map(len, signed.split(b"\r\n"))) <= 78


def test_what_is_changed_or_added_breaks_it(node_modules: Path) -> None:
    """The text, a recipient, a second subject, a second sender."""
    signed = OURS.sign(MAIL)
    changes = [
        (b".cham", b".Cham"),
        (b"a@mau.example,", b"c@mau.example,"),
        (b"Subject:", b"Subject: khac\r\nSubject:"),
        (b"To: a", b"From: ai-do@khac.example\r\nTo: a"),
    ]
    assert all(before in signed for before, _ in changes)
    spoiled = [signed.replace(before, after) for before, after in changes]
    assert verified(signed, *spoiled) == [True, False, False, False, False]


def test_the_same_mail_has_the_same_bytes() -> None:
    """What goes out again is what went out."""
    assert OURS.sign(MAIL) == OURS.sign(MAIL)


def test_keys_that_are_none() -> None:
    """They are refused when the service starts."""
    with pytest.raises(ValueError, match="a private RSA key"):
        Dkim(b"-----BEGIN", "chon", "mau.example")
    with pytest.raises(ValueError, match="an RSA key of 1024 bits"):
        Dkim(pem(ec.generate_private_key(ec.SECP256R1())), "chon", "mau.example")
