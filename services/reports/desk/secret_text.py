"""Secrets that are handed out: made at random, and kept as their hash alone."""

import secrets
from hashlib import sha256

BYTES = 32
# Of what counts once and for minutes: enough, and the line of a mail holds it with the address before it.
FEW_BYTES = 16
LONGEST = 200


def new_secret(size: int = BYTES) -> str:
    """So many random bytes, as text that an address and a header can hold."""
    return secrets.token_urlsafe(size)


def hash_of(secret: str) -> str:
    """What is kept of it. So many random bits can't be guessed from their hash: no salt and no slow hash is needed."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
