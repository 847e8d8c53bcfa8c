"""From an integrator's bytes to what it submits, or the reasons why not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.read_event import EXCERPT, Posted, read_envelope, read_submission
from services.submissions.rules import NoMatch
from shared.contracts.envelope import parse
from shared.contracts.outputs import OutputSubmitted, Reason
from tests.contracts.golden import golden

EVENT = golden(OutputSubmitted.TYPE)
DATA = EVENT["data"]
HEADERS = {f"ce-{name}": str(value) for name, value in EVENT.items() if name != "data"}


def _posted(raw: bytes, agency: str = "dai-ptth", **headers: str) -> Posted:
    return read_envelope(agency, raw, headers)


def _event(**other: object) -> bytes:
    return json.dumps(EVENT | other).encode()


def _refusal(raw: bytes) -> tuple[Reason, ...]:
    with pytest.raises(NoMatch) as caught:
        read_submission(_posted(raw))
    return caught.value.reasons


def test_an_event_is_read_alike_in_either_mode() -> None:
    """Structured or binary, the output is the same and so is its identity."""
    structured, binary = _posted(_event()), read_envelope("dai-ptth", json.dumps(DATA).encode(), HEADERS)
    assert read_submission(structured) == read_submission(binary) == OutputSubmitted.model_validate(DATA)
    assert structured.id == binary.id


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (b'"agency": "huyen", "agency": "dai-ptth"', "agency"),
        (b'"\\u0061gency": "huyen", "agency": "dai-ptth"', "agency"),
        (b'"agency" : "huyen", "agency": "dai-ptth"', "agency"),
        (b'"more": {"x": [{"y": 1, "y": 1}]}', "y"),
    ],
)
def test_a_name_that_comes_twice_is_refused(told: bytes, name: str) -> None:
    """Of two values one reader would take the first and another the last; the one that names another agency is told."""
    once = _event(data=DATA | {"title": "agency"})
    (reason,) = _refusal(once.replace(b'"data": {', b'"data": {%s, ' % told))
    assert reason.code == "bad_envelope"
    assert f"gives '{name}' more than once in one object; give it once" in reason.message
    assert read_submission(_posted(once)).title == "agency"


def test_which_of_many_names_comes_twice_is_found_at_once() -> None:
    """By going through them once: by comparing each with all, a body of this size would take hours."""
    names = b", ".join(b'"n%d": 1' % number for number in range(200_000))
    (reason,) = _refusal(b'{"data": {%s, "n199999": 2}}' % names)
    assert "gives 'n199999' more than once" in reason.message


def test_the_submission_is_named_as_the_sender_named_it() -> None:
    """The receipt says which event it answers, in the sender's own words."""
    submission = _posted(_event()).submission
    assert submission is not None
    assert (submission.source, submission.id) == (EVENT["source"], EVENT["id"])


def test_the_same_event_has_the_same_id_whatever_else_it_says() -> None:
    """CloudEvents: source and id together name an event; posted again with other data it is still that one."""
    assert _posted(_event()).id == _posted(_event(data={"title": "khác"}, time=None)).id


@pytest.mark.parametrize("other", [{"id": "another"}, {"source": "/another"}])
def test_another_source_or_id_is_another_event(other: dict[str, str]) -> None:
    """Two systems of one agency may number their events alike."""
    assert _posted(_event()).id != _posted(_event(**other)).id


def test_the_same_event_of_another_agency_is_another_event() -> None:
    """No agency can use up the ids of another."""
    assert _posted(_event(), "a").id != _posted(_event(), "b").id


@given(*[st.text("ab", min_size=1, max_size=3)] * 4)
def test_where_one_part_ends_another_begins(source: str, one: str, other_source: str, other: str) -> None:
    """`a` + `bc` is not `ab` + `c`: different pairs of source and id never share an identity."""
    first, second = _posted(_event(source=source, id=one)), _posted(_event(source=other_source, id=other))
    if first.submission and second.submission:
        assert (first.id == second.id) == ((source, one) == (other_source, other))


