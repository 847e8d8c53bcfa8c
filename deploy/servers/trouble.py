"""Why a server didn't start, in one line that says what to do."""

import json
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The Debian and Ubuntu packages of what mongod loads; other libraries are named as they are.
PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
}
FULL_BYTES = 64 * 1024
PORT_TAKEN = "ddress already in use"
_NO_SPACE = ("No space left on device", "insufficient storage", "no space left on device", "Disk quota exceeded")
# What nats-server says of a folder that it may not even look at is that it is none.
_NOT_WRITABLE = (
    "storage directory is not",
    "Permission denied",
    "permission denied",
    "Read-only file system",
    "read-only file system",
)
_OTHER_VERSION = ("UPGRADE PROBLEM", "unsupported WiredTiger file version", "featureCompatibilityVersion document")
_MISSING_LIBRARY = re.compile(r"error while loading shared libraries: ([^\s:]+)")
_OLD_SYSTEM = re.compile(r"version [`']?((?:GLIBC|GLIBCXX|OPENSSL)_[\d.]+)'? not found")
_NATS_LINE = re.compile(r"\[(?:FTL|ERR)\] (.+)|^nats-server: (.+)|^(\S+:\d+:\d+: .+)", re.MULTILINE)
_MONGOD_EXIT_UPGRADE = 62


class CannotStart(RuntimeError):
    """Something can't start. The text is one line for the person at the desk and says what to do."""


@dataclass(frozen=True)
class Failure:
    """How a server ended: `exit_code` negative for a signal, None where it runs but doesn't answer.

    `free` is what its disk has left, in bytes: on a full one it can't even write why it ended.
    """

    server: str
    variable: str
    data: Path
    log: Path
    exit_code: int | None
    output: str
    free: int


def explain(failure: Failure) -> str:
    """One line: what happened and what to do about it."""
    return next(_explanations(failure))


def _explanations(failure: Failure) -> Iterator[str]:
    """Most telling first; the last one always holds."""
    server, output = failure.server, failure.output
    elsewhere = f"set {failure.variable} to a server that runs elsewhere"
    another_folder = "choose another folder with --data"
    if missing := _MISSING_LIBRARY.search(output):
        package = PACKAGES.get(missing[1])
        install = f"run `apt-get install {package}`" if package else "install the package that has it"
        yield f"{server} needs the library {missing[1]}: {install}, or {elsewhere}."
    if old := _OLD_SYSTEM.search(output):
        yield (
            f"{server} needs {old[1]}, which this system is too old for: use Debian 12, Ubuntu 22.04 or newer,"
            f" or {elsewhere}."
        )
    if failure.exit_code == -signal.SIGILL:
        yield f"{server} needs a processor with AVX, which this one lacks: {elsewhere}."
    if failure.exit_code == -signal.SIGKILL:
        yield f"{server} was killed while it started, most likely for want of memory: free some, or {elsewhere}."
    if any(sign in output for sign in _NO_SPACE) or failure.free < FULL_BYTES:
        yield f"The disk that holds {failure.data} is full: free some space, or {another_folder}."
    if PORT_TAKEN in output:
        yield f"Another program took the port of {server} just now: run the command again, or {elsewhere}."
    if any(sign in output for sign in _NOT_WRITABLE):
        yield f"{server} can't write to {failure.data}: make it yours, or {another_folder}."
    if failure.exit_code == _MONGOD_EXIT_UPGRADE or any(sign in output for sign in _OTHER_VERSION):
        yield f"{failure.data} holds the data of another version of {server}: {another_folder}, or {elsewhere}."
    yield f"{server} {how_it_ended(failure.exit_code)}: {last_words(output)} (all of it: {failure.log})"


def last_words(output: str) -> str:
    """The line that tells most: the last error of mongod's JSON or of nats-server's text, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in reversed(lines):
        if (said := _mongod_error(line)) is not None:
            return said
    if told := list(_NATS_LINE.finditer("\n".join(lines))):
        return next(group for group in told[-1].groups() if group)
    return lines[-1] if lines else "it said nothing"


def _mongod_error(line: str) -> str | None:
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if entry.get("s") not in {"E", "F"}:
        return None
    attributes = entry.get("attr", {})
    detail = attributes.get("error") or attributes.get("reason") or ""
    return " ".join(f"{entry.get('msg', '')} {detail}".split())


def how_it_ended(exit_code: int | None) -> str:
    """For people: the code, or the signal where it is negative; None where it still runs."""
    if exit_code is None:
        return "runs, but doesn't answer"
    if exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with code {exit_code}"
