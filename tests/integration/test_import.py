"""Importing files: every row by the same intake as all other events, and all rows or none."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from io import BytesIO

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from openpyxl import load_workbook

from services.submissions.import_outputs import Importing
from services.submissions.make_template import make_template
from shared.contracts.imports import Became, ImportOutcome
from shared.mongo import Mongo
from shared.outcomes import Rejected
from shared.relay import relay_own
from shared.settings import Settings
from shared.topology import EVENTS
from tests.integration.import_desk import ImportDesk, open_import_desk
from tests.integration.intake_desk import open_desk, posted
from tests.integration.log import told
from tests.unit.submissions.imports.files import HEADINGS, workbook_of

DAY = datetime(2026, 2, 11)  # noqa: DTZ001 - a spreadsheet's days have no zone
A = ("Bài A (mẫu)", DAY, "https://dai.example/a", "tv")
B = ("Bài B (mẫu)", "05/02/2026", "https://dai.example/b", "radio")
WRONG = ("Bài C (mẫu)", "31/02/2026", "https://dai.example/c", "tv")


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[ImportDesk]:
    async with open_import_desk(settings, mongo, nc) as desk:
        yield desk


def became(outcome: ImportOutcome) -> list[str]:
    return [row.became.value for row in outcome.rows]


async def test_a_file_is_recorded_as_if_each_row_had_been_posted(desk: ImportDesk, js: JetStreamContext) -> None:
    """One document, one receipt in the log a row, each where it belongs."""
    outcome = await desk.rows(A, B)
    assert (outcome.saved, outcome.problems, outcome.counts["recorded"]) == (True, (), 2)
    assert [row.occurrence for row in outcome.rows] == ["mau-2026/tv/dai/2026-02", "mau-2026/radio/dai/2026-W06"]
    documents = {document["title"]: document for document in await desk.desk.documents()}
    assert documents["Bài A (mẫu)"]["url"] == "https://dai.example/a"
    assert documents["Bài B (mẫu)"]["published_on"] == "2026-02-05"
    await relay_own(desk.desk.runtime.outbox, desk.desk.runtime.publisher)
    assert {id_ for id_, _ in await told(js)} == {row.receipt for row in outcome.rows}


async def test_a_dry_run_says_the_same_and_records_nothing(desk: ImportDesk, js: JetStreamContext) -> None:
    """Occurrence, flags and receipts are those of the import that follows; the stores stay as they were."""
    await desk.desk.post(posted("before", url="https://dai.example/b"))
    rows = (A, B, ("Bài A2 (mẫu)", DAY, None, "tv"))
    before = await desk.desk.documents()
    dry = await desk.rows(*rows, dry_run=True)
    assert await desk.desk.documents() == before
    assert await desk.desk.runtime.outbox.count_unpublished() == 0
    assert (dry.saved, became(dry)) == (False, ["recorded"] * 3)
    assert [set(row.flags) for row in dry.rows] == [{"extra"}, {"late", "reuse"}, {"extra"}]
    assert (await desk.rows(*rows)).rows == dry.rows


async def test_one_wrong_row_keeps_all_others_out(desk: ImportDesk) -> None:
    """Nothing is recorded; the message names the row, the column, what is wrong and what would be right."""
    outcome = await desk.rows(A, WRONG, B)
    assert (outcome.saved, became(outcome)) == (False, ["recorded", "wrong", "recorded"])
    assert [error.text for error in outcome.rows[1].errors] == [
        "Dòng 3, cột “Ngày đăng”: “31/02/2026” không phải là ngày; hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023."
    ]
    assert await desk.desk.documents() == []
    assert await desk.desk.documents("rejections") == []


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_sheet_that_can_t_be_read_keeps_all_others_out(desk: ImportDesk, dry_run: bool) -> None:
    """Two rows of twenty-two would be half an import, told as success."""
    lost = [
        ("Tiêu đề", "Lên sóng hôm", "Đường dẫn", "Nhiệm vụ"),
        *[(f"Bài {n} (mẫu)", DAY, None, "tv") for n in range(20)],
    ]
    outcome = await desk.file(workbook_of({"Tháng 1": lost, "Tháng 2": [HEADINGS, A, B]}), dry_run)
    assert (outcome.saved, outcome.is_wrong, outcome.rows) == (False, True, ())
    assert "Trang “Tháng 1” có vẻ là danh sách sản phẩm nhưng không thấy cột “Ngày đăng”" in outcome.problems[0]
    assert "còn “Lên sóng hôm” thì không hiểu" in outcome.problems[0]
    assert await desk.desk.documents() == []


async def test_the_same_file_again_records_nothing(desk: ImportDesk) -> None:
    """Nor does another file with the same rows in another order, among others, and under other headings."""
    first = await desk.rows(A, B)
    documents = await desk.desk.documents()
    again = await desk.rows(A, B)
    assert became(again) == ["already_recorded"] * 2
    assert [row.receipt for row in again.rows] == [row.receipt for row in first.rows]
    other = [(f" {r[0].upper() if n else r[0]} ", r[1], r[2] + "#top", r[3]) for n, r in enumerate((B, A))]
    third = await desk.rows(*other, headings=("TÊN TIN BÀI", "Ngày phát sóng", "Link", "Mã nhiệm vụ"))
    assert became(third) == ["already_recorded", "recorded"]
    assert len(await desk.desk.documents()) == len(documents) + 1


async def test_a_row_that_says_the_same_as_another_counts_once(desk: ImportDesk) -> None:
    """And is told so, with the number of the row that it repeats."""
    outcome = await desk.rows(A, B, A)
    assert became(outcome) == ["recorded", "recorded", "repeated"]
    assert outcome.rows[2].same_as == 2
    assert len(await desk.desk.documents()) == 2


async def test_a_row_that_was_corrected_is_told_what_stands_recorded(desk: ImportDesk) -> None:
    """Topics and minutes make no other output: the row says what is kept and what to do, and nothing else changes."""
    headings = ("Tiêu đề", "Ngày đăng", "Link", "Nhiệm vụ", "Chủ đề", "Thời lượng (phút)")
    first = (*A, "II.1", 5)
    await desk.rows(first, headings=headings)
    documents = await desk.desk.documents()
    outcome = await desk.rows((*A, "II.2", None), (*B, None, None), (*B, None, 4.5), headings=headings)
    assert became(outcome) == ["already_recorded", "recorded", "repeated"]
    assert outcome.rows[0].differs == (
        f"Dòng 2: đã ghi nhận trước đây (mã sản phẩm {documents[0]['output']}), nhưng khác ở cột “Chủ đề”: đang "
        "lưu “II.1”, dòng này ghi “II.2”; cột “Thời lượng (phút)”: đang lưu “5”, dòng này ghi để trống. "
        "Sản phẩm đã ghi nhận giữ nguyên như cũ, nhập lại không sửa được: muốn sửa, hãy đề nghị cơ quan điều phối "
        "trả lại sản phẩm đó, rồi ghi nhận bản đã sửa với tiêu đề hoặc đường dẫn khác."
    )
    assert outcome.rows[1].differs is None
    assert outcome.rows[2].differs == (
        "Dòng 4: giống dòng 3, nhưng khác ở cột “Thời lượng (phút)”: đang lưu để trống, dòng này ghi “4,5”. Chỉ ghi "
        "nhận dòng trên: hãy sửa dòng đó cho đúng rồi bỏ dòng này, hoặc sửa tiêu đề nếu là sản phẩm khác."
    )
    assert [document for document in await desk.desk.documents() if document in documents] == documents
    again = await desk.rows(first, headings=headings)
    assert (became(again), again.rows[0].differs) == (["already_recorded"], None)


async def test_names_are_understood_as_well_as_ids(desk: ImportDesk) -> None:
    """Duties by title, channels and topics by label, periods as people write them."""
    headings = ("Ngày phát sóng", "Tiêu đề", "Tên nhiệm vụ", "Kênh", "Kỳ", "Chủ đề", "Thời lượng (phút)")
    row = ("5/2/26", "Bài (mẫu)", "nhiệm vụ TV (mẫu)", "truyen hinh", "Tháng 02/2026", "Chỉ đạo; II.2", "9,5")
    outcome = await desk.rows(row, headings=headings)
    assert became(outcome) == ["recorded"], outcome
    (document,) = await desk.desk.documents()
    assert (document["duty"], document["channel"], document["topics"]) == ("tv", "tv", ["II.1", "II.2"])
    assert (document["occurrence"]["period"], document["duration_minutes"]) == ("2026-02", 9.5)


async def test_an_everyday_list_by_its_channel(desk: ImportDesk) -> None:
    """No heading of the template's, and no duty named: the kind of medium tells it."""
    headings = ("TT", "Nội dung", "Loại hình", "Ngày, giờ phát sóng")
    outcome = await desk.rows((1, "Bài (mẫu)", "Phát thanh", "05:30 05/02/2026"), headings=headings)
    assert [row.occurrence for row in outcome.rows] == ["mau-2026/radio/dai/2026-W06"], outcome


