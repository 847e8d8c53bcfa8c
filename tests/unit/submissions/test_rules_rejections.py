"""Why an output belongs nowhere: every reason with its code, its field, and what would be right."""

from dataclasses import replace
from datetime import date

import pytest

from services.submissions.book import Book
from services.submissions.rules import MOST_CANDIDATES, NoMatch, match, missing_evidence
from shared.contracts.outputs import Reason
from tests.unit.submissions.books import CLIP, MONTHS, NEWS, RADIO, TODAY, TV, WEEKS, book, output, owed, plan


def refusal(found: Book, by: str = "dai", **fields: object) -> tuple[Reason, ...]:
    with pytest.raises(NoMatch) as caught:
        match(found, output(**fields), by, TODAY)
    return caught.value.reasons


def _only(reasons: tuple[Reason, ...]) -> tuple[str, str, tuple[str, ...]]:
    (reason,) = reasons
    assert reason.message
    return reason.code, reason.field, reason.candidates


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"duty": "tv", "agency": "bao"}, ("wrong_agency", "agency", ("dai",))),
        ({"duty": "tv", "published_on": "2026-03-03"}, ("future_date", "published_on", ())),
        ({"duty": "tv", "plan": "mau-2025"}, ("unknown_plan", "plan", ("mau-2026",))),
        ({"duty": "tv", "channel": "tivi"}, ("unknown_channel", "channel", ("tv",))),
        ({"duty": "tvv"}, ("unknown_duty", "duty", ("tv",))),
        ({"duty": "locals"}, ("unknown_duty", "duty", ("radio", "tv"))),
        ({"duty": "local"}, ("not_owed", "duty", ("radio", "tv"))),
        ({"duty": "tv", "channel": "radio"}, ("wrong_channel", "channel", ("tv",))),
        ({}, ("duty_missing", "duty", ("radio", "tv"))),
        ({"channel": "web"}, ("no_duty_on_channel", "channel", ("radio", "tv"))),
        ({"duty": "tv", "period": "tháng 2"}, ("bad_period", "period", MONTHS)),
        ({"duty": "tv", "period": "2026-13"}, ("bad_period", "period", MONTHS)),
        ({"duty": "tv", "period": "2026-W07"}, ("unknown_period", "period", MONTHS)),
        ({"duty": "tv", "period": "2025-02"}, ("unknown_period", "period", MONTHS)),
        ({"duty": "tv", "period": "2026-03"}, ("before_period", "period", ())),
        ({"duty": "tv", "topics": ("II.1", "II.3")}, ("unknown_topic", "topics", ("II.2", "II.1"))),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    fields: dict[str, object], expected: tuple[str, str, tuple[str, ...]]
) -> None:
    """The code for programs, the field at fault, and candidates that would be accepted."""
    assert _only(refusal(book(), **fields)) == expected


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"duty": "tv", "agency": "bao"}, ["'dai'", "'bao'"]),
        ({"duty": "tv", "published_on": "2026-03-03"}, ["2026-03-03", "2026-03-02"]),
        ({"duty": "local"}, ["local", "dai"]),
        ({"duty": "tv", "channel": "radio"}, ["tv", "radio"]),
        ({"duty": "tv", "period": "2026-03"}, ["2026-03", "2026-03-01", "2026-02-11"]),
    ],
)
def test_the_text_names_what_was_given_and_what_it_was_held_against(
    fields: dict[str, object], words: list[str]
) -> None:
    """A person who reads the reason alone knows what to change."""
    (reason,) = refusal(book(), **fields)
    assert [word for word in words if word not in reason.message] == []


def test_an_agency_that_owes_nothing_is_told_the_names_like_its_own() -> None:
    """A credential under a misspelt name is found at the first post."""
    assert _only(refusal(book(), by="huyenn", duty="local")) == ("unknown_agency", "agency", ("huyen",))


def test_before_any_plan_everybody_is_unknown() -> None:
    """An empty book refuses in the same form."""
    assert [r.code for r in refusal(Book((), ()), duty="tv")] == ["unknown_agency"]


