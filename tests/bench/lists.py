"""Lists of outputs: a workbook and a CSV file of many rows, imported over HTTP, beside openpyxl's bare reading."""

import csv
import json
import time
from collections.abc import Sequence
from io import BytesIO, StringIO
from statistics import median
from typing import Any
from urllib.parse import urlencode

from openpyxl import load_workbook

from deploy.servers.ports import free_port
from shared.contracts.http_api import FILE_NAME, IMPORTS, PREFIX
from tests.bench.contestant import Trouble
from tests.bench.events import WRONG_ONE_IN, backlog
from tests.bench.house import House
from tests.bench.intake import OURS
from tests.bench.ours import Ours
from tests.bench.progress import Progress
from tests.bench.web import AGENCY, at_the_door
from tests.harness.kept_http import Kept
from tests.unit.submissions.imports.files import workbook

READING, XLSX, CSV = "openpyxl reads the workbook", "XLSX, recorded", "CSV, recorded"
FIELDS = {"duty": "Mã nhiệm vụ", "title": "Tiêu đề", "published_on": "Ngày đăng", "url": "Đường dẫn", "note": "Ghi chú"}


async def measure(house: House, count: int, repeat: int, progress: Progress) -> Any:
    """Seconds from the request to the answer, when all rows are recorded and answered."""
    rows = _rows(count)
    book = workbook(*rows, headings=list(FIELDS.values()))
    files = {XLSX: ("mau.xlsx", book), CSV: ("mau.csv", _csv(rows))}
    seconds: dict[str, list[float]] = {READING: [], XLSX: [], CSV: []}
    for turn in range(repeat):
        progress(f"lists {turn + 1}/{repeat}")
        seconds[READING].append(_read(book, count))
        for shown, (name, data) in files.items():
            seconds[shown].append(await _import(house, name, data, count))
    figures = [{"name": shown, "seconds": round(median(each), 3)} for shown, each in seconds.items()]
    return {"rows_each": count, "repeat": repeat, "rows": figures}


def _rows(count: int) -> list[list[str]]:
    """Those of the backlog's events in which nothing is wrong."""
    every = [json.loads(one.body)["data"] for one in backlog(count * WRONG_ONE_IN // (WRONG_ONE_IN - 1) + 1, AGENCY)]
    right = [data for data in every if data["published_on"][0].isdigit()]
    return [[data[field] for field in FIELDS] for data in right[:count]]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([list(FIELDS.values()), *rows])
    return text.getvalue().encode("utf-8-sig")


def _read(data: bytes, count: int) -> float:
    began = time.perf_counter()
    sheet = load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets[0]
    found = sum(1 for _ in sheet.iter_rows(values_only=True))
    assert found == count + 1
    return time.perf_counter() - began


async def _import(house: House, name: str, data: bytes, count: int) -> float:
    ours = Ours(house, OURS, free_port(0))
    async with at_the_door(ours) as (_, token):
        kept = await Kept.to(ours.port)
        path = f"{PREFIX}{IMPORTS}?{urlencode({FILE_NAME: name})}"
        began = time.perf_counter()
        answer = await kept.ask("POST", path, data, {"Authorization": f"Bearer {token}"})
        took = time.perf_counter() - began
        kept.close()
        recorded = await ours.recorded()
        if answer.status != 200 or recorded != count:
            raise Trouble(f"{name}: {answer.status}, {recorded} records of {count}: {answer.body[:300]!r}")
        return took
