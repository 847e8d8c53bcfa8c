"""What a person typed into the form behind a link, read forgivingly, and what is wrong with it. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.submissions.imports.cells import Misread, read
from services.submissions.imports.table import Field
from services.submissions.imports.text import shortened
from services.submissions.reasons_in_vietnamese import in_vietnamese
from shared import seen_text
from shared.contracts.outputs import Reason
from shared.seen_text import lines, one_line
from shared.vietnamese import dotted

TITLE, PUBLISHED_ON, URL, DURATION, NOTE = "title", "published_on", "url", "duration_minutes", "note"
FILE, REASON = "evidence", "reason"
FIELDS = (TITLE, PUBLISHED_ON, URL, DURATION, NOTE, REASON)
LONGEST_REASON = 2000
# More is no day and no number, and only costs time to look at.
_LONGEST_SHORT = 60
# An address as it is typed on a phone, without its scheme: a host whose last part has letters alone, then a path.
_BARE_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?")
# Where a reason names a field that the form doesn't have, this one is what a person can change.
_INSTEAD = {"period": PUBLISHED_ON}


@dataclass(frozen=True)
class Wrong:
    """One thing to correct: the field, empty for the form as a whole, and a sentence in Vietnamese."""

    field: str
    text: str


def seen(typed: Mapping[str, str]) -> dict[str, str]:
    """Every field as far as it can be seen: line breaks in notes stay, controls and marks of direction go."""
    return {name: seen_text.seen(typed.get(name, "")) for name in FIELDS}


def read_output(typed: Mapping[str, str]) -> tuple[dict[str, Any], list[Wrong]]:
    """The fields of the event that could be read, and what couldn't. Whether they are right the intake says."""
    data: dict[str, Any] = {name: text for name in (TITLE, URL) if (text := one_line(typed[name]))}
    if URL in data and _BARE_ADDRESS.fullmatch(data[URL]):
        data[URL] = f"https://{data[URL]}"
    if note := lines(typed[NOTE]):
        data[NOTE] = note
    wrong = []
    for name, field in ((PUBLISHED_ON, Field.PUBLISHED_ON), (DURATION, Field.DURATION)):
        try:
            short = one_line(typed[name])[:_LONGEST_SHORT]
            value = read(_with_slashes(short) if name == PUBLISHED_ON else short, field)
        except Misread as misread:
            wrong.append(Wrong(name, _sentence(str(misread))))
        else:
            if value is not None:
                data[name] = value if name == DURATION else str(value)
    return data, wrong


def wrong_by(reasons: Iterable[Reason], typed: Mapping[str, str], known: Iterable[Wrong]) -> list[Wrong]:
    """The intake's reasons beside the fields that they are about. A field that is known to be wrong has its text."""
    found = list(known)
    for reason in reasons:
        name = reason.field.partition(".")[0]
        field = _INSTEAD.get(name, name)
        if field and field in {one.field for one in found}:
            continue
        given = shortened(typed.get(field, "")) or None
        found.append(Wrong(field if field in (*FIELDS, FILE) else "", in_vietnamese(reason, given)))
    order = ("", TITLE, PUBLISHED_ON, DURATION, URL, NOTE, FILE)
    return sorted(found, key=lambda one: order.index(one.field))


def read_reason(typed: Mapping[str, str]) -> tuple[str, list[Wrong]]:
    """The reason of an answer, and what is wrong with it."""
    reason = lines(typed[REASON])
    if not any(char.isalnum() for char in reason):
        return reason, [Wrong(REASON, "Chưa có lý do; hãy ghi ngắn gọn, bằng chữ.")]
    if len(reason) > LONGEST_REASON:
        length, most = dotted(len(reason)), dotted(LONGEST_REASON)
        return reason, [Wrong(REASON, f"Nội dung dài {length} ký tự; hãy rút gọn còn nhiều nhất {most} ký tự.")]
    return reason, []


def _with_slashes(text: str) -> str:
    """A phone's keypad of figures has no stroke: 05032023 is a day as well."""
    if len(text) == 8 and text.isascii() and text.isdecimal():
        return f"{text[:2]}/{text[2:4]}/{text[4:]}"
    return text


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
