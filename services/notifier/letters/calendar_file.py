"""The dates of a mail as a calendar file (RFC 5545; METHOD:PUBLISH by RFC 5546, 3.2.1): an all-day event a line.

No link is in it: calendars are shared, and a link is a right.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.notifier.letters.ids import short_id
from services.notifier.letters.letter import Letter
from services.notifier.letters.line import Line
from services.notifier.letters.mime import File

CRLF = b"\r\n"
# Octets of a line, its end not counted (RFC 5545, 3.1).
LONGEST_LINE = 75
# 08:00 of the day before: the event begins with its day.
ALARM = "-PT16H"


def calendar_file(letter: Letter, recipient: str, mail_from: str, date: datetime) -> File:
    """The dates by which `recipient` is to register. `date` is that of the mail."""
    domain = mail_from.partition("@")[2]
    stamp = f"{date.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    organizer = f"ORGANIZER;CN={_quoted(letter.coordinator)}:mailto:{mail_from}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Đôn đốc//Nhắc việc//VI", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    for one in letter.own:
        uid = f"{short_id(f'{one.of.key}/{recipient}')}@{domain}"
        lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}", organizer]
        lines += _event(one, letter, date)
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    content = b"".join(map(fold, lines))
    return File(f"nhac-viec-{date:%Y-%m-%d}.ics", 'text/calendar; charset="utf-8"; method=PUBLISH', content)


def fold(line: str) -> bytes:
    """The content line in lines of 75 octets at most, no character torn apart."""
    left = line.encode("utf-8", "replace")
    if len(left) <= LONGEST_LINE:
        return left + CRLF
    folded, room = b"", LONGEST_LINE
    while len(left) > room:
        end = room
        while left[end] & 0xC0 == 0x80:
            end -= 1
        folded += left[:end] + CRLF + b" "
        left, room = left[end:], LONGEST_LINE - 1
    return folded + left + CRLF


def escaped(text: str) -> str:
    """Text as the value of a property (RFC 5545, 3.3.11). It is on one line already."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _event(one: Line, letter: Letter, date: datetime) -> Iterator[str]:
    now = one.of.now
    contact = f"{letter.contact.name}, điện thoại {letter.contact.phone}"
    said = f"Mục {one.clause} của Kế hoạch. Sản phẩm cần có đến hết ngày {one.due}. Liên hệ: {contact}"
    yield f"SEQUENCE:{now.revision}"
    yield f"DTSTART;VALUE=DATE:{now.register_by:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{now.register_by + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(f'Hạn ghi nhận: {one.title}, {one.short_period}')}"
    yield f"DESCRIPTION:{escaped(said)}"
    yield "TRANSP:TRANSPARENT"
    # A bell for a day that is past would ring as soon as the file is opened.
    if now.register_by > date.date():
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{ALARM}")
        yield f"DESCRIPTION:{escaped(f'Ngày mai là hạn ghi nhận: {one.title}')}"
        yield "END:VALARM"


def _quoted(text: str) -> str:
    """Text as the value of a parameter (RFC 5545, 3.2), which can't hold the quotation mark."""
    return f'"{text.replace(chr(34), chr(39))}"'