def test_everything_wrong_with_the_event_itself_is_told_at_once() -> None:
    """Nobody has to post four times to learn of four mistakes."""
    reasons = refusal(book(), by="x", published_on="2027-01-01", plan="cũ", channel="x", duty="tv")
    assert {r.code for r in reasons} == {
        "unknown_agency",
        "future_date",
        "unknown_plan",
        "unknown_channel",
    }


def test_two_duties_on_a_channel_are_told_apart_by_name_only() -> None:
    """The agency owes both, so guessing would be wrong half the time."""
    both = book(owed(TV, *MONTHS), owed(CLIP, "2026"))
    assert _only(refusal(both, channel="tv")) == ("duty_ambiguous", "duty", ("clip", "tv"))


def test_two_plans_with_the_same_duty_are_told_apart_by_name_only() -> None:
    """The candidates are the plans."""
    both = Book((plan(), plan("khac")), (owed(TV, *MONTHS), owed(TV, *MONTHS, plan_id="khac")))
    assert _only(refusal(both, duty="tv")) == ("plan_ambiguous", "plan", ("khac", "mau-2026"))


def test_a_date_in_no_period_of_the_duty_asks_for_the_period() -> None:
    """A duty that begins in April has no period for February; the nearest are offered."""
    from_april = book(owed(TV, *MONTHS[3:]))
    assert _only(refusal(from_april, duty="tv")) == ("no_period_for_date", "published_on", MONTHS[3:])


def test_a_date_before_a_clipped_period_is_too_early() -> None:
    """A period that a window cuts takes nothing from before its first day, named or not."""
    (due,) = owed(TV, "2026-02").dues.values()
    late = book(replace(owed(TV), dues={"2026-02": replace(due, start=date(2026, 2, 15))}))
    assert _only(refusal(late, duty="tv")) == ("before_period", "published_on", ())
    assert _only(refusal(late, duty="tv", period="2026-02")) == ("before_period", "period", ())


def test_a_continuous_duty_takes_no_period() -> None:
    """Naming one is a misunderstanding that the sender should know of."""
    assert _only(refusal(book(owed(NEWS)), duty="news", period="2026-02")) == ("no_periods", "period", ())


def test_candidates_are_the_nearest_and_never_too_many() -> None:
    """Of 53 weeks those around the publication date are offered."""
    _, _, candidates = _only(refusal(book(owed(RADIO, *WEEKS)), duty="radio", period="2026-02"))
    assert len(candidates) == MOST_CANDIDATES
    assert candidates[5:7] == ("2026-W06", "2026-W07")


def test_where_each_of_two_plans_refuses_both_reasons_are_told() -> None:
    """The sender sees why neither fits."""
    both = Book((plan(), plan("khac")), (owed(TV, *MONTHS[3:]), owed(TV, *MONTHS[4:], plan_id="khac")))
    assert [r.code for r in refusal(both, duty="tv")] == ["no_period_for_date"] * 2


def test_the_error_reads_as_its_reasons() -> None:
    """In a log the exception alone says what was wrong."""
    with pytest.raises(NoMatch, match="the duty local is not assigned to dai"):
        match(book(), output(duty="local"), "dai", TODAY)


def test_each_file_that_is_not_kept_for_the_agency_is_named() -> None:
    """By its place in the list; another agency's copy doesn't count."""
    own, other, none = "a" * 64, "b" * 64, "c" * 64
    named = output(duty="tv", evidence=(other, own, none))
    missing = missing_evidence(named, "dai", {("dai", own), ("huyen", other)})
    assert [(one.code, one.field, one.candidates) for one in missing] == [
        ("unknown_evidence", "evidence.0", ()),
        ("unknown_evidence", "evidence.2", ()),
    ]
    assert all("post the file to /v1/evidence first" in one.message for one in missing)
    assert missing_evidence(output(duty="tv", evidence=(own,)), "dai", {("dai", own)}) == ()
    assert missing_evidence(output(duty="tv"), "dai", ()) == ()
