"""Templates of the report as a department may have left them, made from ours by replacing text in a part."""

from services.reports.renderings.placeholders import builtin_template
from shared.decree.package import pack, unpack

DOCUMENT = "word/document.xml"


def edited(old: str, new: str, part: str = DOCUMENT) -> bytes:
    """Our template with that text replaced in that part."""
    parts = unpack(builtin_template())
    text = parts[part].decode()
    assert old in text, f"{part} has no {old!r}"
    return pack({**parts, part: text.replace(old, new).encode()})


def with_part(name: str, data: bytes) -> bytes:
    """Our template with another part in it."""
    return pack({**unpack(builtin_template()), name: data})
