"""Files that are made to do harm, and files that do it by accident. Run, it reads all of them under a limit of memory.

`python -m tests.unit.submissions.imports.hostile BYTES` prints a line of JSON a file: its name and its problems.
"""

import json
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from services.submissions.imports.read_table import read_table
from tests.unit.submissions.imports.files import workbook

MIB = 1024 * 1024
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
GOOD = workbook(("Bài (mẫu)", "05/03/2023"))


def changed(parts: dict[str, bytes], data: bytes = GOOD) -> bytes:
    """The workbook with other parts, or more."""
    packed = BytesIO()
    with ZipFile(BytesIO(data)) as archive, ZipFile(packed, "w", ZIP_DEFLATED) as other:
        for name in archive.namelist():
            if name not in parts:
                other.writestr(name, archive.read(name))
        for name, content in parts.items():
            other.writestr(name, content)
    return packed.getvalue()


def sheet(rows: str) -> dict[str, bytes]:
    return {SHEET: f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>".encode()}


def noise(count: int) -> str:
    """Text that doesn't shrink much: the ratio alone mustn't be what saves us."""
    state, parts = 1, []
    for _ in range(count // 8):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        parts.append(f"{state >> 32:08x}")
    return "".join(parts)


def _lies_about_its_size() -> bytes:
    """A part that says it is small and isn't."""
    large = changed(sheet("<row/>" * 4_000_000))
    real = len(f"<worksheet {NS}><sheetData></sheetData></worksheet>") + 6 * 4_000_000
    return large.replace(real.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


FILES: dict[str, Callable[[], bytes]] = {
    "a bomb of one part": lambda: changed({SHEET: b" " * (1024 * MIB // 8)}),
    "many bombs that are small": lambda: changed({f"xl/worksheets/s{n}.xml": b"<a>" + b" " * MIB for n in range(100)}),
    "a size that is a lie": _lies_about_its_size,
    "ten thousand million laughs": lambda: changed(
        {STRINGS: f"<!DOCTYPE s [<!ENTITY l0 'ha'>{LAUGHS}]><sst {NS}><si><t>&l9;</t></si></sst>".encode()}
    ),
    "a file of the server's": lambda: changed(
        {STRINGS: f"<!DOCTYPE s [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><sst {NS}><si><t>&f;</t></si></sst>".encode()}
    ),
    "entities in UTF-16": lambda: changed({STRINGS: "<!DOCTYPE s [<!ENTITY a 'b'>]><sst/>".encode("utf-16")}),
    "a row of a million cells": lambda: changed(sheet(f"<row>{'<c/>' * 1_000_000}{noise(900_000)}</row>")),
    "four million cells in rows": lambda: changed(sheet(f"<row>{'<c/>' * 400}{noise(400)}</row>" * 10_000)),
    "three hundred thousand rows": lambda: changed(sheet("<row><c/></row>" * 300_000 + noise(200_000))),
    "a sheet as deep as it is long": lambda: changed(sheet(f"{'<row>' * 100_000}{noise(100_000)}")),
    "an attribute without an end": lambda: changed(sheet(f'<row a="{noise(8 * MIB)}"/>')),
    "a style sheet of a million styles": lambda: changed(
        {"xl/styles.xml": f"<styleSheet {NS}>{'<xf/>' * 500_000}{noise(100_000)}</styleSheet>".encode()}
    ),
    "a row far away": lambda: changed(sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
    "a row beyond all sheets": lambda: changed(sheet(f'<row r="{10**15}"><c><v>1</v></c></row>')),
    "a column beyond all sheets": lambda: changed(sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>')),
    "a number of ten thousand digits": lambda: changed(sheet(f"<row><c><v>{'9' * 10_000}</v></c></row>")),
    "a string that isn't there": lambda: changed(sheet('<row><c t="s"><v>99</v></c></row>')),
    "thousands of parts": lambda: changed({f"xl/p{n}.xml": b"<a/>" for n in range(3_000)}),
    "half a file": lambda: GOOD[: len(GOOD) // 2],
    "no XML": lambda: changed({SHEET: b"\x00\x01\x02"}),
    "an empty archive": lambda: b"PK\x05\x06" + bytes(18),
    "another archive": lambda: changed({"word/document.xml": b"<a/>"}, _archive({"[Content_Types].xml": b"<Types/>"})),
}


def _archive(parts: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def main() -> None:
    # Made before the limit: to make them takes more than to read them.
    files = {name: make() for name, make in FILES.items()}
    limit = int(sys.argv[1])
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123
    resource.setrlimit(resource.RLIMIT_AS, (used + limit, used + limit))
    for name, data in files.items():
        print(json.dumps([name, *read_table("x", data).problems], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
