"""Text from data, made safe to print on one line of a header or a mail."""

import re
import unicodedata
from functools import lru_cache

# Controls, invisible formatting (direction overrides among them), lone surrogates, line and paragraph separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)  # names and titles come again in each mail of a morning
def one_line(text: str, longest: int = 300) -> str:
    """The text on one line, composed (NFC), with nothing in it that can't be seen; cut with `…` if longer."""
    seen = text
    if not text.isprintable():
        seen = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)
    line = unicodedata.normalize("NFC", _SPACES.sub(" ", seen).strip())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
