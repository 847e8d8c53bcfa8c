"""What another terminal needs to know of a running `dondoc up`: a file to be read by its shell.

A file and not a line on the screen, since there are passwords in it; and not found by itself, so that no command ever
talks to a house that nobody meant.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from deploy.servers.trouble import CannotStart

NAME = "environment"


def refuse_another_house(environ: Mapping[str, str]) -> None:
    """Raises CannotStart where `environ` is that of a terminal of another `up`: a second set of services on the stores
    of the first would act in its name, by another calendar and another mail server."""
    identity = environ.get("DONDOC_IDENTITY")
    file = Path(identity).parent / NAME if identity else None
    if file is not None and file.is_file():
        raise CannotStart(
            f"This terminal has read {file}, so it belongs to the house that keeps its data there: start this one in "
            "a terminal of its own, or `unset DONDOC_NATS_URL DONDOC_MONGO_URL DONDOC_IDENTITY` first."
        )


def write_environment(folder: Path, variables: Mapping[str, str]) -> Path:
    """`export` lines for a shell, readable by their owner alone; where they are."""
    path = folder / NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    return path
