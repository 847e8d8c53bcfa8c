"""The accounts as text, and what agencies see."""

import re

import pytest

from deploy.identity.configuration import SUBJECTS, USERS, accounts, seen_by_agencies
from deploy.identity.permissions import CONSUMERS_OF, SUBJECTS_OF, of_agency, of_service
from shared import topology

SECRETS = {name: f"secret of {name}" for name in (*USERS, SUBJECTS)}


def test_each_user_and_each_key_has_its_line() -> None:
    text = accounts(SECRETS, {"dai": ["UA", "UB"], "huyen": ["UC"]})
    assert all(text.count(f'user: {user}, password: "secret of {user}"') == 1 for user in USERS)
    assert [text.count(f"nkey: {key}, ") for key in ("UA", "UB", "UC", "UD")] == [1, 1, 1, 0]
    assert 'nkey: UC, permissions: {publish: {allow: ["submit.huyen"]}' in text


def test_an_agency_may_name_no_subject_of_the_hub() -> None:
    may = of_agency("dai")
    assert not any(subject.startswith(("dondoc.", "$", "_INBOX.")) for subject in (*may.publish, *may.subscribe))


def test_agencies_may_post_less_than_services_may_send() -> None:
    """The server's limit is for plans of thousands of agencies."""
    hub, *agencies = accounts(SECRETS, {"dai": ["UA"], "huyen": ["UB"]}).split('  "EDGE-')
    assert [f"limits {{ max_payload: {topology.MIB} }}" in one for one in agencies] == [True, True]
    assert "limits" not in hub


def test_each_agency_has_an_account_that_holds_its_own_alone() -> None:
    """What is imported names it, so that no answer and no wildcard reaches beyond."""
    _, dai, huyen = accounts(SECRETS, {"dai": ["UA"], "huyen": ["UB"]}).split('  "EDGE-')
    assert "huyen" not in dai
    assert "dai" not in huyen
    assert re.search(r'{account: HUB, subject: "dondoc\.intake\.dai~[0-9a-f]{32}"}, to: "submit\.dai"', dai)
    assert '{account: HUB, subject: "dondoc.output.*.dai"}, to: "receipts.dai.$1"' in dai


def test_every_fact_has_one_teller_and_every_consumer_one_reader() -> None:
    """What is added to the topology must be granted to somebody, and to nobody else."""
    told = [subject for facts in SUBJECTS_OF.values() for subject in facts]
    events = next(stream for stream in topology.STREAMS if stream.name == topology.EVENTS)
    assert sorted(told) == sorted(events.subjects or [])
    assert sorted(one.name for own in CONSUMERS_OF.values() for one in own) == sorted(
        c.name for c in topology.CONSUMERS
    )


def test_services_share_no_inbox() -> None:
    inboxes = [subject for name in SUBJECTS_OF for subject in of_service(name).subscribe if "_INBOX" in subject]
    assert len(set(inboxes)) == len(SUBJECTS_OF)
    assert "_INBOX.>" not in inboxes


@pytest.mark.parametrize(
    ("subject", "seen"),
    [
        ("dondoc.intake.dai", "submit.dai"),
        ("dondoc.output.recorded.dai", "receipts.dai.recorded"),
        ("dondoc.output.{outcome}.{agency}", "receipts.{agency}.{outcome}"),
        ("dondoc.duty.assigned.dai", None),
        ("dondoc.intake.dai.more", None),
    ],
)
def test_a_subject_of_the_log_as_an_agency_has_it(subject: str, seen: str | None) -> None:
    assert seen_by_agencies(subject) == seen
