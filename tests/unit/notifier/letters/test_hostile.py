"""Data that try to be something else: no header, recipient, markup, event or template of theirs gets into a mail."""

import zipfile
from io import BytesIO

import docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from shared.signed_links import Purpose
from tests.unit.notifier.letters.pages import Page
from tests.unit.notifier.letters.specimens import HOSTILE, LONGEST_LINE, for_signature, hostile, part, read

DATA = st.sampled_from(HOSTILE) | st.text(max_size=300)
HEADERS = {
    *("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type"),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DATA, DATA, DATA, DATA)
def test_data_stays_data(name: str, title: str, contact: str, document: str) -> None:
    """Names, titles, contact and documents' numbers are text wherever they are printed, and the mail is readable."""
    mail = hostile(name, title, contact, document)
    assert mail.body.isascii()
    lines = mail.body.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= LONGEST_LINE
    message = read(mail)
    assert not message.defects
    assert set(message.keys()) <= HEADERS | {"Reply-To"}
    assert len(message.keys()) == len(set(message.keys()))
    assert [a.addr_spec for a in message["To"].addresses] == ["vanthu@so-tttt.example"] == list(mail.to)
    assert mail.cc == ()
    page = Page(part(mail, "html"))
    assert set(page.tags) <= set(Page(part(for_signature(), "html")).tags)
    assert "49" not in page.words.replace("2023", "") or "49" in name + title + contact + document
    for words in (page.words, " ".join(part(mail, "plain").split())):
        assert "không phải văn bản hành chính" in words
        assert "13/03/2023" in words
    assert part(mail, "plain").count("https://") >= len(Purpose)
    _files_are_whole(mail.body, message)


def _files_are_whole(raw: bytes, message: object) -> None:
    calendar, letter = (file.get_payload(decode=True) for file in message.iter_attachments())  # type: ignore[attr-defined]
    [event] = Calendar.from_ical(calendar).walk("VEVENT")
    assert event["SEQUENCE"] == 4
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))
    document = docx.Document(BytesIO(letter))
    assert len(document.tables[1].rows) == 2
    assert zipfile.ZipFile(BytesIO(letter)).testzip() is None


def test_ten_thousand_characters_leave_the_mail_short() -> None:
    """They are cut with `…`, and the button is still near."""
    mail = hostile(title="ắ" * 10_000)
    text = part(mail, "plain")
    assert "…" in text
    assert text.index("Ghi nhận sản phẩm") < 2_000
    assert len(str(read(mail)["Subject"])) < 200


def test_directions_are_not_turned() -> None:
    """No mark that turns the direction of reading reaches a reader."""
    mail = hostile(*["\u202eđảo\u202c \u2067ngược\u2069 \u200f"] * 4)
    for words in (part(mail, "plain"), part(mail, "html"), str(read(mail)["Subject"]), str(read(mail)["From"])):
        assert not set(words) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
