"""What a link comes to in the log: one event, whoever uses it, however often and with whatever content."""

from dataclasses import replace
from datetime import date

from services.submissions.link_events import LONGEST_SOURCE, answers_begin, event_of, source, told_id
from services.submissions.read_event import read_submission
from services.submissions.record_outputs import receipt_id
from shared.contracts.duties import OccurrenceKey
from shared.signed_links import Link, Purpose

KEY = OccurrenceKey(plan="p-2026", duty="III.5", agency="so-y-te", period="2026-02")
LINK = Link(Purpose.SUBMIT, "so-y-te", KEY, "3f2b9c0d", ("a@y.example", "b@y.example"), date(2026, 5, 4))
OUTPUT = {"title": "Mẫu", "published_on": "2026-02-11"}


def test_a_link_is_one_event() -> None:
    """Its content doesn't name it, nor its last day; agency, mail and occurrence do, and whether it submits or answers:
    a mail is answered once."""
    posted = event_of(LINK, OUTPUT)
    assert receipt_id(posted) == told_id(LINK) == told_id(replace(LINK, until=date(2027, 1, 1)))
    others = [
        replace(LINK, agency="so-a"),
        replace(LINK, mail="x"),
        replace(LINK, occurrence=KEY.model_copy(update={"period": "2026-03"})),
        replace(LINK, purpose=Purpose.ALREADY_DONE),
    ]
    assert len({told_id(one) for one in (LINK, *others)}) == len(others) + 1
    answer = told_id(replace(LINK, purpose=Purpose.NOTHING_TO_REPORT))
    assert answer == told_id(replace(LINK, purpose=Purpose.ALREADY_DONE))
    assert answer.startswith(answers_begin(replace(LINK, mail="x")))
    assert not answer.startswith(answers_begin(replace(LINK, agency="so-a")))


def test_the_event_says_who_and_for_what() -> None:
    """The mailboxes are its source, and the occurrence that of the link whatever was typed."""
    posted = event_of(LINK, OUTPUT)
    assert posted.submission is not None
    assert posted.submission.source == "mailto:a@y.example,b@y.example"
    submitted = read_submission(posted)
    assert (submitted.plan, submitted.duty, submitted.period) == ("p-2026", "III.5", "2026-02")


def test_many_mailboxes_are_named_as_far_as_an_event_can() -> None:
    """Whole ones; the event is taken in all the same."""
    many = replace(LINK, mailboxes=tuple(f"hop-thu-so-{number:02}@co-quan.example" for number in range(20)))
    assert len(source(many)) <= LONGEST_SOURCE
    assert source(many).removeprefix("mailto:").split(",") == list(many.mailboxes[: source(many).count(",") + 1])
    assert event_of(many, OUTPUT).fault is None
    long = replace(LINK, mailboxes=(f"{'x' * 300}@co-quan.example",))
    assert event_of(long, OUTPUT).fault is None
