"""What a telephone can dial of a number as people write it. Pure."""

import re

# Figures with single separators between them; where several numbers or an extension stand there, the first one alone.
_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){5,14}", re.ASCII)


def dialled(text: str) -> str:
    """`0255.3822.222 / 0914 123 456` → `02553822222`; empty where there is none."""
    number = _NUMBER.search(text)
    return re.sub(r"[^+\d]", "", number[0]) if number is not None else ""
