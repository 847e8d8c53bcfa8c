"""The mail as bytes, as another program reads it."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from services.notifier.letters.compose import compose
from services.notifier.letters.ids import message_id
from services.notifier.letters.letter import write
from services.notifier.letters.line import Reminded
from services.notifier.letters.mail import Mail
from services.notifier.letters.mime import File
from services.notifier.letters.render import render
from services.notifier.recipients import Addresses
from shared.contracts.plan import Contact, PlanPublished
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import DUTIES, assigned, key, links, now, plan

AT = datetime(2023, 3, 14, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
KEY = "mau-2023/bao/2023-03-14"
SENDER = "nhac-viec@mau.example"


FIRST = "<0123456789abcdef0123456789abcdef@mau.example>"
FILE = File("mau.bin", "application/octet-stream", bytes(range(256)) * 3)


def mail(of: PlanPublished, first: str | None = None) -> Mail:
    items = [
        Reminded(key("V.7", "bao", "2022"), Rung.ESCALATED, now([assigned("2022", "dai")], AT.date())),
        Reminded(key("III.2", "tt-a", "2023-02"), Rung.OVERDUE, now([assigned("2023-02")], AT.date())),
        Reminded(key("III.2", "tt-a", "2023-01"), Rung.FOR_SIGNATURE, now([assigned("2023-01")], AT.date())),
    ]
    to = Addresses(("bao@mau.example", "toa-soan@mau.example"), ("a@mau.example", "b@mau.example"))
    letter = write(of, links("bao"), items, AT, copied=True)
    return compose(letter, to, key=KEY, mail_from=SENDER, date=AT, files=[FILE], first=first)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


class Tags(HTMLParser):
    """Every tag of a page, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_headers() -> None:
    """Sender, recipients, subject, date and the marks of an automatic mail read back as they were meant."""
    message = parsed(mail(plan()).body)
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["From"].addresses[0].display_name == "Sở Điều phối (mẫu)"
    assert [a.addr_spec for a in message["To"].addresses] == ["bao@mau.example", "toa-soan@mau.example"]
    assert message["To"].addresses[0].display_name == "Báo, “Mẫu” & <Thử>"
    assert [a.addr_spec for a in message["Cc"].addresses] == ["a@mau.example", "b@mau.example"]
    assert message["Reply-To"].addresses[0].addr_spec == "lien-he@mau.example"
    assert message["Subject"] == (
        "[Nhắc việc] trình ký công văn đôn đốc (1 kỳ của 1 cơ quan), 2 kỳ quá hạn, tính đến 14/03/2023"
    )
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["References"] is None
    assert not message.defects


def test_a_follow_up_threads_under_the_first() -> None:
    """It names the Message-ID of the first mail, as one token that no folding breaks up."""
    raw = mail(plan(), FIRST).body
    assert f"\r\nIn-Reply-To: {FIRST}\r\nReferences: {FIRST}\r\n".encode() in raw


def test_files_arrive_as_they_were() -> None:
    """An attachment has its name, its type and its bytes, behind the text that there is in two forms."""
    message = parsed(mail(plan()).body)
    assert message.get_content_type() == "multipart/mixed"
    body, file = message.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert (file.get_filename(), file.get_content_type()) == (FILE.name, FILE.type)
    assert file.get_payload(decode=True) == FILE.content


def test_both_parts_say_the_same() -> None:
    """The text and the HTML part both name duty, clause, period, dates, delay, what to do, whom to call."""
    message = parsed(mail(plan()).body)
    text = " ".join(part(message, "plain").split())
    markup = " ".join(Tags(part(message, "html")).text.split())
    for words in (
        "Tọa đàm",
        "năm 2022",
        "tháng 02/2023",
        "07/03/2023",
        "28/02/2023",
        "08 giờ 00 ngày 14/03/2023",
        "đã thực hiện",
        "không phát sinh",
        "Nguyễn Thị Mẫu",
        "0255 000 0000",
        "thư nhắc việc tự động, không phải văn bản hành chính",
        "Trung tâm Truyền thông - Văn hóa - Thể thao huyện A (mẫu)",
        "Cùng thực hiện",
        "Quá hạn 7 ngày",
        "Sản phẩm trễ hạn vẫn được ghi nhận và được ghi rõ là trễ hạn",
    ):
        assert words in text
        assert words in markup or words.capitalize() in markup


def test_both_drafts_name_the_joint_performers() -> None:
    """In the text and in the HTML the list names every body of a joint duty."""
    talk = Reminded(key("V.7", "bao", "2022"), Rung.FOR_SIGNATURE, now([assigned("2022", "dai")], AT.date()))
    letter = write(plan(), links("dieu-phoi"), [talk], AT, copied=False)
    for words in (render(letter)[0], Tags(render(letter)[1]).text):
        assert "1. Báo, “Mẫu” & <Thử>" in words
        assert "Cùng thực hiện: Đài Phát thanh và Truyền hình (mẫu)" in " ".join(words.split())


def test_the_same_letter_the_same_bytes() -> None:
    """Composing twice gives the same bytes, so that a mail sent again is the same mail."""
    assert mail(plan()).body == mail(plan()).body


def test_message_ids() -> None:
    """A Message-ID is the same for the same digest, another for another, and stays below 77 characters."""
    assert message_id(KEY, SENDER) == message_id(KEY, SENDER)
    assert message_id(KEY, SENDER) != message_id(KEY + "x", SENDER)
    assert len(message_id("k" * 500, "x@mot-mien-kha-dai.so-thong-tin.mau.example")) < 77
    assert parsed(mail(plan()).body)["Message-ID"] == message_id(KEY, SENDER)


@pytest.mark.parametrize("sender", ["", "Tên <a@b.example>", "a@b.example\r\nBcc: x@y.example"])
def test_a_wrong_sender(sender: str) -> None:
    """A sender that is no plain address is refused before anything is built."""
    letter = write(plan(), links("bao"), [], AT, copied=False)
    with pytest.raises(ValueError, match="plain address"):
        compose(letter, Addresses(("a@b.example",)), key=KEY, mail_from=sender, date=AT)


def test_no_contact_address() -> None:
    """A contact without a usable address leaves no Reply-To."""
    odd = plan(contact=Contact(name="Mẫu", phone="", email="không có"))
    assert parsed(mail(odd).body)["Reply-To"] is None


def test_templates_show_braces_as_they_are() -> None:
    """Braces in a title are printed, not run."""
    odd = plan(duties=(DUTIES[-1].model_copy(update={"title": "{{7*7}} <b>A & B</b>"}), *DUTIES[:3]))
    message = parsed(mail(odd).body)
    assert "{{7*7}} <b>A & B</b>" in part(message, "plain")
    assert "{{7*7}} <b>A & B</b>" in Tags(part(message, "html")).text
