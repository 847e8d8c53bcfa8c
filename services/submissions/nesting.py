"""How deep JSON nests, told from its bytes: what is too deep is refused before a reader climbs down into it."""

import re
from itertools import accumulate

# Possessive: text that is never closed is read once, not once for each quotation mark in it.
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_OPEN, _CLOSE = b"[{", b"]}"
_NO_BRACKET = bytes(set(range(256)) - set(_OPEN + _CLOSE))
_STEP = {**dict.fromkeys(_OPEN, 1), **dict.fromkeys(_CLOSE, -1)}


def nests_deeper(raw: bytes, most: int) -> bool:
    """Whether lists and objects lie in each other at more than `most` levels; bytes that are no JSON may be either."""
    if raw.count(b"[") + raw.count(b"{") <= most:
        return False
    brackets = _TEXT.sub(b"", raw).translate(None, _NO_BRACKET)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > most
