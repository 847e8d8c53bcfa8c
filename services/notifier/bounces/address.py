"""Where servers report what became of a mail: `bounce+TOKEN@domain`, an address for each mail (VERP). Pure.

The token is the mail's short name and a signature, so nobody can make one up who hasn't seen the mail.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

_SALT = b"dondoc.bounce.1"
# Letters of base32: 16 bytes, and with 10 more of signature.
_NAME_LENGTH = 26
_SIGNATURE_BYTES = 10
TOKEN_LENGTH = 42
# RFC 5321, 4.5.3.1.1, less the plus and the token.
LONGEST_LOCAL = 64 - 1 - TOKEN_LENGTH


class BounceAddress:
    """Addresses below one of ours, `address`. Raises ValueError where its local part leaves no room for a token."""

    def __init__(self, address: str, secret: str) -> None:
        self._local, _, self._domain = address.rpartition("@")
        if not self._local or len(self._local) > LONGEST_LOCAL:
            raise ValueError(f"the part before @ must have 1 to {LONGEST_LOCAL} characters, for a token follows")
        self._key = secret.encode()

    def of(self, short: str) -> str:
        """The envelope sender of a mail, by the short name of its digest (32 hexadecimal digits)."""
        return f"{self._local}+{self._token(bytes.fromhex(short))}@{self._domain}"

    def read(self, addresses: Iterable[str]) -> str | None:
        """The short name by the first of these addresses that is signed by us; None if none is."""
        return next(filter(None, map(self._read, addresses)), None)

    def _read(self, address: str) -> str | None:
        local, _, _ = address.strip().lower().rpartition("@")
        prefix = f"{self._local.lower()}+"
        token = local.removeprefix(prefix)
        if not local.startswith(prefix) or len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        try:
            name = _bytes(token[:_NAME_LENGTH])
        except ValueError:
            return None
        return name.hex() if hmac.compare_digest(token, self._token(name)) else None

    def _token(self, name: bytes) -> str:
        signature = hmac.digest(self._key, _SALT + name, hashlib.sha256)[:_SIGNATURE_BYTES]
        return _text(name) + _text(signature)


def _text(value: bytes) -> str:
    # Small letters and digits alone: some servers change the case of an address.
    return base64.b32encode(value).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
