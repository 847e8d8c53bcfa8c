"""Where the server binaries are: in the packages that carry them, else on the search path."""

import os
import shutil
import stat
from importlib import metadata
from pathlib import Path

from deploy.servers.trouble import CannotStart


def find(program: str, distribution: str, variable: str, search_path: str | None = None) -> Path:
    """The executable `program`, from the installed package `distribution` or from the search path.

    Raises CannotStart where there is none, or where it can't be made executable.
    """
    packaged = _in_package(program, distribution)
    if packaged is None:
        found = shutil.which(program, path=search_path)
        if found is None:
            raise CannotStart(
                f"{program} is not installed: run `make clean` and the command again, or set {variable} to a"
                " server that runs elsewhere."
            )
        return Path(found)
    make_executable(packaged, variable)
    return packaged


def make_executable(binary: Path, variable: str) -> None:
    """Give the file the right to run, which some installers lose. Raises CannotStart where that is not allowed."""
    if os.access(binary, os.X_OK):
        return
    try:
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    except OSError:
        raise CannotStart(
            f"{binary} is not executable: run `chmod +x {binary}` as its owner, or set {variable} to a server that runs"
            " elsewhere."
        ) from None


def _in_package(program: str, distribution: str) -> Path | None:
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == program and (path := Path(str(file.locate())).resolve()).is_file():
            return path
    return None
