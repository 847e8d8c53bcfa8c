"""The calendar file, as another program reads it."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.cal import Component

from services.notifier.letters.calendar_file import escaped, fold
from services.notifier.letters.mail import Mail
from shared.contracts.ledger import Extended
from shared.contracts.reminders import Rung
from tests.unit.notifier.letters.specimens import (
    escalated,
    for_signature,
    mail,
    mixed,
    one_overdue,
    owed,
    read,
    upcoming,
)

CENTRE = "tt-vhtt-h-binh-son"


def calendar_part(of: Mail) -> EmailMessage:
    [found] = [file for file in read(of).iter_attachments() if file.get_content_type() == "text/calendar"]
    return found


def events(of: Mail) -> list[Component]:
    return Calendar.from_ical(calendar_part(of).get_payload(decode=True)).walk("VEVENT")


def moved(to: date, revision: int) -> Extended:
    return Extended(
        event=f"gia-han-{revision}",
        day=date(2023, 3, 1),
        revision=revision,
        end=to - timedelta(days=7),
        register_by=to,
        approver="mẫu",
        document="mẫu",
        reason="mẫu",
    )


def test_an_event_for_each_line() -> None:
    """All day, on the last day of registration, with duty, period and clause, and nobody is busy for it."""
    assert [len(events(of())) for of in (one_overdue, mixed, for_signature)] == [1, 11, 1]
    [event] = events(upcoming())
    assert event["DTSTART"].dt == date(2023, 3, 7)
    assert event["DTEND"].dt == date(2023, 3, 8)
    assert event["SUMMARY"] == "Hạn ghi nhận: Phát thanh cơ sở, tháng 02/2023"
    assert "Mục III.11a của Kế hoạch. Sản phẩm cần có đến hết ngày 28/02/2023." in event["DESCRIPTION"]
    assert event["TRANSP"] == "TRANSPARENT"
    assert "https://" not in calendar_part(upcoming()).get_payload(decode=True).decode()


def test_it_is_published() -> None:
    """METHOD stands in the file and in its media type, and it has an organizer, as RFC 5546 wants."""
    found = calendar_part(upcoming())
    assert found.get_param("method") == "PUBLISH"
    read_ = Calendar.from_ical(found.get_payload(decode=True))
    assert (read_["METHOD"], read_["VERSION"]) == ("PUBLISH", "2.0")
    [event] = events(upcoming())
    assert event["ORGANIZER"] == "mailto:nhac-viec@dondoc.example"
    assert event["ORGANIZER"].params["CN"] == "Sở Thông tin và Truyền thông"


def test_the_next_mail_updates_the_event() -> None:
    """The same occurrence has the same UID for the same recipient in each mail, and another one for another."""
    first, later = (events(of())[0]["UID"] for of in (upcoming, escalated))
    other = mail("ubnd-h-binh-son", date(2023, 3, 8), (owed("III.11a", CENTRE, "2023-02"), Rung.OVERDUE))
    assert first == later != events(other)[0]["UID"]


def test_a_moved_date_is_a_later_sequence() -> None:
    """An extension, and one after it, raise SEQUENCE; a further reminder of the same date doesn't."""
    late = owed("III.11a", CENTRE, "2023-02")
    days = (date(2023, 3, 14), date(2023, 3, 21))
    sent = [
        mail(CENTRE, date(2023, 3, 8), (late, Rung.OVERDUE)),
        escalated(),
        mail(CENTRE, date(2023, 3, 8), (late, Rung.OVERDUE, moved(days[0], 4))),
        mail(CENTRE, date(2023, 3, 8), (late, Rung.OVERDUE, moved(days[0], 4), moved(days[1], 6))),
    ]
    assert [(of[0]["SEQUENCE"], of[0]["DTSTART"].dt) for of in map(events, sent)] == [
        (1, date(2023, 3, 7)),
        (1, date(2023, 3, 7)),
        (4, days[0]),
        (6, days[1]),
    ]


def test_a_bell_the_day_before() -> None:
    """At eight in the morning, for dates that are still to come; one for a past day would ring at once."""
    [alarm] = events(upcoming())[0].walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-16)
    assert events(one_overdue())[0].walk("VALARM") == []


@given(st.text())
def test_lines_are_folded_between_characters(text: str) -> None:
    """Each is 75 octets at most and valid UTF-8 by itself, and unfolded they are the line again."""
    line = text.encode("utf-8", "replace").decode()
    folded = fold(line)
    assert folded.endswith(b"\r\n")
    if "\r\n" not in line:
        pieces = folded[:-2].split(b"\r\n")
        assert all(len(piece) <= 75 for piece in pieces)
        assert "".join(piece.decode()[number > 0 :] for number, piece in enumerate(pieces)) == line


@pytest.mark.parametrize(("text", "value"), [("a, b; c\\n", "a\\, b\\; c\\\\n"), ("“mẫu”", "“mẫu”")])
def test_text_is_escaped(text: str, value: str) -> None:
    """Commas, semicolons and backslashes are no syntax."""
    assert escaped(text) == value