def test_bytes_without_an_envelope_are_named_by_themselves() -> None:
    """The same broken bytes posted twice get the same receipt; other bytes, or other attributes, another."""
    assert _posted(b"{").id == _posted(b"{").id
    assert _posted(b"{").id != _posted(b"[").id
    assert _posted(b"{", **{"ce-id": "1"}).id != _posted(b"{", **{"ce-id": "2"}).id
    assert _posted(b"{", **{"Nats-Msg-Id": "1"}).id == _posted(b"{", **{"Nats-Msg-Id": "2"}).id


@given(st.binary(max_size=300), st.dictionaries(st.sampled_from(["ce-specversion", "ce-id", "a"]), st.text()))
def test_any_bytes_are_read_or_refused_with_reasons(raw: bytes, headers: dict[str, str]) -> None:
    """Nothing that an integrator can post raises anything else, so its neighbours in the batch never suffer."""
    posted = read_envelope("dai-ptth", raw, headers)
    assert len(posted.excerpt) <= EXCERPT
    assert posted.excerpt.isprintable()
    with pytest.raises(NoMatch) as caught:
        read_submission(posted)
    assert caught.value.reasons


@pytest.mark.parametrize(
    ("raw", "code", "field"),
    [
        (b"{", "bad_envelope", ""),
        (b"\xff", "bad_envelope", ""),
        (_event(id=None), "bad_envelope", "id"),
        (_event(data="x" * 10).replace(b'"xxxxxxxxxx"', b"1" * 5_000), "bad_envelope", ""),
        (_event(type="vn.dondoc.output.recorded.v1"), "unknown_type", "type"),
        (_event(data=None), "bad_data", "data"),
        (_event(data=[DATA]), "bad_data", "data"),
        (_event(data=DATA | {"title": "\ud800"}), "bad_data", "data"),
    ],
)
def test_what_is_no_submission_has_one_reason(raw: bytes, code: str, field: str) -> None:
    """The first thing that is wrong with the whole is all that can be said."""
    (reason,) = _refusal(raw)
    assert (reason.code, reason.field) == (code, field)
    assert reason.message


def test_another_type_is_answered_with_the_right_one() -> None:
    """Who posts a receipt by mistake learns what is taken in here."""
    (reason,) = _refusal(_event(type="vn.dondoc.output.recorded.v1"))
    assert reason.candidates == (OutputSubmitted.TYPE,)


def test_what_nests_too_deeply_is_refused() -> None:
    nested: list[object] = []
    for _ in range(400):
        nested = [nested]
    (reason,) = _refusal(_event(data=DATA | {"title": nested}))
    assert (reason.code, "more than 100 levels" in reason.message) == ("bad_envelope", True)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["II.1", "2023-02-16"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DATA, "x"]), inner, max_size=3),
    max_leaves=6,
)


def test_a_right_event_is_read_at_once() -> None:
    """Nearly all are right: the intake's speed hangs on it."""
    assert _posted(_event()).submitted == OutputSubmitted.model_validate(DATA)


@given(
    st.dictionaries(st.sampled_from([*EVENT, "ext"]), JSON, max_size=2),
    st.dictionaries(st.sampled_from([*DATA, "agency", "note", "x"]), JSON, max_size=2),
)
def test_read_at_once_or_part_by_part_an_event_is_the_same(other: dict[str, object], data: dict[str, object]) -> None:
    """The quick way and the thorough one agree on what is right, to the last field."""
    raw = json.dumps(EVENT | {"data": DATA | data} | other).encode()
    quick = _posted(raw)
    thorough = quick._replace(submitted=None, envelope=parse(raw)) if quick.submitted else quick
    assert quick.submitted is None or read_submission(thorough) == quick.submitted
    assert quick.id == thorough.id
    assert quick.submission == thorough.submission


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_know_is_refused_wherever_it_stands(number: str) -> None:
    """Also in an attribute of the envelope that nobody reads."""
    (reason,) = _refusal(_event(ext=0).replace(b'"ext": 0', f'"ext": {number}'.encode()))
    assert reason.code == "bad_envelope"
