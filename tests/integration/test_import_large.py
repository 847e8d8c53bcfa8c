"""A year's list of a large office: thousands of rows, some of them wrong in every way that offices know."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.contracts.imports import Became
from shared.mongo import Mongo
from shared.settings import Settings
from tests.integration.import_desk import ImportDesk, open_import_desk

ROWS, EVERY = 5_000, 100
HEADINGS = ("STT", "Tiêu đề", "Ngày đăng", "Đường dẫn", "Nhiệm vụ", "Kỳ", "Kênh", "Thời lượng (phút)", "Chủ đề")
ABOVE = (("ỦY BAN NHÂN DÂN (MẪU)",), (), ("DANH SÁCH SẢN PHẨM TRUYỀN THÔNG",), ())
TITLE, DAY, URL, DUTY, PERIOD, CHANNEL, MINUTES, TOPIC = range(1, 9)
WAYS: tuple[tuple[int, Any, str], ...] = (
    (DAY, "31/02/2026", "không phải là ngày; hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023"),
    (DAY, datetime(2026, 12, 1), "là ngày chưa đến"),  # noqa: DTZ001 - a spreadsheet's days have no zone
    (DAY, "=TODAY()", "ô này là công thức"),
    (TITLE, None, "ô này đang để trống"),
    (TITLE, "Dài " * 200, "không hợp lệ; hãy ghi trên một dòng, nhiều nhất 500 ký tự"),
    (URL, "xem tại đây", "bắt đầu bằng http:// hoặc https://"),
    (DUTY, "tvv", "không có nhiệm vụ “tvv” trong kế hoạch; có thể là: tv"),
    (PERIOD, "Tháng 13/2026", "không phải là tên kỳ"),
    (MINUTES, "rất lâu", "không phải là số phút; hãy ghi một số, ví dụ 5 hoặc 4,5"),
    (TOPIC, "IX.9", "“IX.9” có mã không phải là chủ đề của kế hoạch; có thể là: II."),
)
FIRST = len(ABOVE) + 2  # the number of the first row, as a spreadsheet shows it
Change = Callable[[int, list[Any]], None]


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[ImportDesk]:
    async with open_import_desk(settings, mongo, nc) as desk:
        yield desk


def right(number: int) -> list[Any]:
    day = datetime(2026, 1, 1) + timedelta(days=number % 50)  # noqa: DTZ001
    shown = day if number % 2 else f"{day:%d/%m/%Y}"
    url = f"https://dai.example/{number}"
    return [number + 1, f"Bản tin số {number} (mẫu)", shown, url, "tv", None, "Truyền hình", "4,5", "II.1"]


def listed(*, wrong: bool) -> list[list[Any]]:
    """All rows, and a totals row and a signature below; with `wrong` every hundredth is wrong, in one way after the
    other."""
    rows = [right(number) for number in range(ROWS)]
    if wrong:
        for place, number in enumerate(range(0, ROWS, EVERY)):
            column, value, _ = WAYS[place % len(WAYS)]
            rows[number][column] = value
    return [*rows, ["Tổng cộng", None, None, None, None, None, None, "=SUM(H6:H5005)"], [], [None, "NGƯỜI LẬP BIỂU"]]


@pytest.mark.timeout(600)
async def test_fifty_wrong_rows_of_five_thousand(desk: ImportDesk) -> None:
    """The dry run tells each with its row and what would be right; the corrected file is recorded, once."""
    dry = await desk.rows(*listed(wrong=True), headings=HEADINGS, above=ABOVE, dry_run=True)
    assert dry.problems == ()
    assert dry.counts == {"recorded": 4_950, "already_recorded": 0, "repeated": 0, "wrong": 50}
    wrong = [row for row in dry.rows if row.became is Became.WRONG]
    assert [row.row for row in wrong] == [FIRST + number for number in range(0, ROWS, EVERY)]
    for place, row in enumerate(wrong):
        column, _, says = WAYS[place % len(WAYS)]
        (error,) = row.errors
        assert error.text.startswith(f"Dòng {row.row}, cột “{HEADINGS[column]}”: ")
        assert says in error.text
    assert not (await desk.rows(*listed(wrong=True), headings=HEADINGS, above=ABOVE)).saved
    assert await desk.desk.documents() == []

    outcome = await desk.rows(*listed(wrong=False), headings=HEADINGS, above=ABOVE)
    assert (outcome.saved, outcome.counts["recorded"]) == (True, ROWS)
    assert await desk.desk.runtime.mongo.db["outputs"].count_documents({}) == ROWS

    again = await desk.rows(*listed(wrong=False), headings=HEADINGS, above=ABOVE)
    assert again.counts["already_recorded"] == ROWS
    assert await desk.desk.runtime.mongo.db["outputs"].count_documents({}) == ROWS
