"""How much of a letter is printed in full."""

from dataclasses import replace
from datetime import date, datetime

from services.notifier.letters.actions import Links
from services.notifier.letters.letter import BESIDES, write
from services.notifier.letters.line import Reminded
from services.notifier.letters.render import MOST_MARKUP, render
from services.notifier.letters.shape import SHAPES, Shape, drafted, parts
from shared.contracts.reminders import Rung
from tests.unit.notifier.letters.specimens import PLAN, ZONE, hostile_plan, owed
from tests.unit.notifier.sample import now

AT = datetime(2024, 1, 10, 8, 0, tzinfo=ZONE)
MANY = ("a" * 60 + "@mot-don-vi-co-ten-mien-rat-dai.quangngai.example",) * 8
LINKS = Links("https://dondoc.quangngai.example", "s" * 32, "dai-ptth", "m" * 32, MANY, date(2024, 3, 9))


def reminded(count: int, rung: Rung) -> list[Reminded]:
    found = []
    for number in range(count):
        key, fact = owed("III.10b-radio", "dai-ptth", f"{2000 + number // 50}-W{number % 50 + 1:02}")
        found.append(Reminded(key, rung, now([fact], AT.date())))
    return found


def test_lines_are_numbered_through() -> None:
    """From one to the last over all sections; what comes after the shape's bounds is brief, then counted."""
    letter = write(PLAN, LINKS, [*reminded(2, Rung.ESCALATED), *reminded(6, Rung.OVERDUE)], AT, copied=False)
    first, second = parts(letter, Shape(full=3, listed=5, drafted=0))
    assert ([n for n, _ in first.full], [n for n, _ in first.brief], first.left_out) == ([1, 2], [], 0)
    assert ([n for n, _ in second.full], [n for n, _ in second.brief], second.left_out) == ([3], [4, 5], 3)


def test_what_is_overdue_besides_is_brief() -> None:
    """After what has its turn, numbered on, none of it in full, and cut where the shape ends."""
    reminding, late = reminded(2, Rung.UPCOMING), [replace(one, rung=None) for one in reminded(6, Rung.OVERDUE)[2:]]
    letter = write(PLAN, LINKS, reminding, AT, copied=False, besides=late)
    first, second = parts(letter, Shape(full=12, listed=5, drafted=0))
    assert (len(first.full), second.heading, second.full) == (2, BESIDES, ())
    assert ([n for n, _ in second.brief], second.left_out) == ([3, 4, 5], 1)


def test_a_draft_is_cut_between_lines() -> None:
    """What is left out is counted."""
    letter = write(PLAN, LINKS, reminded(7, Rung.FOR_SIGNATURE), AT, copied=False)
    listed = drafted(letter.draft, Shape(0, 0, 4))
    assert (sum(len(owing.lines) for owing in listed.owing), listed.left_out) == (4, 3)


def test_the_shortest_shape_fits_whatever_the_data() -> None:
    """A thousand lines with the longest titles, names and addresses that there are: a mail that is shown whole."""
    plan = hostile_plan("<&" * 5_000, "<&" * 5_000, "<&" * 5_000, "<&" * 5_000)
    for rung in (Rung.OVERDUE, Rung.FOR_SIGNATURE):
        text, markup = render(write(plan, LINKS, reminded(1_000, rung), AT, copied=True))
        assert len(markup.encode()) <= MOST_MARKUP
        assert "kỳ khác" in text
        assert "kỳ khác" in markup


def test_an_ordinary_mail_is_printed_in_full() -> None:
    """A dozen lines and fewer, each with its button and both links."""
    letter = write(PLAN, LINKS, reminded(SHAPES[0].full, Rung.OVERDUE), AT, copied=False)
    assert sum(len(part.full) for part in parts(letter, SHAPES[0])) == SHAPES[0].full
