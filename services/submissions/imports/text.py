"""Text as people type it, brought to one form for comparing and for messages."""

import re
import unicodedata

from shared.seen_text import one_line

_NOT_A_WORD = re.compile(r"[\W_]+")
_LONGEST_QUOTED = 80


def plain(text: str) -> str:
    """Words in lower case without diacritics and punctuation: `Tiêu đề:` and `TIEU DE` are the same."""
    apart = unicodedata.normalize("NFD", one_line(text).lower().replace("đ", "d"))
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", bare).strip()


def shortened(text: str) -> str:
    """As much of it as a message can quote."""
    return one_line(text, _LONGEST_QUOTED)
