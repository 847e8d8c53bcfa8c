"""What a digest says."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.notifier.letters.letter import BESIDES, COPIED, Letter, write
from services.notifier.letters.line import Reminded
from shared.contracts.plan import Contact
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import assigned, extended, key, links, now, plan

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2023, 3, 14, 8, 0, tzinfo=ZONE)
WEEK = key("III.1-radio", "dai", "2023-W09")
MONTH = key("III.2", "tt-a", "2023-02")


def reminded(at: object, rung: Rung, *jointly: str) -> Reminded:
    assert isinstance(at, type(WEEK))
    return Reminded(at, rung, now([assigned(at.period, *jointly)], AT.date()))


def letter(recipient: str, *items: Reminded, copied: bool = False) -> Letter:
    return write(plan(), links(recipient), items, AT, copied=copied)


def test_the_subject_of_one() -> None:
    """A mail about one occurrence names the duty, the period and the delay in its subject."""
    written = letter("dai", reminded(WEEK, Rung.OVERDUE))
    assert written.subject == "[Nhắc việc] Chuyên mục phát thanh, tuần 09/2023: quá hạn 4 ngày"


def test_the_subject_of_several() -> None:
    """A mail about several counts them, the late apart from those that are due soon."""
    soon = key("III.2", "dai", "2023-03")
    written = letter("dai", reminded(WEEK, Rung.OVERDUE), reminded(soon, Rung.UPCOMING))
    assert written.subject == "[Nhắc việc] 1 kỳ quá hạn, 1 kỳ sắp đến hạn, tính đến 14/03/2023"


def test_the_subject_of_a_letter_to_sign() -> None:
    """The coordinator's subject says how many occurrences of how many agencies the draft names."""
    written = letter("dieu-phoi", reminded(WEEK, Rung.FOR_SIGNATURE), reminded(MONTH, Rung.FOR_SIGNATURE))
    assert written.subject == "[Nhắc việc] trình ký công văn đôn đốc (2 kỳ của 2 cơ quan), tính đến 14/03/2023"


def test_a_line_tells_all_dates() -> None:
    """A line names clause, duty, period, the date of the output, the date of registration and the delay."""
    [section] = letter("tt-a", reminded(MONTH, Rung.OVERDUE)).sections
    [line] = section.lines
    assert (line.clause, line.title, line.period) == ("III.2", "Phát thanh cơ sở", "tháng 02/2023")
    assert (line.due, line.register_by, line.delay) == ("28/02/2023", "07/03/2023", "quá hạn 7 ngày")


def test_a_line_tells_the_extension() -> None:
    """An extended occurrence shows its new date and the document that gave it."""
    facts = (assigned("2023-02"), extended(date(2023, 3, 1), date(2023, 3, 6)))
    [section] = letter("tt-a", Reminded(MONTH, Rung.OVERDUE, now(facts, AT.date()))).sections
    assert (section.lines[0].due, section.lines[0].extension) == ("06/03/2023", "02/CV-mẫu")


def test_the_draft_groups_by_agency() -> None:
    """The draft letter lists each agency once, with everything that it owes under it."""
    others = [key("III.1-radio", "dai", week) for week in ("2023-W07", "2023-W08")]
    items = [reminded(at, Rung.FOR_SIGNATURE) for at in (others[0], MONTH, others[1])]
    draft = letter("dieu-phoi", *items).draft
    assert [(owing.agency[:3], [line.short_period for line in owing.lines]) for owing in draft] == [
        ("Tru", ["tháng 02/2023"]),
        ("Đài", ["tuần 07/2023", "tuần 08/2023"]),
    ]


def test_a_joint_duty_names_the_others() -> None:
    """A line of a joint duty names the bodies that may deliver it as well."""
    talk = key("V.7", "bao", "2022")
    [section] = letter("bao", reminded(talk, Rung.OVERDUE, "dai")).sections
    assert section.lines[0].others == ("Đài Phát thanh và Truyền hình (mẫu)",)


def test_sections_by_rung() -> None:
    """What is escalated stands before what is overdue, and that before what is coming."""
    soon = key("III.2", "dai", "2023-03")
    written = letter(
        "dai", reminded(soon, Rung.UPCOMING), reminded(WEEK, Rung.OVERDUE), reminded(MONTH, Rung.ESCALATED)
    )
    assert [section.heading.split(" ")[0:3] for section in written.sections] == [
        ["Quá", "hạn", "kéo"],
        ["Quá", "hạn"],
        ["Sắp", "đến", "hạn"],
    ]


