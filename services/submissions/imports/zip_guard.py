"""A workbook's archive, looked at before any library reads it: it can't grow without bounds, nor define entities.

What the library gets is a new archive with the looked-at parts alone, so that no part that wasn't is ever parsed.
"""

from collections.abc import Mapping
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - it is an exception

from services.submissions.imports import limits
from services.submissions.imports.table import Unreadable
from shared.vietnamese import dotted

CHUNK = 64 * 1024
SAVE_AGAIN = "hãy mở tệp bằng Excel rồi lưu lại thành .xlsx"
DAMAGED = f"Tệp bị hỏng, không mở được; {SAVE_AGAIN}."
SUSPICIOUS = (
    "Tệp nở ra quá lớn khi giải nén nên không được đọc; hãy mở tệp bằng Excel, xóa các dòng và cột trống còn định "
    "dạng, rồi lưu lại thành .xlsx."
)
# Nothing in them is needed, and they may be large.
_LEFT_OUT = (
    "xl/drawings/",
    "xl/charts/",
    "xl/chartsheets/",
    "xl/media/",
    "xl/pivot",
    "xl/externalLinks/",
    "customXml/",
)
_LEFT_OUT_TOO = ("docProps/custom.xml", "docProps/core.xml")
_ROW_BY_ROW = ("xl/worksheets/", "xl/sharedStrings.xml")


def guarded(data: bytes) -> BytesIO:
    """The archive with its XML parts alone, each of them looked at. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = _parts(archive)
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise Unreadable(f"Tệp không phải là bảng tính Excel (.xlsx) hay CSV; {SAVE_AGAIN}.")
            copy = BytesIO()
            elements = 0
            with ZipFile(copy, "w", ZIP_DEFLATED, compresslevel=1) as safe:
                for part in parts:
                    watch = _Watch(part.filename, elements)
                    _copy(archive, part, safe, watch)
                    elements = watch.elements
    except (BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        raise Unreadable(DAMAGED) from None
    copy.seek(0)
    return copy


def _parts(archive: ZipFile) -> list[ZipInfo]:
    """The XML parts that are read; the sizes that the archive names hold, since no more than that is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.ZIP_ENTRIES or len(set(names)) != len(names):
        raise Unreadable(SUSPICIOUS)
    parts = [one for one in entries if one.filename.endswith((".xml", ".rels")) and not _is_left_out(one.filename)]
    for part in parts:
        if part.flag_bits & 1:
            raise Unreadable("Tệp có mật khẩu nên không đọc được; hãy bỏ mật khẩu rồi lưu lại thành .xlsx.")
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable(DAMAGED)
        if part.file_size > max(limits.RATIO_FROM_BYTES, limits.RATIO * part.compress_size):
            raise Unreadable(SUSPICIOUS)
    if sum(part.file_size for part in parts) > limits.UNPACKED_BYTES:
        raise Unreadable(SUSPICIOUS)
    return parts


def _is_left_out(name: str) -> bool:
    return name.startswith(_LEFT_OUT) or name in _LEFT_OUT_TOO


def _copy(archive: ZipFile, part: ZipInfo, safe: ZipFile, watch: "_Watch") -> None:
    with archive.open(part) as source, safe.open(part.filename, "w") as target:
        while chunk := source.read(CHUNK):
            watch.feed(chunk)
            target.write(chunk)
    watch.close()


class _Watch:
    """Reads one part and keeps nothing of it; raises Unreadable where a parser that builds a tree would suffer."""

    def __init__(self, name: str, elements: int) -> None:
        """`elements` were in the parts before."""
        self.elements = elements
        self._by_rows = name.startswith(_ROW_BY_ROW)
        self._since = elements
        self._rows = self._depth = self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        self._parse(chunk, False)
        self._fed += len(chunk)
        # A tag that goes on and on is held in memory, and looked at anew with every chunk.
        if self._fed - self._parser.CurrentByteIndex > limits.TOKEN_BYTES + CHUNK:
            raise Unreadable(SUSPICIOUS)

    def close(self) -> None:
        self._parse(b"", True)

    def _parse(self, chunk: bytes, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise Unreadable(DAMAGED) from None

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        self._depth += 1
        if self._by_rows and name.rpartition(":")[2] in ("row", "si"):
            self._since = self.elements
            self._rows += 1
            # Whoever reads the sheet makes every row before this one, though none is written down.
            number = attributes.get("r", "")
            if number.isdecimal() and (len(number) > _DIGITS or int(number) > limits.SHEET_ROWS):
                raise Unreadable(_FAR)
        if (
            self._depth > limits.DEPTH
            or self.elements > limits.ELEMENTS
            or self.elements - self._since > limits.ELEMENTS_AT_ONCE
            or self._rows > limits.SHEET_ROWS
        ):
            raise Unreadable(SUSPICIOUS)

    def _end(self, _: str) -> None:
        self._depth -= 1


_DIGITS = 9
_FAR = f"Tệp có ô ở sau dòng {dotted(limits.SHEET_ROWS)}; hãy xóa các dòng dưới sản phẩm cuối cùng rồi lưu lại."


def _refuse(*_: object) -> None:
    raise Unreadable(f"Tệp có khai báo lạ (DOCTYPE) mà Excel không bao giờ ghi, nên không được đọc; {SAVE_AGAIN}.")
