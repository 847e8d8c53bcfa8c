"""Text from data, made safe to print on one line of a header or a mail."""

from functools import lru_cache

from shared import seen_text


@lru_cache(maxsize=4096)  # names and titles come again in each mail of a morning
def one_line(text: str, longest: int = 300) -> str:
    """The text on one line, with nothing in it that can't be seen; cut with `…` if longer."""
    return seen_text.one_line(text, longest)
