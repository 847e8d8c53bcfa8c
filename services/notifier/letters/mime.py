"""The parts of a mail as bytes (RFC 2045–2047): ASCII, CRLF, lines of at most 76 characters, so that no server on the
way changes them. The standard library's writer does the same in Python, ten times as slowly."""

from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.notifier.letters.headers import CRLF, line

_BYTES_A_LINE = 57


@dataclass(frozen=True)
class File:
    """What is attached. `type` is its media type with parameters, `name` ASCII."""

    name: str
    type: str
    content: bytes


def text(subtype: str, content: str) -> bytes:
    """A part of text, its lines ended by LF; no other control may be in it."""
    head = line("Content-Type", f'text/{subtype}; charset="utf-8"') + line(
        "Content-Transfer-Encoding", "quoted-printable"
    )
    encoded = CRLF.encode().join(map(_quoted, content.split("\n")))
    return head.encode("ascii") + CRLF.encode() + encoded


@lru_cache(maxsize=4096)  # most lines of a template are the same in each mail of a morning
def _quoted(line: str) -> bytes:
    """One line; none of it depends on those around it (RFC 2045, 6.7), but its end is soft where it is too long."""
    return b2a_qp(line.encode("utf-8", "replace"), istext=True).replace(b"=\n", b"=\r\n")


def attachment(file: File) -> bytes:
    """A file, to be saved or opened."""
    head = (
        line("Content-Type", file.type)
        + line("Content-Disposition", f'attachment; filename="{file.name}"')
        + line("Content-Transfer-Encoding", "base64")
    )
    encoded = b"".join(
        b2a_base64(file.content[at : at + _BYTES_A_LINE], newline=False) + CRLF.encode()
        for at in range(0, len(file.content), _BYTES_A_LINE)
    )
    return head.encode("ascii") + CRLF.encode() + encoded


def multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Parts one after another. A boundary that begins with `=_` can't be in encoded content (RFC 2045, 6.7)."""
    edge = f"=_{boundary}"
    head = f'Content-Type: multipart/{subtype};{CRLF} boundary="{edge}"{CRLF}'
    inner = b"".join(f"{CRLF}--{edge}{CRLF}".encode() + part for part in parts)
    return head.encode("ascii") + inner + f"{CRLF}--{edge}--{CRLF}".encode()
