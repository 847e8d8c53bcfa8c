"""Stands in for the package `nkeys`, by which nats-py signs as an agency: that one comes without wheels, so it can't be
installed by a lock file that wants them. What is signed here a real nats-server checks."""

from deploy.identity import nkey


class KeyPair:
    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.public_key = nkey.public_key(seed).encode()

    def sign(self, message: bytes) -> bytes:
        return nkey.sign(self._seed, message)

    def wipe(self) -> None:
        self._seed = ""


def from_seed(seed: bytes | bytearray) -> KeyPair:
    return KeyPair(bytes(seed).decode())
