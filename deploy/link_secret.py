"""The secret that signs links in mails, made once for a data folder, for its owner alone."""

import os
import secrets
from pathlib import Path

from deploy.servers.trouble import CannotStart

NAME = "link-secret"
_BYTES = 32


def link_secret(folder: Path) -> str:
    """The folder's secret. Raises CannotStart where it can't be kept.

    It must outlive every run: with another one, the links in mails that are out count no more.
    """
    file = folder / NAME
    try:
        if not file.exists():
            made = file.with_suffix(".new")
            made.unlink(missing_ok=True)
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(_BYTES))
                new.flush()
                os.fsync(new.fileno())
            made.rename(file)
        return file.read_text()
    except OSError as error:
        raise CannotStart(f"The secret of the links in mails can't be kept in {file}: {error.strerror}.") from None
