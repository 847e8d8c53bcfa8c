"""A CSV file's rows, whatever wrote it: UTF-8, UTF-16 or Windows-1258; `;`, `,` or tab."""

import csv
import io
from collections.abc import Iterator, Sequence

from services.submissions.imports import limits
from services.submissions.imports.headers import read_headings
from services.submissions.imports.table import Unreadable

SEPARATORS = ";,\t"
# The header stands below a title or two; a separator is chosen by these rows.
LOOKED_AT = 60
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
AS_UTF_8 = "hãy lưu lại thành “CSV UTF-8” hoặc .xlsx"


def decode(data: bytes) -> str:
    """The text. What is no UTF-8 and has no mark is Windows-1258, as Vietnamese Windows writes it (with combining
    marks: cells are brought to NFC). Raises Unreadable."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if encoding is None and b"\0" in data[:1000]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    tried = (encoding,) if encoding is not None else ("utf-8", "cp1258")
    for name in tried:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"Không nhận ra bảng mã của tệp; {AS_UTF_8}.")


def read_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that aren't empty, each with its number as Excel shows it. Raises Unreadable."""
    told, text = _told_separator(text)
    separator = told or max(SEPARATORS, key=lambda one: _recognised(text, one))
    for number, cells in _parsed(text, separator):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _told_separator(text: str) -> tuple[str | None, str]:
    """Excel's own first line `sep=;`, which it doesn't show."""
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"')
    if told.lower().startswith("sep=") and len(told) == 5 and told[4] in SEPARATORS:
        return told[4], rest
    return (None, rest) if told.lower() == "sep=" else (None, text)


def _recognised(text: str, separator: str) -> tuple[int, int]:
    """How well the file reads with that separator: known headings in the best of the first rows, and cells in all."""
    best = cells = 0
    try:
        for number, row in _parsed(text, separator):
            best = max(best, len(read_headings(row).fields))
            cells += len(row)
            if number >= LOOKED_AT:
                break
    except Unreadable:
        return best, 0
    return best, cells


def _parsed(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        # Strict: a quotation mark that is never closed would swallow all rows after it.
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
            yield number, row[: limits.COLUMNS]
    except csv.Error:
        raise Unreadable(
            f"Sau dòng {number} có dấu ngoặc kép đặt sai hoặc thiếu dấu đóng, nên không biết ô kết thúc ở đâu; "
            "hãy sửa lại dấu ngoặc kép, hoặc mở bằng Excel rồi lưu thành .xlsx."
        ) from None
