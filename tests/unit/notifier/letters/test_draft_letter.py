"""The draft of the letter that the coordinator may sign, as python-docx reads it."""

from datetime import date
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Pt

from services.notifier.letters.draft_letter import MOST_ADDRESSED, TYPE, WIDTHS
from services.notifier.letters.mail import Mail
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from tests.unit.notifier.letters.specimens import PLAN, for_signature, mail, one_overdue, owed, read

EMU_A_MM = 36_000


def letters(of: Mail) -> list[Document]:
    return [
        docx.Document(BytesIO(file.get_payload(decode=True)))
        for file in read(of).iter_attachments()
        if file.get_content_type() == TYPE
    ]


@pytest.fixture(scope="module")
def letter() -> Document:
    """The specimen's: four occurrences of three bodies, one of which has answered."""
    [found] = letters(for_signature())
    return found


def paragraphs(letter: Document, style: str) -> list[str]:
    return [p.text for p in letter.paragraphs if p.style is not None and p.style.style_id == style]


def test_only_the_coordinator_gets_one() -> None:
    """A mail without lines for signature has none."""
    assert letters(one_overdue()) == []


def test_the_letterhead(letter: Document) -> None:
    """Parent, issuer, a blank number with the issuer's abbreviation, what it is about; a blank date."""
    left, right = letter.tables[0].cell(1, 0).text.split("\n"), letter.tables[0].cell(1, 1).text
    assert letter.tables[0].cell(0, 0).text.split("\n")[:3] == [
        "UBND TỈNH QUẢNG NGÃI",
        "SỞ THÔNG TIN",
        "VÀ TRUYỀN THÔNG",
    ]
    assert left == ["Số:         /STTTT-…", f"V/v đôn đốc thực hiện {PLAN.title}"]
    assert right.split() == ["Quảng", "Ngãi,", "ngày", "tháng", "năm"]


def test_an_issuer_without_an_abbreviation_leaves_no_dash() -> None:
    """The number's blank ends in the gap for the drafting division alone."""
    told = PLAN.model_dump()
    next(one for one in told["agencies"] if one["id"] == PLAN.coordinator)["abbreviation"] = None
    plan = PlanPublished.model_validate(told)
    item = (owed("III.10b-tv", "dai-ptth", "2023-02"), Rung.FOR_SIGNATURE)
    [letter] = letters(mail("so-tttt", date(2023, 3, 21), item, plan=plan))
    assert letter.tables[0].cell(1, 0).text.split("\n")[0] == "Số:         /…"


def test_the_page_is_the_decrees(letter: Document) -> None:
    """A4, margins by App. I, Times New Roman, a page number from the second page on, the signature blank."""
    page = letter.sections[0]
    lengths = (page.page_width, page.page_height, page.top_margin, page.bottom_margin, page.left_margin)
    assert [round((length or 0) / EMU_A_MM) for length in (*lengths, page.right_margin)] == [210, 297, 20, 20, 30, 15]
    assert page.different_first_page_header_footer
    assert letter.styles.element.xpath("w:docDefaults//w:rFonts/@w:ascii") == ["Times New Roman"]
    assert letter.tables[-1].cell(0, 1).text.split("\n")[0] == "[CHỨC VỤ CỦA NGƯỜI KÝ]"


def test_it_is_addressed_to_who_owes(letter: Document) -> None:
    """Each on a line, the last one with a full stop."""
    assert paragraphs(letter, "AddressedOne") == [
        "- Trung tâm Truyền thông - Văn hóa - Thể thao huyện Bình Sơn;",
        "- Trung tâm Truyền thông - Văn hóa - Thể thao huyện Sơn Tây;",
        "- Đài Phát thanh và Truyền hình tỉnh.",
    ]


def test_it_lists_who_owes_what(letter: Document) -> None:
    """A row for each occurrence: body, duty and clause, period, last day, days since; nobody's own lines."""
    rows = [[cell.text for cell in row.cells] for row in letter.tables[1].rows[1:]]
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0][1:] == [
        "Trung tâm Truyền thông - Văn hóa - Thể thao huyện Bình Sơn",
        "Phát thanh cơ sở (mục III.11a)",
        "tháng 01/2023",
        "07/02/2023",
        "42",
    ]
    assert letter.tables[1].rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert sum(WIDTHS) == 210 - 30 - 15


def test_an_answer_is_for_the_officer_to_weigh(letter: Document) -> None:
    """What was answered and isn't confirmed is marked, to be taken out before the letter is signed."""
    gaps = paragraphs(letter, "Gap")
    assert len(gaps) == 3
    assert "đã trả lời “không phát sinh” ngày 15/03/2023" in gaps[1]


REMINDED = "đã được nhắc việc bằng thư điện tử"
UNCONFIRMED = "hưa có thư nhắc việc nào được xác nhận là đã đến nơi"


