"""Header lines, encoded by RFC 2047 and folded by ourselves.

The standard library's folding of address headers has lost quotes and commas of encoded names (CVE-2025-1795 and its
kin), and encodes tokens of 77 characters. Here every text is encoded words, so nothing of it is syntax.
"""

from base64 import b64encode
from collections.abc import Sequence

CRLF = "\r\n"
_LONGEST_LINE = 76
_BEGIN, _END = "=?utf-8?b?", "?="


def line(name: str, value: str) -> str:
    """A header whose value is ASCII and needs no folding. Raises ValueError where it would break the header."""
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"the value of header {name} has characters that a header can't hold: {value!r}")
    return f"{name}: {value}{CRLF}"


def text_line(name: str, text: str) -> str:
    """A header of free text."""
    return f"{name}: {_words(text, len(name) + 2)}{CRLF}"


def address_line(name: str, addresses: Sequence[str], shown: str = "") -> str:
    """A header of bare addresses, one on a line; the first with a display name if one is given."""
    folded = f",{CRLF} ".join(addresses)
    if shown:
        folded = f"{_words(shown, len(name) + 2)}{CRLF} <{addresses[0]}>" + "".join(
            f",{CRLF} {address}" for address in addresses[1:]
        )
    if not folded.isascii():
        raise ValueError(f"the addresses of header {name} are not ASCII: {addresses!r}")
    return f"{name}: {folded}{CRLF}"


def _words(text: str, indent: int) -> str:
    """The text as encoded words, a line each, the first `indent` characters shorter. No character is torn apart
    (RFC 2047, 5)."""
    left = text.encode("utf-8", "replace")
    words = []
    room = _LONGEST_LINE - indent
    while left:
        end = min((room - len(_BEGIN) - len(_END)) // 4 * 3, len(left))
        while end < len(left) and left[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"{_BEGIN}{b64encode(left[:end]).decode()}{_END}")
        left, room = left[end:], _LONGEST_LINE - 1
    return f"{CRLF} ".join(words)
