"""A kept file's name in a header, such that it can neither end the header nor surprise who saves the file.

Source: RFC 6266, RFC 8187.
"""

import re
import unicodedata
from urllib.parse import quote

from shared.contracts.evidence import FileType

ENDINGS = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg"),
    FileType.PNG: ("png",),
    FileType.WEBP: ("webp",),
    FileType.MP3: ("mp3",),
    FileType.M4A: ("m4a", "m4b"),
    FileType.WAV: ("wav",),
    FileType.OGG: ("ogg", "oga", "opus"),
    FileType.MP4: ("mp4", "m4v"),
    FileType.WEBM: ("webm",),
}
# Of paths, of shells, and whatever could end a quoted text.
_UNSAFE = re.compile(r'[\\/:*?"<>|%;\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")


def content_disposition(name: str, kind: FileType) -> str:
    """`attachment` with the name in ASCII for old programs and whole for all others. It ends as its type does."""
    return disposition(name, *ENDINGS[kind])


def disposition(name: str, *endings: str) -> str:
    """The same, with one of these endings; the first where it has none of them."""
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    if safe.rpartition(".")[2].lower() not in endings or "." not in safe:
        safe = f"{safe or 'file'}.{endings[0]}"
    apart = unicodedata.normalize("NFD", safe.replace("đ", "d").replace("Đ", "D"))
    plain = _NOT_ASCII.sub("_", "".join(c for c in apart if not unicodedata.combining(c)))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
