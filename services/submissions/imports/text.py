"""Text as people type it, brought to one form."""

import re
import unicodedata

# Zero-width characters and byte order marks, which pasted text is full of.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_NOT_A_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """One line in NFC, its spaces single: what a title, a name or an address is."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def clean_lines(text: str) -> str:
    """The same, keeping lines: what a note is."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def plain(text: str) -> str:
    """Words in lower case without diacritics and punctuation: `Tiêu đề:` and `TIEU DE` are the same."""
    apart = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", bare).strip()


def shortened(text: str, most: int = 80) -> str:
    """As much of it as a message can quote."""
    line = clean(text)
    return line if len(line) <= most else line[: most - 1] + "…"
