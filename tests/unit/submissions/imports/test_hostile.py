"""Files that are made to do harm are told so, at little cost."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest

from services.submissions.imports.read_table import read_table
from services.submissions.imports.zip_guard import guarded
from tests.harness.tree import ROOT
from tests.unit.submissions.imports.hostile import FILES, GOOD, SHEET, changed

MEMORY_BYTES = 200 * 1024 * 1024
TOO_LARGE = "Tệp nở ra quá lớn khi giải nén"
DOCTYPE = "Tệp có khai báo lạ (DOCTYPE)"
DAMAGED = "bị hỏng"
SAYS = {
    "a bomb of one part": TOO_LARGE,
    "many bombs that are small": TOO_LARGE,
    "a size that is a lie": DAMAGED,
    "ten thousand million laughs": DOCTYPE,
    "a file of the server's": DOCTYPE,
    "entities in UTF-16": DOCTYPE,
    "a row of a million cells": TOO_LARGE,
    "four million cells in rows": TOO_LARGE,
    "three hundred thousand rows": TOO_LARGE,
    "a sheet as deep as it is long": TOO_LARGE,
    "an attribute without an end": TOO_LARGE,
    "a style sheet of a million styles": TOO_LARGE,
    "a row far away": "Tệp có ô ở sau dòng 200.000; hãy xóa các dòng dưới sản phẩm cuối cùng",
    "a row beyond all sheets": "Tệp có ô ở sau dòng 200.000",
    "a column beyond all sheets": DAMAGED,
    "a number of ten thousand digits": DAMAGED,
    "a string that isn't there": DAMAGED,
    "thousands of parts": TOO_LARGE,
    "half a file": DAMAGED,
    "no XML": DAMAGED,
    "an empty archive": "Tệp không phải là bảng tính Excel (.xlsx) hay CSV",
    "another archive": DAMAGED,
}


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """What a process with little memory said of each file."""
    words = [sys.executable, "-m", "tests.unit.submissions.imports.hostile", str(MEMORY_BYTES)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: problems for name, *problems in lines}


def test_every_file_has_its_answer() -> None:
    """None is made that nobody looks at."""
    assert set(SAYS) == set(FILES)


@pytest.mark.parametrize("name", SAYS)
def test_it_is_told_and_costs_little(name: str, told: dict[str, list[str]]) -> None:
    """One problem, in words; no entity is expanded, and no bytes of the server's show."""
    (problem,) = told[name]
    assert SAYS[name] in problem
    assert "root:" not in problem
    assert problem.count("hãy") == 1, "one request a sentence"


def test_a_good_file_is_read_as_it_was() -> None:
    """The guard leaves out what isn't needed and changes nothing else."""
    safe = zipfile.ZipFile(guarded(changed({"xl/media/photo.xml": b"no XML at all", "xl/media/a.png": b"\x89PNG"})))
    original = zipfile.ZipFile(BytesIO(GOOD))
    kept = set(safe.namelist())
    assert {SHEET, "[Content_Types].xml", "xl/workbook.xml"} <= kept
    assert not [name for name in kept if name.startswith("xl/media/")]
    assert all(safe.read(name) == original.read(name) for name in kept)
    assert len(read_table("x", GOOD).rows) == 1


def test_a_password_is_told() -> None:
    """As far as an archive has one; a whole file under a password is no archive at all."""
    packed = bytearray(GOOD)
    for start in range(len(packed) - 4):
        if packed[start : start + 4] == b"PK\x01\x02":
            packed[start + 8] |= 1
    assert read_table("x", bytes(packed)).problems == (
        "x: Tệp có mật khẩu nên không đọc được; hãy bỏ mật khẩu rồi lưu lại thành .xlsx.",
    )
