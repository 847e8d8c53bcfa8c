"""Mails as people get them: both parts say the same, in any program, at any length."""

import re
from datetime import date

import pytest

from services.notifier.letters.render import COLUMNS, wrap
from shared.signed_links import Purpose, read_link
from tests.unit.notifier.letters.pages import Page
from tests.unit.notifier.letters.specimens import LINKS, LONGEST_LINE, SPECIMENS, part, read

NAMES = [name for name in SPECIMENS if name != "hostile"]
ADDRESS = re.compile(r"^ *https://\S+$")


def links_of(text: str) -> list[str]:
    return re.findall(r"https://\S+", text)


@pytest.mark.parametrize("name", NAMES)
def test_both_parts_say_the_same(name: str) -> None:
    """Each line of the text stands in the HTML too: titles, clauses, periods, dates, delays, contact, what to do."""
    mail = SPECIMENS[name]()
    page = Page(part(mail, "html")).words.lower()
    text = part(mail, "plain")
    facts = re.findall(
        r"Mục [\w.-]+ của Kế hoạch|\d{2}/\d{2}/\d{4}|(?:tuần|tháng|năm) [\d/]+|[Qq]uá hạn \d+ ngày|“.*?”", text
    )
    assert facts
    for fact in (*facts, "không phải văn bản hành chính", "số liệu tính đến 08 giờ 00 ngày"):
        assert " ".join(fact.lower().split()) in page
    for line in re.findall(r"^\d+\. (.*)$", text, re.MULTILINE):
        assert line.lower().strip() in page


@pytest.mark.parametrize("name", SPECIMENS)
def test_both_parts_have_the_same_links(name: str) -> None:
    """In the same order: one button and two links a line, or the button alone in the short form."""
    mail = SPECIMENS[name]()
    page = [link for link in Page(part(mail, "html")).links if link.startswith("https:")]
    assert links_of(part(mail, "plain")) == page
    assert len(set(page)) == len(page)
    for link in Page(part(mail, "html")).links:
        assert link.startswith((LINKS[0] + "/thu/", "tel:", "mailto:"))


def test_a_link_is_for_who_may_act() -> None:
    """It says which agency acts, for which occurrence, from which mail to which mailboxes, until when."""
    mail = SPECIMENS["escalated"]()
    tokens = [link.rsplit("/", 1)[1] for link in links_of(part(mail, "plain"))]
    for purpose, token in zip(Purpose, tokens, strict=True):
        link = read_link(purpose, token, LINKS[1])
        assert (link.agency, link.occurrence.period) == ("tt-vhtt-h-binh-son", "2023-02")
        assert link.mailboxes == mail.to + mail.cc
        assert f"<{link.mail}@" in mail.message_id
        assert link.until == date(2023, 5, 13)


@pytest.mark.parametrize(("name", "agency"), [("joint", "dai-ptth"), ("abolished", "tt-vhtt-h-ly-son")])
def test_who_stands_in_acts_for_who_owes(name: str, agency: str) -> None:
    """Who may deliver a joint duty acts for itself; who got an abolished body's mail acts for that."""
    token = links_of(part(SPECIMENS[name](), "plain"))[0].rsplit("/", 1)[1]
    assert read_link(Purpose.SUBMIT, token, LINKS[1]).agency == agency


def test_the_draft_has_no_links() -> None:
    """Of the coordinator's lines only its own one has links."""
    assert len(links_of(part(SPECIMENS["for_signature"](), "plain"))) == 3


@pytest.mark.parametrize("name", SPECIMENS)
def test_the_text_fits_a_terminal(name: str) -> None:
    """No line is longer than 78 characters but the address of a link, which has a line of its own."""
    for line in part(SPECIMENS[name](), "plain").splitlines():
        assert len(line) <= COLUMNS or ADDRESS.match(line)


@pytest.mark.parametrize("name", SPECIMENS)
def test_the_bytes_fit_any_server(name: str) -> None:
    """ASCII with CRLF and short lines, so nothing on the way changes them; the same each time."""
    raw = SPECIMENS[name]().body
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= LONGEST_LINE
    assert raw == SPECIMENS[name]().body


@pytest.mark.parametrize("name", SPECIMENS)
def test_gmail_shows_all(name: str) -> None:
    """The HTML is below 100 KB as it is sent; Gmail cuts off at 102."""
    html = read(SPECIMENS[name]()).get_body(("html",))
    assert html is not None
    assert len(html.as_bytes()) < 100_000


def test_sixty_lines_are_all_named() -> None:
    """The first in full, the others in the short form, each with its button."""
    text = part(SPECIMENS["sixty"](), "plain")
    assert re.findall(r"^(\d+)\. ", text, re.MULTILINE) == [str(number) for number in range(1, 61)]
    assert text.count("/thu/ghi-nhan/") == 60
    assert text.count("/thu/khong-phat-sinh/") == 12


def test_what_is_overdue_besides_is_named() -> None:
    """With clause, period, date and a button that acts for that occurrence; and it is in the calendar."""
    mail = SPECIMENS["overdue_besides"]()
    for words in (" ".join(part(mail, "plain").split()), Page(part(mail, "html")).words):
        assert "Hiện có 02 kỳ quá hạn, 01 kỳ sắp đến hạn" in words
        assert "tháng 02/2023: quá hạn 119 ngày; hạn ghi nhận 07/03/2023 (Mục III.11a của Kế hoạch)." in words
    tokens = [link.rsplit("/", 1)[1] for link in links_of(part(mail, "plain")) if "/ghi-nhan/" in link]
    periods = [read_link(Purpose.SUBMIT, token, LINKS[1]).occurrence.period for token in tokens]
    assert periods == ["2023-06", "2023-02", "2023-05"]
    [calendar] = read(mail).iter_attachments()
    assert calendar.get_content().count("BEGIN:VEVENT") == 3


def test_answers_are_shown() -> None:
    """What was answered stands in the line, with who answered where that is another, until the coordinator confirms."""
    for name, said in (
        ("escalated", "Đã trả lời “không phát sinh” ngày 09/03/2023, chờ Sở TT&TT xác nhận"),
        ("joint", "Báo Quảng Ngãi đã trả lời “đã thực hiện hoặc không đồng ý” ngày 09/01/2024, chờ Sở TT&TT xác nhận"),
    ):
        mail = SPECIMENS[name]()
        assert said in " ".join(part(mail, "plain").split())
        assert said in Page(part(mail, "html")).words


def test_a_program_may_show_it_dark() -> None:
    """It says that it has colours for both, and a preview that isn't shown in the mail itself."""
    markup = part(SPECIMENS["one_overdue"](), "html")
    assert '<meta name="color-scheme" content="light dark">' in markup
    assert re.search(r'<div class="preview" style="display: none;[^"]*">Hạn ghi nhận 07/03/2023\.', markup)


def test_a_word_without_end_is_broken() -> None:
    """A text that has no space fits the columns too."""
    assert [len(line) for line in wrap("x" * 200, "1. ").splitlines()] == [78, 78, 53]