async def test_a_channel_that_is_none_is_told_by_the_plan_s_labels(desk: ImportDesk) -> None:
    """And not by ids, which officials have never seen; programs are told these."""
    headings = ("Tiêu đề", "Ngày đăng", "Kênh", "Nhiệm vụ")
    rows = [("Bài 1 (mẫu)", DAY, "Đài truyền hình", None), ("Bài 2 (mẫu)", DAY, "x", None), ("Bài 3", DAY, "PT", "tv")]
    outcome = await desk.rows(*rows, headings=headings)
    one, other, wrong = [row.errors[0] for row in outcome.rows]
    assert (one.text, one.candidates) == (
        "Dòng 2, cột “Kênh”: không có kênh “Đài truyền hình” trong kế hoạch; có thể là: “Truyền hình”.", ("tv",)
    )  # fmt: skip
    assert "có thể là: “Phát thanh”, “Cơ sở”, “Truyền hình”, “Trang tin”." in other.text
    assert wrong.text == ("Dòng 4, cột “Kênh”: nhiệm vụ này không thực hiện trên kênh “PT”; có thể là: “Truyền hình”.")


async def test_each_reason_stands_at_its_own_column(desk: ImportDesk) -> None:
    """What can't be read and what the rules refuse, all of a row at once."""
    headings = ("Tiêu đề", "Ngày đăng", "Link", "Nhiệm vụ", "Kỳ", "Chủ đề", "Thời lượng")
    outcome = await desk.rows(
        (None, DAY, "dai.example/a", "tv", None, None, "dài"),
        ("Bài (mẫu)", DAY, None, "loa", None, None, None),
        ("Bài (mẫu)", datetime(2026, 3, 3), None, "tv", None, None, None),  # noqa: DTZ001
        ("Bài (mẫu)", DAY, None, "tv", "Tháng 13/2026", None, None),
        ("Bài (mẫu)", DAY, None, "tv", None, "X.9", None),
        ("Bài (mẫu)", None, None, "tv", None, None, None),
        headings=headings,
        dry_run=True,
    )
    said = [[(error.column, error.code) for error in row.errors] for row in outcome.rows]
    assert said == [
        [("Thời lượng", "bad_cell"), ("Tiêu đề", "missing_field"), ("Link", "bad_field")],
        [("Nhiệm vụ", "unknown_duty")],
        [("Ngày đăng", "future_date")],
        [("Kỳ", "bad_period")],
        [("Chủ đề", "unknown_topic")],
        [("Ngày đăng", "missing_field")],
    ]
    assert outcome.rows[2].errors[0].text == (
        "Dòng 4, cột “Ngày đăng”: “03/03/2026” là ngày chưa đến; hãy ghi nhận khi sản phẩm đã được đăng, phát."
    )