def test_a_copy_is_told_where_there_is_one() -> None:
    """That others get a copy is said of what is escalated, and only where the mail has a Cc."""
    items = (reminded(WEEK, Rung.ESCALATED), reminded(MONTH, Rung.OVERDUE))
    for copied, notes in ((False, ["", ""]), (True, [COPIED, ""])):
        assert [section.note for section in letter("dai", *items, copied=copied).sections] == notes


def test_the_summary_counts_what_is_asked() -> None:
    """The first thing that a reader sees: how much is late, how much comes, how much is to be signed."""
    soon = key("III.2", "dai", "2023-03")
    mine = letter("dai", reminded(WEEK, Rung.OVERDUE), reminded(soon, Rung.UPCOMING))
    assert mine.summary == "01 kỳ quá hạn, 01 kỳ sắp đến hạn"
    theirs = letter("dieu-phoi", reminded(MONTH, Rung.FOR_SIGNATURE))
    assert theirs.summary == "01 kỳ của 01 cơ quan cần công văn đôn đốc"


def test_what_is_overdue_besides_is_counted() -> None:
    """What the mail says there is holds all that is overdue, also what has no rung that day: in subject and summary."""
    soon = reminded(key("III.2", "dai", "2023-03"), Rung.UPCOMING)
    late = [replace(reminded(at, Rung.OVERDUE), rung=None) for at in (WEEK, MONTH)]
    written = write(plan(), links("dai"), [soon], AT, copied=False, besides=late)
    assert written.summary == "02 kỳ quá hạn, 01 kỳ sắp đến hạn"
    assert written.subject == "[Nhắc việc] 2 kỳ quá hạn, 1 kỳ sắp đến hạn, tính đến 14/03/2023"
    assert [section.heading for section in written.sections] == ["Sắp đến hạn ghi nhận", BESIDES]


def test_the_preview_goes_on_where_the_subject_ends() -> None:
    """A list of mails shows it after the subject: the day for one line, the first lines for several."""
    assert letter("dai", reminded(WEEK, Rung.OVERDUE)).preview.startswith("Hạn ghi nhận 10/03/2023.")
    several = letter("dai", reminded(WEEK, Rung.OVERDUE), reminded(MONTH, Rung.OVERDUE))
    assert several.preview == (
        "Chuyên mục phát thanh, tuần 09/2023: quá hạn 4 ngày; Phát thanh cơ sở, tháng 02/2023: quá hạn 7 ngày"
    )


def test_whom_to_call_and_write_to() -> None:
    """The contact's number can be dialled; its address can be written to, and holds nothing that would be syntax."""
    given = plan(contact=Contact(name="Mẫu", phone="0255 000 0000 (máy lẻ 12)", email="a?subject=x@mau.example"))
    contact = write(given, links("dai"), [reminded(WEEK, Rung.OVERDUE)], AT, copied=False).contact
    assert (contact.dial, contact.mailto) == ("02550000000", "a%3Fsubject%3Dx@mau.example")


def test_the_draft_addresses_all_joint_performers() -> None:
    """The draft is addressed to everybody who owes, the others of a joint duty included, each named once."""
    talk = reminded(key("V.7", "bao", "2022"), Rung.FOR_SIGNATURE, "dai", "tt-a")
    written = letter("dieu-phoi", talk, reminded(WEEK, Rung.FOR_SIGNATURE))
    assert [name[:4] for name in written.addressed] == ["Báo,", "Đài ", "Trun"]
    assert "(2 kỳ của 3 cơ quan)" in written.subject


def test_a_duty_that_left_the_plan() -> None:
    """A duty that this revision of the plan doesn't hold is named by its id."""
    [section] = letter("dai", reminded(key("X.1", "dai", "2023-01"), Rung.OVERDUE)).sections
    assert section.lines[0].title == "X.1"


def test_the_plan_by_number_and_date() -> None:
    """The plan is named with its number and date where they are known, and without where they aren't."""
    known = plan(number="12/KH-UBND", issued_on=date(2023, 1, 31))
    assert write(known, links("dai"), [reminded(WEEK, Rung.OVERDUE)], AT, copied=False).plan.endswith(
        "(mẫu), số 12/KH-UBND, ngày 31/01/2023"
    )
    assert letter("dai", reminded(WEEK, Rung.OVERDUE)).plan.endswith("(mẫu)")
