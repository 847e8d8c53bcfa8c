"""NATS user keys: Ed25519 pairs as text, the public one beginning with `U`, the secret one with `SU`.

Written here since the library for it comes without wheels, and this is all that we need of it.

Source of the form: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth; the
checksum is CRC-16/XMODEM, the low byte first.
"""

import base64
import binascii

from nacl.signing import SigningKey

USER = 20 << 3  # the first letter is U
SEED = 18 << 3  # and this one's S


def new_seed() -> str:
    """A new secret, of 256 bits of chance."""
    return _text(bytes((SEED | USER >> 5, (USER & 31) << 3)) + bytes(SigningKey.generate()))


def public_key(seed: str) -> str:
    """What the server knows its owner by. Raises ValueError where it is no user's seed."""
    return _text(bytes((USER,)) + bytes(_signing_key(seed).verify_key))


def sign(seed: str, message: bytes) -> bytes:
    """The signature, as a client answers the server's question. Raises ValueError where it is no user's seed."""
    return bytes(_signing_key(seed).sign(message).signature)


def _signing_key(seed: str) -> SigningKey:
    try:
        raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except binascii.Error:
        raise ValueError("no NATS seed: it isn't base32") from None
    body, checksum = raw[:-2], raw[-2:]
    if len(body) != 34 or body[:2] != bytes((SEED | USER >> 5, (USER & 31) << 3)) or checksum != _checksum(body):
        raise ValueError("no user's NATS seed: it begins with SU, has 58 characters, and its checksum must fit")
    return SigningKey(body[2:])


def _text(body: bytes) -> str:
    return base64.b32encode(body + _checksum(body)).decode().rstrip("=")


def _checksum(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0).to_bytes(2, "little")
