"""Text that people typed, pasted or put into data, as far as it can be seen: one form for mails, lists and forms."""

import re
import unicodedata

# Controls and separators of lines part words. Marks of direction and of nothing at all stand within words, and lone
# surrogates are no letters.
_PARTING, _INVISIBLE = {"Cc", "Zl", "Zp"}, {"Cf", "Cs"}
_SPACES = re.compile(r"\s+")


def seen(text: str) -> str:
    """Without what can't be seen; line breaks stay, other controls become spaces."""
    if text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\r", "\n")))


def one_line(text: str, longest: int | None = None) -> str:
    """On one line, composed (NFC), its spaces single; cut with `…` if longer."""
    line = unicodedata.normalize("NFC", _SPACES.sub(" ", seen(text)).strip())
    return line if longest is None or len(line) <= longest else line[: longest - 1].rstrip() + "…"


def lines(text: str) -> str:
    """The same for each of its lines, which stay: what a note is."""
    return "\n".join(map(one_line, seen(text).split("\n"))).strip()


def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in _INVISIBLE:
        return ""
    return " " if kind in _PARTING and char != "\n" else char
