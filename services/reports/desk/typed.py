"""What an officer typed into a form, as what is asked of the service that owns it, or what is wrong. Pure."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.narrative import LONGEST_NARRATIVE
from shared.seen_text import lines, one_line, seen
from shared.vietnamese import dotted

# Who owns it, and how it is asked.
REVIEW = "dondoc.submissions.review"
EXCUSE, PROLONG = "dondoc.assignments.excuse", "dondoc.assignments.extend"

VERDICT, REASON = "verdict", "reason"
ACCEPT, NOTABLE, SEND_BACK = "accept", "notable", "send_back"
DECISION, DOCUMENT, APPROVER, UNTIL = "decision", "document", "approver", "until"
EXTEND = "extend"
TEXT = "text"
# What stood there when the form was shown: the number of the last review, the revision of the last decision or text.
AFTER = "sau"
LONGEST_REASON = 2000
LONGEST_LINE = 500
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})|(\d{2})(\d{2})(\d{4})")

Fields = Mapping[str, str]


class Wrong(NamedTuple):
    """`field` is empty for what concerns no single one; `quoted` is what another service said, in its own words."""

    field: str
    text: str
    quoted: str = ""


class Asked(NamedTuple):
    """A question to another service."""

    subject: str
    fields: Mapping[str, object]


def read_after(typed: Fields) -> int:
    """What the officer has seen; 0 where there was nothing."""
    after = typed.get(AFTER, "")
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0


def read_review(output: str, typed: Fields, reviewer: str) -> tuple[Asked, list[Wrong]]:
    """Accept, name in the report, or send back with a reason."""
    verdict, reason = typed.get(VERDICT, ""), lines(typed.get(REASON, ""))
    wrong = [] if verdict in (ACCEPT, NOTABLE, SEND_BACK) else [Wrong(VERDICT, "Chọn một kết quả xem xét.")]
    if verdict == SEND_BACK and not _says_something(reason):
        wrong.append(Wrong(REASON, "Ghi lý do trả lại, để cơ quan biết cần sửa gì."))
    wrong += _too_long(REASON, reason, LONGEST_REASON)
    fields = {
        "output": output,
        "accepted": verdict != SEND_BACK,
        "notable": verdict == NOTABLE,
        "reason": reason,
        "reviewer": reviewer,
        "after": read_after(typed),
    }
    return Asked(REVIEW, fields), wrong


def read_decision(key: OccurrenceKey, typed: Fields, by: str) -> tuple[Asked, list[Wrong]]:
    """Nothing to report, exempt, or extend, by a document that somebody approved."""
    decision = typed.get(DECISION, "")
    typed_lines = {name: one_line(typed.get(name, "")) for name in (DOCUMENT, APPROVER, REASON)}
    fields: dict[str, object] = {**key.model_dump(), **typed_lines, "decided_by": by, "after": read_after(typed)}
    wrong = []
    if decision == EXTEND:
        until = read_day(typed.get(UNTIL, ""))
        if until is None:
            wrong.append(Wrong(UNTIL, "Nhập thời hạn mới: ngày/tháng/năm, ví dụ 08/12/2023."))
        else:
            fields["until"] = until.isoformat()
    elif decision in list(ExcuseKind):
        fields["kind"] = decision
        if typed.get(UNTIL, "").strip():
            wrong.append(Wrong(UNTIL, "Thời hạn mới chỉ dùng khi gia hạn: chọn gia hạn, hoặc để trống ô này."))
    else:
        wrong.append(Wrong(DECISION, "Chọn một loại quyết định."))
    for name, text in (
        (DOCUMENT, "Nhập số, ký hiệu văn bản."),
        (APPROVER, "Nhập người duyệt."),
        (REASON, "Nhập lý do, như sẽ ghi trong báo cáo."),
    ):
        if not _says_something(typed_lines[name]):
            wrong.append(Wrong(name, text))
        wrong += _too_long(name, typed_lines[name], LONGEST_LINE)
    return Asked(PROLONG if decision == EXTEND else EXCUSE, fields), wrong


def read_narrative(typed: Fields) -> tuple[str, Sequence[Wrong]]:
    """A part of the report; empty takes it away."""
    text = seen(typed.get(TEXT, "")).strip()
    return text, _too_long(TEXT, text, LONGEST_NARRATIVE)


def read_day(text: str) -> date | None:
    """Day, month, year, with strokes, dots or nothing between; or as programs write it. None for what is no day."""
    given = "".join(seen(text).split())
    with suppress(ValueError):
        return date.fromisoformat(given) if "-" in given else _by_parts(given)
    return None


def _by_parts(given: str) -> date | None:
    found = _DAY.fullmatch(given)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups() if part is not None)
    return date(year, month, day)


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _too_long(field: str, text: str, most: int) -> list[Wrong]:
    if len(text) <= most:
        return []
    return [Wrong(field, f"Nội dung dài {dotted(len(text))} ký tự; nhiều nhất là {dotted(most)} ký tự.")]
