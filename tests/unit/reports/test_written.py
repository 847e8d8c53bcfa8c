"""What people add to a report."""

from datetime import date

from services.reports.duty_lines import Duties
from services.reports.written import MOST_NOTABLE, narrative_lines, notable_lines
from shared.contracts.narrative import NARRATIVE, NarrativeWritten, Part
from shared.contracts.outputs import OutputReviewed
from tests.unit.reports.sample import PLAN, PLAN_ID, output, review

DUTIES = Duties(PLAN)
MADE = output("o", "III.5", "stttt", date(2023, 5, 2), period="2023-05")
NAMED = date(2023, 5, 9)


def named(number: int = 1, day: date = NAMED, **more: object) -> OutputReviewed:
    """A review that finds the output notable."""
    return review(MADE, number, day, accepted=True).model_copy(update={"notable": True, **more})


def written(text: str, revision: int, day: date = NAMED, part: Part = Part.CAUSES) -> NarrativeWritten:
    """What an officer wrote of one part."""
    return NarrativeWritten(plan=PLAN_ID, part=part, revision=revision, day=day, text=text, author="a@mau.example")


def test_a_notable_output_is_named_with_the_reason() -> None:
    (line,) = notable_lines([(MADE, [named(reason="Cách làm hay")])], DUTIES, NAMED)
    assert (line.id, line.agency, line.period, line.channel) == ("o", "stttt", "2023-05", "web")
    assert (line.reason, line.url) == ("Cách làm hay", "https://mau.example/o")


def test_it_is_not_named_before_it_was_found_so_nor_after_it_was_sent_back() -> None:
    """The highest review of the day holds."""
    reviews = [named(), review(MADE, 2, date(2023, 6, 1), accepted=False)]
    days = [date(2023, 5, 8), NAMED, date(2023, 6, 1)]
    assert [len(notable_lines([(MADE, reviews)], DUTIES, day)) for day in days] == [0, 1, 0]


def test_what_is_sent_back_is_not_named_even_where_the_review_finds_it_notable() -> None:
    """The contract lets an event say both; then it needs a fix first."""
    assert notable_lines([(MADE, [named(accepted=False)])], DUTIES, NAMED) == ()


def test_an_output_of_a_later_day_is_not_named() -> None:
    """Even where its review's day is earlier than its registration."""
    assert notable_lines([(MADE, [named(day=date(2023, 5, 1))])], DUTIES, date(2023, 5, 1)) == ()


def test_of_too_many_the_last_ones_are_named() -> None:
    """By day of publication, the earliest first."""
    many = [MADE.model_copy(update={"output": f"o{n:03}"}) for n in range(MOST_NOTABLE + 7)]
    lines = notable_lines([(one, [named(output=one.output)]) for one in many], DUTIES, NAMED)
    assert [line.id for line in lines] == [f"o{n:03}" for n in range(7, MOST_NOTABLE + 7)]


def test_every_part_has_a_line_written_or_not() -> None:
    """In the order of the report's outline."""
    lines = list(narrative_lines([written("Thiếu người.", 1)], NAMED))
    assert [line.id for line in lines] == list(NARRATIVE)
    assert {line.id: line.text for line in lines if line.text} == {Part.CAUSES: "Thiếu người."}
    assert {line.supplied_by for line in lines} == {"a@mau.example", None}


def test_the_highest_revision_to_the_day_holds() -> None:
    """In whatever order they came; an empty text takes the part away."""
    told = [written("", 3, date(2023, 8, 1)), written("b", 2, date(2023, 6, 1)), written("a", 1, date(2023, 7, 1))]
    days = [date(2023, 5, 31), date(2023, 6, 1), date(2023, 7, 1), date(2023, 8, 1)]
    texts = [{line.id: line.text for line in narrative_lines(told, day)}[Part.CAUSES] for day in days]
    assert texts == [None, "b", "b", None]