async def test_the_rows_of_another_agency_are_refused(desk: ImportDesk) -> None:
    """A list of several offices doesn't count as one's own; what names no agency at all is the office's own matter."""
    headings = ("Tiêu đề", "Ngày đăng", "Nhiệm vụ", "Đơn vị")
    outcome = await desk.rows(
        ("Bài 1 (mẫu)", DAY, "tv", "huyen"),
        ("Bài 2 (mẫu)", DAY, "tv", "Phòng Thời sự"),
        ("Bài 3 (mẫu)", DAY, "tv", "DAI"),
        headings=headings,
        dry_run=True,
    )
    assert became(outcome) == ["wrong", "recorded", "recorded"]
    assert [error.code for error in outcome.rows[0].errors] == ["wrong_agency"]


async def test_a_template_that_is_filled_in_can_be_imported(desk: ImportDesk) -> None:
    """It holds what is owed now; rows that stay empty are passed over, and what was recorded is gone from the next."""
    data = await make_template("dai", desk.store)
    book = load_workbook(BytesIO(data))
    sheet = book["Sản phẩm"]
    owed = [row[:4] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]]
    assert {row[0] for row in owed} == {"radio", "tv"}
    assert [row[3].date() for row in owed if row[2] == "2026-01"] == [date(2026, 2, 7)]
    place = next(n for n, row in enumerate(owed, start=2) if row[2] == "2026-02")
    sheet.cell(place, 5).value, sheet.cell(place, 6).value = "Bài (mẫu)", "11/02/2026"
    packed = BytesIO()
    book.save(packed)
    outcome = await desk.file(packed.getvalue())
    assert [(row.row, row.became, row.occurrence) for row in outcome.rows] == [
        (place, Became.RECORDED, "mau-2026/tv/dai/2026-02")
    ]
    again = load_workbook(BytesIO(await make_template("dai", desk.store)))["Sản phẩm"]
    left = [row[:3] for row in again.iter_rows(min_row=2, values_only=True) if row[0]]
    assert left == [row[:3] for row in owed if row[2] != "2026-02"]


