"""What officers read about reminders, in Vietnamese. Pure."""

import shlex
from collections.abc import Iterable
from datetime import date

from services.notifier.letters.text import one_line
from services.notifier.letters.wording import full_date
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Answered
from shared.contracts.reminders import Rung
from shared.vietnamese import ANSWERS

RUNGS = {
    Rung.UPCOMING: "sắp đến hạn",
    Rung.OVERDUE: "quá hạn",
    Rung.ESCALATED: "quá hạn kéo dài",
    Rung.FOR_SIGNATURE: "trình ký công văn đôn đốc",
}
# What to do with an answer that waits, on the page and in the mail.
HOW = {
    AnswerKind.NOTHING_TO_REPORT: (
        "Nếu đồng ý, ghi quyết định “không phát sinh” cho kỳ này tại Bàn điều hành; từ đó kỳ này không phải thực hiện. "
        "Hoặc điền số văn bản (--document) và người duyệt (--approver) vào giữa hai dấu nháy trong lệnh sau rồi chạy:"
    ),
    AnswerKind.ALREADY_DONE: (
        "Đề nghị đối chiếu. Nếu đúng là đã thực hiện, cơ quan, đơn vị ghi nhận sản phẩm theo liên kết trong thư nhắc "
        "việc; kỳ này chỉ được tính khi sản phẩm đã được ghi nhận."
    ),
}


def why_now(register_by: date, working_days: int) -> str:
    """hạn ghi nhận 07/03/2023, quá 1 ngày làm việc."""
    if working_days > 0:
        distance = f"quá {working_days} ngày làm việc"
    elif working_days < 0:
        distance = f"còn {-working_days} ngày làm việc"
    else:
        distance = "đúng ngày hạn"
    return f"hạn ghi nhận {full_date(register_by)}, {distance}"


def answer_words(answers: Iterable[Answered]) -> str | None:
    """The last answer, in short; None where there is none."""
    last = max(answers, key=lambda one: (one.day, one.event), default=None)
    if last is None:
        return None
    return f"đã trả lời “{ANSWERS[last.kind]}” ngày {full_date(last.day)}, chờ xác nhận"


def confirming(at: OccurrenceKey, answer: Answered) -> str | None:
    """The command that confirms it; the coordinator fills in its document and who approved. They are empty, which no
    command takes: words that stand for them would be run and printed in the report as they are."""
    if answer.kind is not AnswerKind.NOTHING_TO_REPORT:
        return None
    reason = shlex.quote(one_line(answer.reason))
    where = " ".join(shlex.quote(part) for part in (at.plan, at.duty, at.agency, at.period))
    return f"dondoc duty nothing-to-report {where} --document '' --approver '' --reason {reason}"
