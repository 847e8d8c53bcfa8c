"""JSON from senders: what is wrong with it is said in our words – what, where, and what would be right."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

_BOM = b"\xef\xbb\xbf"
# What would be right, by how Python's message begins. Where it has no words of ours, the place alone is told.
_RIGHT = {
    "Expecting value": "a value should stand there: text in double quotes, a number, true, false, null, […] or {…}",
    "Expecting property name": "a name in double quotes should stand there, or a comma before it is too many",
    "Expecting ':'": "a colon should stand there, between a name and its value",
    "Expecting ','": "a comma or a closing bracket should stand there",
    "Illegal trailing comma": "the comma there is too many",
    "Unterminated string": "the text that begins there lacks its closing quotation mark",
    "Invalid control character": r"a line break or control character in a text must be written as \n, \t or \u00…",
    "Invalid \\escape": r"a backslash in a text must be written as \\",
    "Invalid \\uXXXX escape": r"behind \u there should stand four hexadecimal digits",
    "Extra data": "nothing more should stand there",
}


class NotJson(ValueError):
    """The bytes can't be read as JSON; the text says why, such that a thing's name fits before it."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Which of two values of one name counts is left to each reader (RFC 8259, 4), so nobody would know what
    was said."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise NotJson(f"gives {twice[:60]!r} more than once in one object; give it once")
    return found


def read_json(
    raw: bytes,
    constant: Callable[[str], Any] | None = None,
    pairs: Callable[[list[tuple[str, Any]]], Any] | None = once,
) -> Any:
    """What the bytes say, which must be JSON in UTF-8. `constant` makes a value of NaN and Infinity, or raises; `pairs`
    makes an object, None one of the last value of each name.

    Raises NotJson.
    """
    if raw.startswith(_BOM):
        raise NotJson("begins with a byte order mark (EF BB BF); send UTF-8 without one")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8: byte {error.start + 1} can't be read") from None
    if not text.strip():
        raise NotJson("is empty; send JSON")
    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        right = next((right for begins, right in _RIGHT.items() if error.msg.startswith(begins)), "it can't be read")
        raise NotJson(f"is not JSON at line {error.lineno}, column {error.colno}: {right}") from None
    except RecursionError:
        raise NotJson("nests lists and objects too deeply to be read") from None
    except NotJson:
        raise
    except ValueError:  # Python refuses to read a number of thousands of digits
        raise NotJson("holds a number with too many digits; write numbers of ordinary size") from None