async def test_whoever_owes_nothing_gets_no_template(desk: ImportDesk) -> None:
    """It would be empty; the text says why."""
    with pytest.raises(Rejected, match="no duty of any plan is assigned to the agency 'ai-do'"):
        await make_template("ai-do", desk.store)


async def test_two_processes_import_the_same_file_at_once(
    desk: ImportDesk, settings: Settings, mongo: Mongo, nc: Client
) -> None:
    """Each row is recorded once, and both are told the same receipts; one of them is the first of its occurrence."""
    rows = [(f"Bài {n} (mẫu)", DAY, f"https://dai.example/{n}", "tv") for n in range(700)]
    async with open_desk(settings, mongo, nc, desk.store) as other:
        second = ImportDesk(other, desk.store, Importing(other.intake, desk.store))
        one, two = await asyncio.gather(desk.rows(*rows), second.rows(*reversed(rows)))
    assert (one.saved, two.saved) == (True, True)
    documents = await desk.desk.documents()
    assert len(documents) == len(rows)
    assert len([document for document in documents if "extra" not in document["flags"]]) == 1
    said = [{row.receipt: row.flags for row in outcome.rows} for outcome in (one, two)]
    assert said[0] == said[1] == {f"receipt-{document['_id']}": tuple(document["flags"]) for document in documents}


async def test_an_import_that_ended_halfway_is_finished_by_the_same_file(desk: ImportDesk) -> None:
    """What is there already stays as it was; the rest is recorded."""
    rows = [(f"Bài {n} (mẫu)", DAY, None, "tv") for n in range(5)]
    await desk.rows(*rows[:3])
    before = await desk.desk.documents()
    outcome = await desk.rows(*rows)
    assert became(outcome) == ["already_recorded"] * 3 + ["recorded"] * 2
    assert [document for document in await desk.desk.documents() if document in before] == before


async def test_the_log_holds_each_row_once(desk: ImportDesk, js: JetStreamContext) -> None:
    """However often a file is imported, and over the limits of one transaction."""
    rows = [(f"Bài {n} (mẫu)", DAY, f"https://dai.example/{n}", "tv") for n in range(1_203)]
    for saved in ("recorded", "already_recorded"):
        outcome = await desk.rows(*rows)
        assert set(became(outcome)) == {saved}
    await relay_own(desk.desk.runtime.outbox, desk.desk.runtime.publisher)
    assert (await js.stream_info(EVENTS)).state.messages == 1_203
