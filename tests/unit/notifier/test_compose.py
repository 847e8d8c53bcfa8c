"""The mail as bytes, as another program reads it."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.compose import compose, message_id, render
from services.notifier.letter import Reminded, write
from services.notifier.mail import Mail
from services.notifier.recipients import Addresses, addresses
from shared.contracts.plan import Contact, PlanPublished
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import COORDINATOR, DUTIES, PAPER, assigned, key, now, plan

AT = datetime(2023, 3, 14, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
KEY = "mau-2023/bao/2023-03-14"
SENDER = "nhac-viec@mau.example"


def mail(of: PlanPublished, to: Addresses | None = None, recipient: str = "bao") -> Mail:
    items = [
        Reminded(key("V.7", "bao", "2022"), Rung.ESCALATED, now([assigned("2022", "dai")], AT.date())),
        Reminded(key("III.2", "tt-a", "2023-02"), Rung.OVERDUE, now([assigned("2023-02")], AT.date())),
        Reminded(key("III.2", "tt-a", "2023-01"), Rung.FOR_SIGNATURE, now([assigned("2023-01")], AT.date())),
    ]
    to = to or Addresses(("bao@mau.example", "toa-soan@mau.example"), ("a@mau.example", "b@mau.example"))
    return compose(write(of, recipient, items, AT, copied=bool(to.cc)), to, key=KEY, mail_from=SENDER, date=AT)


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
    assert not message.defects


def test_both_parts_say_the_same() -> None:
    """The text and the HTML part both name duty, clause, period, dates, delay, what to do, whom to call."""
    message = parsed(mail(plan()).body)
    assert message.get_content_type() == "multipart/alternative"
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
        "quá hạn 7 ngày",
        "Sản phẩm trễ hạn vẫn được ghi nhận và được ghi rõ là trễ hạn",
    ):
        assert words in text
        assert words in markup or words.capitalize() in markup


def test_both_drafts_address_the_joint_performers() -> None:
    """In the text and in the HTML the draft is addressed to every body of a joint duty."""
    talk = Reminded(key("V.7", "bao", "2022"), Rung.FOR_SIGNATURE, now([assigned("2022", "dai")], AT.date()))
    letter = write(plan(), "dieu-phoi", [talk], AT, copied=False)
    for words in (render(letter)[0], Tags(render(letter)[1]).text):
        assert "Kính gửi: Báo, “Mẫu” & <Thử>; Đài Phát thanh và Truyền hình (mẫu)" in words


def test_the_same_letter_the_same_bytes() -> None:
    """Composing twice gives the same bytes, so that a mail sent again is the same mail."""
    assert mail(plan()).body == mail(plan()).body


def test_the_bytes_fit_any_server() -> None:
    """The bytes are ASCII with CRLF, no line is longer than 78 characters, so nothing on the way changes them."""
    raw = mail(plan()).body
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 78


def test_styles_are_inline() -> None:
    """Mail programs that drop the style element still show the styles; nothing is loaded from elsewhere."""
    markup = part(parsed(mail(plan()).body), "html")
    assert "<style" not in markup
    assert 'style="' in markup
    assert "http" not in markup


def test_message_ids() -> None:
    """A Message-ID is the same for the same digest, another for another, and stays below 77 characters."""
    assert message_id(KEY, SENDER) == message_id(KEY, SENDER)
    assert message_id(KEY, SENDER) != message_id(KEY + "x", SENDER)
    assert len(message_id("k" * 500, "x@mot-mien-kha-dai.so-thong-tin.mau.example")) < 77
    assert parsed(mail(plan()).body)["Message-ID"] == message_id(KEY, SENDER)


@pytest.mark.parametrize("sender", ["", "Tên <a@b.example>", "a@b.example\r\nBcc: x@y.example"])
def test_a_wrong_sender(sender: str) -> None:
    """A sender that is no plain address is refused before anything is built."""
    letter = write(plan(), "bao", [], AT, copied=False)
    with pytest.raises(ValueError, match="plain address"):
        compose(letter, Addresses(("a@b.example",)), key=KEY, mail_from=sender, date=AT)


def test_no_contact_address() -> None:
    """A contact without a usable address leaves no Reply-To."""
    odd = plan(contact=Contact(name="Mẫu", phone="", email="không có"))
    assert parsed(mail(odd).body)["Reply-To"] is None


HOSTILE = st.sampled_from(
    [
        "x\r\nBcc: lay-trom@xau.example",
        "x\nSubject: khác",
        "x\x00y",
        "<script>alert(1)</script>",
        "{{7*7}} {% raw %}",
        '"><img src=x onerror=alert(1)>',
        "=?utf-8?q?=0D=0ABcc:_lay-trom@xau.example?=",
        "A, lay-trom@xau.example, B <lay-trom@xau.example>",
        "\u202egnoưhk\u202c",
        "\ud800",
        "",
        "ắ" * 400,
        ".\r\n.\r\nMAIL FROM:<lay-trom@xau.example>",
    ]
)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_data_stays_data(name: str, title: str, contact: str, plan_title: str) -> None:
    """Names and titles from a plan add no header, no recipient, no markup, and no template is run in them."""
    odd = plan(
        title=plan_title,
        agencies=(
            COORDINATOR.model_copy(update={"name": name}),
            PAPER.model_copy(update={"name": name}),
        ),
        contact=Contact(name=contact, phone=contact, email=contact),
        duties=(DUTIES[-1].model_copy(update={"title": title, "clause": title}), *DUTIES[:3]),
    )
    composed = mail(odd, addresses(odd, "bao", frozenset({Rung.ESCALATED}), AT.date()))
    message = parsed(composed.body)
    assert sorted(message.keys()) == sorted(set(parsed(mail(plan()).body).keys()) - {"Cc", "Reply-To"})
    assert [address for _, address in getaddresses([str(message["To"])])][-1] == "bao@mau.example"
    assert [a.addr_spec for a in message["To"].addresses] == ["bao@mau.example"] == list(composed.recipients)
    page = Tags(part(message, "html"))
    plain = Tags(part(parsed(mail(plan()).body), "html"))
    assert set(page.tags) <= set(plain.tags)
    assert "49" not in page.text
    assert not message.defects
    assert max(map(len, composed.body.split(b"\r\n"))) <= 78


def test_templates_show_braces_as_they_are() -> None:
    """Braces in a title are printed, not run."""
    odd = plan(duties=(DUTIES[-1].model_copy(update={"title": "{{7*7}} <b>A & B</b>"}), *DUTIES[:3]))
    message = parsed(mail(odd).body)
    assert "{{7*7}} <b>A & B</b>" in part(message, "plain")
    assert "{{7*7}} <b>A & B</b>" in Tags(part(message, "html")).text
