"""From bytes to text: UTF-8 only, of a sane size."""

import re
from unicodedata import normalize

from yaml.reader import Reader

from services.assignments.plan_file.problems import Problem, Unreadable

LARGEST = 4 * 1024 * 1024  # bytes; the plan of a country with 10,000 communes takes less
# Line breaks to YAML and to no editor: the lines in errors would be wrong.
_BREAKS = re.compile("[\x85\u2028\u2029]")


def decode(raw: bytes) -> str:
    """The text, without a byte order mark and with composed letters (NFC), as every comparison needs them.

    Raises Unreadable for other encodings, control characters and more than 4 MiB.
    """
    if len(raw) > LARGEST:
        size = f"{len(raw):,} bytes"
        raise Unreadable([Problem(1, f"the file has {size}; a plan file has at most {LARGEST:,}")])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = (
            f"byte {error.start + 1} of the file (0x{raw[error.start]:02X}, column {column} of this line) is not "
            "UTF-8: save the file as UTF-8"
        )
        raise Unreadable([Problem(line, message)]) from None
    text = text.removeprefix("\ufeff")
    if strange := Reader.NON_PRINTABLE.search(text) or _BREAKS.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        message = f"the character U+{ord(strange.group()):04X} can't stand in a plan file; delete it"
        raise Unreadable([Problem(line, message)])
    return normalize("NFC", text)
