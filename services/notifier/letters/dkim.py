"""Signatures by which receivers know that a mail is the domain's own (DKIM: RFC 6376, 8301). Pure.

The same bytes get the same signature: RSA by PKCS#1 v1.5 has no chance in it, and no time is told.
"""

import base64
import hashlib
import re

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNED = (
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "auto-submitted",
)  # fmt: skip
# RFC 8301, 3.2.
LEAST_BITS = 1024
_SPACES = re.compile(rb"[ \t]+")
_LINE = 70


class Dkim:
    """Signs for a domain. Raises ValueError where the key (PEM, without password) is none of RSA or too short."""

    def __init__(self, key: bytes, selector: str, domain: str) -> None:
        try:
            read = load_pem_private_key(key, None)
        except (TypeError, ValueError):
            raise ValueError("it must hold a private RSA key in PEM, without a password") from None
        if not isinstance(read, RSAPrivateKey) or read.key_size < LEAST_BITS:
            raise ValueError(f"it must hold an RSA key of {LEAST_BITS} bits or more; 2048 are usual")
        self._key, self._selector, self._domain = read, selector, domain

    def sign(self, mail: bytes) -> bytes:
        """The mail (RFC 5322, CRLF) with its signature as the first header."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = _fields(head)
        names = [name for name in SIGNED if name in fields]
        digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
        tags = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self._domain}; s={self._selector};\r\n"
            # Named once more than they stand there: one that is added later breaks the signature.
            f" h={':'.join([*names, 'from', 'subject'])};\r\n bh={digest};\r\n b="
        )
        own = f"DKIM-Signature: {tags}".encode()
        signed = [_relaxed(fields[name]) for name in names] + [_relaxed(own).removesuffix(b"\r\n")]
        signature = base64.b64encode(self._key.sign(b"".join(signed), PKCS1v15(), SHA256())).decode()
        folded = "\r\n  ".join(signature[at : at + _LINE] for at in range(0, len(signature), _LINE))
        return own + folded.encode() + b"\r\n" + mail


def _fields(head: bytes) -> dict[str, bytes]:
    """Each header by its name in small letters, folded as it is; of several the last."""
    lines = re.split(rb"\r\n(?![ \t])", head)
    return {line.partition(b":")[0].decode("ascii", "replace").strip().lower(): line for line in lines}


def _relaxed(field: bytes) -> bytes:
    """RFC 6376, 3.4.2."""
    name, _, value = field.partition(b":")
    unfolded = _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.strip().lower() + b":" + unfolded + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
