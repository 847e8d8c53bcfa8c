"""The judge names what is lost, doubled or unknown, and nothing else."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.journal import Told
from tests.faults.judge import Document, Evidence, Expected, Logged, Mail, judge

MAIL = Mail("<m@x.example>", ("a@x.example",), "d1")
RECORDED = "vn.dondoc.output.recorded.v1"
GOOD = Evidence(
    told=Told(
        posted=Counter({"e1": 2, "x1": 1, "w1": 1}),
        acked=frozenset({"e1", "x1"}),
        heard={"e1": frozenset({"r1"}), "x1": frozenset({"r2"})},
        named=frozenset({"r1"}),
        fetched=frozenset({"r1"}),
        read=frozenset({("r1", "b1"), ("r2", "b2")}),
        refused=frozenset({"wrong.csv"}),
    ),
    documents=[Document("e1", True), Document("x1", False)],
    outbox={"submissions": ["r1", "r2"], "assignments": ["day"]},
    log=[Logged("day", "day"), Logged("r1", RECORDED, "e1", "b1"), Logged("r2", RECORDED, "x1", "b2")],
    mails=[MAIL],
    rungs=[("d/a/2026-01", "overdue", "a")],
    report=b"report",
)
EXPECTED = Expected({"e1": True, "x1": False}, [MAIL], b"report", lists={"right.csv": True, "wrong.csv": False})


def test_a_good_round_is_ok() -> None:
    """Repeats, rejections and mails as they should be are no fault."""
    verdict = judge(GOOD, EXPECTED)
    assert (verdict.word, verdict.lost, verdict.doubled, verdict.unknown) == ("ok", (), (), ())


@pytest.mark.parametrize(
    ("change", "word", "text"),
    [
        ({"documents": [Document("e1", True)]}, "lost", "x1 was acknowledged and is in no collection"),
        ({"log": GOOD.log[:2]}, "lost", "r2 is in the outbox of submissions and not in the log"),
        ({"mails": []}, "lost", "mail <m@x.example> never came"),
        ({"told": replace(GOOD.told, heard={"e1": frozenset({"r1"})})}, "lost", "nobody heard its receipt"),
        ({"documents": [*GOOD.documents, Document("e1", True)]}, "doubled", "e1 is in the collections 2 times"),
        ({"log": [*GOOD.log, GOOD.log[0]]}, "doubled", "day stands in the log 2 times"),
        ({"mails": [MAIL, MAIL]}, "doubled", "mail <m@x.example> came 2 times"),
        ({"rungs": GOOD.rungs * 2}, "doubled", "overdue of d/a/2026-01 was told to a 2 times"),
        (
            {"documents": [*GOOD.documents, Document("e9", True)]},
            "unknown",
            "e9 is in a collection and should not be",
        ),
        (
            {"documents": [Document("e1", False, "no_plan"), Document("x1", False)]},
            "unknown",
            "e1 is rejected (no_plan), against what was posted",
        ),
        ({"log": [*GOOD.log, Logged("odd", "odd")]}, "unknown", "odd is in the log and in no outbox"),
        ({"mails": [replace(MAIL, digest="d2")]}, "unknown", "differs from that of an undisturbed run"),
        ({"misreported": ("the report lies",)}, "unknown", "the report lies"),
        ({"report": b"other"}, "unknown", "the report differs"),
        ({"report": None}, "unknown", "nobody answers with a report"),
    ],
)
def test_each_fault_has_its_word_and_its_id(change: dict[str, Any], word: str, text: str) -> None:
    """One thing is wrong: the verdict says which kind it is and names it."""
    verdict = judge(replace(GOOD, **change), EXPECTED)
    assert verdict.word != "ok"
    assert any(text in line for line in getattr(verdict, word))


@pytest.mark.parametrize(
    ("change", "word", "text"),
    [
        ({"named": frozenset({"r1", "r9"})}, "lost", "r9 was answered and is not in the log"),
        ({"fetched": frozenset()}, "lost", "r1 was answered and is not to be had"),
        ({"torn": frozenset({("right.csv", "2 of 3")})}, "lost", "list right.csv was seen with 2 of 3 rows"),
        ({"read": GOOD.told.read | {("r1", "b9")}}, "unknown", "r1 was read with other bytes than the log's"),
        ({"refused": frozenset({"right.csv", "wrong.csv"})}, "unknown", "list right.csv was refused"),
        ({"refused": frozenset()}, "unknown", "list wrong.csv was not refused"),
    ],
)
def test_what_http_answered_is_held_against_the_log(change: dict[str, Any], word: str, text: str) -> None:
    """A receipt that is nowhere else, or elsewhere with other bytes; half a list, or a list with the wrong end."""
    verdict = judge(replace(GOOD, told=replace(GOOD.told, **change)), EXPECTED)
    assert any(text in line for line in getattr(verdict, word))


def test_a_row_of_a_refused_list_may_not_be_recorded() -> None:
    """It was posted, and nothing may come of it."""
    verdict = judge(replace(GOOD, documents=[*GOOD.documents, Document("w1", True)]), EXPECTED)
    assert "w1 is in a collection and should not be" in verdict.unknown


def test_a_receipt_under_two_ids_is_doubled() -> None:
    """The client heard two different receipts for one event, and the log holds both."""
    heard = {**GOOD.told.heard, "e1": frozenset({"r1", "r3"})}
    log = [*GOOD.log, Logged("r3", RECORDED, "e1")]
    outbox = {**GOOD.outbox, "submissions": ["r1", "r2", "r3"]}
    verdict = judge(replace(GOOD, told=replace(GOOD.told, heard=heard), log=log, outbox=outbox), EXPECTED)
    assert set(verdict.doubled) == {"e1 has 2 receipts in the log", "e1 heard 2 receipts"}


@pytest.mark.parametrize(
    ("uncertain", "resent", "copies", "word"),
    [
        (True, True, [MAIL, MAIL], "ok"),
        (False, True, [MAIL, MAIL], "doubled"),
        (True, False, [MAIL, MAIL], "doubled"),
        (True, True, [MAIL, MAIL, MAIL], "doubled"),
        (True, True, [MAIL, replace(MAIL, digest="d2")], "doubled"),
    ],
)
def test_a_mail_may_come_twice_only_where_its_end_was_uncertain(
    uncertain: bool, resent: bool, copies: list[Mail], word: str
) -> None:
    """The same bytes twice, resent by the notifier after something was done to it: allowed. Everything else isn't."""
    found = replace(GOOD, mails=copies, resent=frozenset({MAIL.id} if resent else ()))
    assert judge(found, replace(EXPECTED, uncertain=uncertain)).word == word


@pytest.mark.parametrize(
    ("uncertain", "unthreaded", "word"), [(True, "u1", "ok"), (True, "u2", "unknown"), (False, "u1", "unknown")]
)
def test_a_mail_may_follow_up_none_where_ends_were_uncertain(uncertain: bool, unthreaded: str, word: str) -> None:
    """The mail before it may not have come, so it doesn't name it; all else in it must be the same."""
    right = replace(MAIL, unthreaded="u1")
    found = replace(GOOD, mails=[replace(MAIL, digest="d2", unthreaded=unthreaded)])
    assert judge(found, replace(EXPECTED, mails=[right], uncertain=uncertain)).word == word