def found(letter: Document) -> str:
    """What is said of those on the list."""
    [said] = [text for text in paragraphs(letter, "Body") if text.startswith("Thực hiện ")]
    return said


def test_they_were_reminded(letter: Document) -> None:
    """Where a reminder reached everybody."""
    assert f"các cơ quan, đơn vị sau {REMINDED} nhưng chưa ghi nhận kết quả" in found(letter)


def test_whom_no_reminder_reached_is_told_apart() -> None:
    """By a star in the list, in the mail, and for the officer to weigh; the others were reminded."""
    of = for_signature(unreached=["dai-ptth"])
    [letter] = letters(of)
    assert f"Các kỳ không có dấu (*) {REMINDED}" in found(letter)
    assert f"đối với các kỳ có dấu (*), c{UNCONFIRMED}:" in found(letter)
    rows = [row.cells for row in letter.tables[1].rows[1:]]
    assert [cells[1].text for cells in rows if "(*)" in cells[3].text] == ["Đài Phát thanh và Truyền hình tỉnh"]
    [weighed] = [text for text in paragraphs(letter, "Gap") if UNCONFIRMED in text]
    assert weighed.startswith(f"[Đài Phát thanh và Truyền hình tỉnh: c{UNCONFIRMED}; kiểm tra địa chỉ")
    for kind in ("plain", "html"):
        part = read(of).get_body((kind,))
        assert part is not None
        assert " ".join(part.get_content().split()).count(f"C{UNCONFIRMED}") == 1


def test_nobody_was_reminded() -> None:
    """Where no reminder reached any of them, no star is needed and no reminding is claimed."""
    [letter] = letters(for_signature(unreached=["dai-ptth", "tt-vhtt-h-binh-son", "tt-vhtt-h-son-tay"]))
    assert f"đối với các kỳ này, c{UNCONFIRMED}:" in found(letter)
    assert REMINDED not in found(letter)
    assert not any("(*)" in cell.text for row in letter.tables[1].rows for cell in row.cells)


def test_the_signature_is_not_left_alone(letter: Document) -> None:
    """However long the list, the last request, the closing words and the signature stand on one page: each holds to the
    next, none breaks, and the signature's row doesn't either."""
    after = letter.tables[1]._tbl.xpath("following-sibling::w:p")
    body = [p for p in letter.paragraphs if p._p in after]
    last = next(place for place, p in enumerate(body) if p.text.startswith("2. "))
    closing = body[last:-1]
    assert closing[-1].text.endswith("phối hợp thực hiện./.")
    assert {(p.paragraph_format.keep_with_next, p.paragraph_format.keep_together) for p in closing} == {(True, True)}
    assert closing[-1]._p.getnext() is letter.tables[-1]._tbl
    assert letter.tables[-1].rows[0]._tr.xpath("w:trPr/w:cantSplit")


def test_what_the_format_wants_after_a_table_takes_no_room(letter: Document) -> None:
    """The empty paragraph behind the signature is a line of no height, so it makes no empty page."""
    end = letter.paragraphs[-1]
    assert (end.text, end.paragraph_format.line_spacing_rule) == ("", WD_LINE_SPACING.EXACTLY)
    assert end.paragraph_format.line_spacing < Pt(0.1)


def test_who_reads_it_besides(letter: Document) -> None:
    """The plan's recipient, the bodies that direct who owes, and the archive at the end."""
    assert letter.tables[-1].cell(0, 0).text.split("\n") == [
        "Nơi nhận:",
        "- Như trên;",
        "- Ủy ban nhân dân tỉnh Quảng Ngãi (để báo cáo);",
        "- UBND huyện Bình Sơn (để chỉ đạo);",
        "- UBND huyện Sơn Tây (để chỉ đạo);",
        "- Lưu: VT.",
    ]


def test_one_body_is_addressed_in_one_line() -> None:
    """As official letters do."""
    [letter] = letters(
        mail("so-tttt", date(2023, 3, 21), (owed("III.10b-tv", "dai-ptth", "2023-02"), Rung.FOR_SIGNATURE))
    )
    assert "Kính gửi: Đài Phát thanh và Truyền hình tỉnh" in paragraphs(letter, "Centred")


def test_many_are_addressed_together() -> None:
    """More than a dozen are named in the list alone, where each of them stands."""
    who = [body.id for body in PLAN.agencies if body.kind == "district-media"]
    assert len(who) > MOST_ADDRESSED
    items = [(owed("III.11a", one, "2023-02"), Rung.FOR_SIGNATURE) for one in who]
    [letter] = letters(mail("so-tttt", date(2023, 3, 21), *items))
    assert any("theo danh sách" in text for text in paragraphs(letter, "Centred"))
    assert len(letter.tables[1].rows) == 1 + len(who)


def test_the_same_letter_the_same_bytes() -> None:
    """No time of making, no random id."""
    assert for_signature().body == for_signature().body
