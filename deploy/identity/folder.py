"""The identity folder: the secrets of the house's users, agencies' public keys, and the accounts made from them.

    secrets.env     NATS_OPERATOR=…, NATS_SYSTEM=…, and one for each service; made once. NATS_SUBJECTS
                    is nobody's: agencies' subjects are made with it. An env file for containers, too
    agencies.json   agencies' public keys; a seed is only in the file that was made for the agency
    accounts.conf   what nats-server includes; written anew from the two others
    seeds/          a file for each new key, to be handed to its agency and removed

All of it is readable by its owner alone.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.identity import configuration
from deploy.identity.configuration import accounts
from deploy.identity.keys import Keys, counting, from_json, to_json
from shared.nats_address import read_address

SECRETS = "secrets.env"
AGENCIES = "agencies.json"
ACCOUNTS = "accounts.conf"
SEEDS = "seeds"
_PREFIX = "NATS_"
_BYTES = 24


@dataclass(frozen=True)
class Identity:
    """An identity folder, which need not be there yet."""

    path: Path

    @property
    def exists(self) -> bool:
        return (self.path / SECRETS).exists()

    def prepare(self) -> None:
        """Make what is missing, and write the accounts by the keys that count now. Raises OSError."""
        with self._held():
            self._write_accounts(self.keys())

    def url(self, user: str, url: str) -> str:
        """The URL, of one server or of several with commas between, as that user's."""
        own = f"{user}:{self._read_secrets()[user]}"
        parts = (urlsplit(server) for server in read_address(url).servers)
        return ",".join(one._replace(netloc=f"{own}@{one.netloc}").geturl() for one in parts)

    def keys(self) -> Keys:
        """All keys, those that have ended included."""
        stored = self.path / AGENCIES
        return from_json(stored.read_text(encoding="utf-8")) if stored.exists() else {}

    def counting(self, now: datetime) -> dict[str, list[str]]:
        """The public keys that count at that moment, by agency."""
        return counting(self.keys(), now)

    def change(self, agency: str, how: Callable[[Keys], Keys], seed: str | None = None) -> Path:
        """Replace the keys and write the accounts by them; the agency's file, whose path it is, holds `seed` then, and
        is gone where there is none. What `how` raises leaves all as it was.

        The seed is written before another command may change anything: the file is always that of the newest key.
        """
        file = self.path / SEEDS / f"{agency}.nk"
        with self._held():
            changed = how(self.keys())
            _write(self.path / AGENCIES, to_json(changed))
            self._write_accounts(changed)
            if seed is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(mode=0o700, exist_ok=True)
                _write(file, f"{seed}\n")
        return file

    def _write_accounts(self, keys: Keys) -> None:
        _write(self.path / ACCOUNTS, accounts(self._secrets(), counting(keys, datetime.now(UTC))))

    def _secrets(self) -> dict[str, str]:
        """Those that are missing are made; the others stay, since running services use them."""
        known = self._read_secrets() if self.exists else {}
        if missing := [user for user in configuration.SECRETS if user not in known]:
            known |= {user: secrets.token_urlsafe(_BYTES) for user in missing}
            _write(self.path / SECRETS, "".join(f"{_PREFIX}{user.upper()}={known[user]}\n" for user in known))
        return known

    def _read_secrets(self) -> dict[str, str]:
        lines = (self.path / SECRETS).read_text(encoding="ascii").splitlines()
        pairs = (line.split("=", 1) for line in lines if line.startswith(_PREFIX) and "=" in line)
        return {name.removeprefix(_PREFIX).lower(): value for name, value in pairs}

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One command at a time."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)  # it may have been there before
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not for a moment."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
