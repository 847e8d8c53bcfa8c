"""The mail with a one-time link. Pure: frozen bytes, made once."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from services.reports.desk.officer_store import Officer
from services.reports.desk.sign_in_store import LINK_LASTS

SUBJECT = "Liên kết đăng nhập hệ thống Đôn đốc"
_TEXT = """\
Kính gửi ông/bà {name},

Có người vừa yêu cầu đăng nhập hệ thống Đôn đốc bằng địa chỉ thư này.

Mở liên kết sau rồi bấm “Đăng nhập” để tiếp tục. Liên kết dùng được một lần, trong {minutes} phút:

{link}

Nếu không phải ông/bà yêu cầu, xin bỏ qua thư này; không ai đăng nhập được nếu không có liên kết. Xin không chuyển
tiếp thư này cho người khác.

Thư này do hệ thống tự động gửi.
"""


@dataclass(frozen=True)
class Letter:
    """What is handed to the mail server; `sender` and `to` are bare addresses."""

    sender: str
    to: str
    body: bytes


def sign_in_letter(officer: Officer, link: str, sender: str, message_id: str, now: datetime) -> Letter:
    """To the officer, with the link. `message_id` is what stands before the sender's domain."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender
    mail["To"] = officer.email
    mail["Subject"] = SUBJECT
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    minutes = round(LINK_LASTS.total_seconds() / 60)
    mail.set_content(_TEXT.format(name=officer.name, minutes=minutes, link=link), cte="quoted-printable")
    return Letter(sender, officer.email, mail.as_bytes())
