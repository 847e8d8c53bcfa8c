"""The words and days of a plan file. Each type says, when it refuses, what would be right."""

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from unicodedata import name

from pydantic import AfterValidator, BeforeValidator

from shared.seen_text import seen

UNKNOWN: Literal["unknown"] = "unknown"
LONGEST = 500

# Agency and plan ids are one token of a NATS subject, and all ids are parts of `plan/duty/agency/period`.
_TOKEN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOCAL_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:00)?")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _token(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"{value!r} is no id; write 1 to 64 of a-z, A-Z, 0-9, - and _, as in so-noi-vu")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no id; write 1 to 64 of a-z, A-Z, 0-9, ., - and _, as in III.10b-radio")
    return value


def _text(value: str) -> str:
    words = value.strip()
    if not words:
        raise ValueError("it is empty; write a text")
    if len(words) > LONGEST:
        raise ValueError(f"it has {len(words)} characters; write {LONGEST} at most")
    if any(letter in words for letter in "\r\n"):
        raise ValueError("it runs over several lines; write it on one")
    # Marks that turn the reading direction would turn periods and dates beside it on pages and in mails as well.
    if hidden := next((letter for letter in words if seen(letter) != letter), None):
        called = f"U+{ord(hidden):04X} ({name(hidden, 'a control character')})"
        raise ValueError(f"it holds the character {called}, which nobody sees; delete it, or write the text anew")
    return words


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"there is no day {value!r}; write year-month-day, as in 2023-11-29") from None
    form = _LOCAL_DAY.fullmatch(value)
    example = f"{form[3]}-{int(form[2]):02}-{int(form[1]):02}" if form else "2023-11-29"
    raise ValueError(f"{value!r} is no date; write year-month-day, as in {example}")


def _day_or_unknown(value: Any) -> Any:
    return value if value == UNKNOWN else _day(value)


def _hour(value: Any) -> Any:
    if isinstance(value, str) and not _HOUR.fullmatch(value):
        raise ValueError(f"{value!r} is no time of day; write hours and minutes, as in 07:30")
    return value


def _mailbox(value: str) -> str:
    if len(value) > 254 or not _MAILBOX.fullmatch(value):
        raise ValueError(f"{value!r} is no e-mail address; write one, as in vanthu@so-noi-vu.example")
    return value


Token = Annotated[str, AfterValidator(_token)]
Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, AfterValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
Hour = Annotated[time, BeforeValidator(_hour)]
DayOrUnknown = Annotated[date | Literal["unknown"], BeforeValidator(_day_or_unknown)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
