"""CloudEvents in, whatever the sender's habits; anything else out, with a text for people."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.days import CalendarDay
from shared.contracts.envelope import CloudEvent, EnvelopeError, encode, parse

PLAIN = {"specversion": "1.0", "id": "1", "source": "/so-a/cms", "type": "vn.dondoc.output.submitted.v1"}
DATA = {"title": "Bản tin", "duration_minutes": 5.5}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _raw(**other: object) -> bytes:
    return json.dumps(PLAIN | other).encode()


def _refusal(raw: bytes, headers: dict[str, str] | None = None) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as caught:
        parse(raw, headers)
    return caught.value


@given(json_values)
def test_structured_and_binary_mode_say_the_same(data: object) -> None:
    """The same event is read the same, whether its attributes stand in the body or in the headers."""
    structured = parse(_raw(data=data), {"Content-Type": "application/cloudevents+json"})
    binary = parse(json.dumps(data).encode(), {f"ce-{name}": value for name, value in PLAIN.items()})
    assert structured == binary
    assert structured.data == data


@given(st.lists(st.sampled_from([str.lower, str.upper, str.title]), min_size=4, max_size=4))
def test_header_names_count_in_any_case(styles: list[object]) -> None:
    """NATS keeps the case of headers and clients write them as they like."""
    names = zip(PLAIN, styles, strict=True)
    headers = {style(f"ce-{name}"): PLAIN[name] for name, style in names}  # type: ignore[operator]
    read = parse(b"{}", headers | {"CONTENT-type": "application/json"})
    assert (read.id, read.source, read.type) == ("1", "/so-a/cms", PLAIN["type"])
    assert read.datacontenttype == "application/json"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("b%C3%A1o%20%C4%91i%E1%BB%87n%20t%E1%BB%AD", "báo điện tử"),
        ("báo điện tử", "báo điện tử"),
        ('"1"', "1"),
        ('"a\\"b"', 'a"b'),
        ("100%25", "100%"),
        ('"', '"'),
    ],
)
def test_a_header_is_decoded_as_the_binding_says(value: str, meant: str) -> None:
    """What isn't ASCII may come percent-encoded, and a value may stand in quotes."""
    assert parse(b"{}", {f"ce-{name}": text for name, text in (PLAIN | {"id": value}).items()}).id == meant


def test_a_header_that_is_encoded_as_something_else_is_refused() -> None:
    fault = _refusal(b"{}", {f"ce-{name}": text for name, text in (PLAIN | {"id": "b%E1o"}).items()})
    assert fault.message == "the header value 'b%E1o' is percent-encoded, but not as UTF-8"


def test_control_characters_are_called_by_their_name() -> None:
    assert _refusal(_raw(id="a\nb")).message.endswith("must be text without line breaks and other control characters")


def test_without_headers_an_event_is_read_as_structured() -> None:
    """The plainest publisher, which sets no header at all, is understood."""
    assert parse(_raw(data=DATA)).data == DATA
    assert parse(_raw(data=DATA), {"content-type": "text/plain"}).data == DATA


def test_a_header_alone_makes_no_binary_mode() -> None:
    """Binary mode is known by ce-specversion; some other ce- header doesn't hide the body's attributes."""
    assert parse(_raw(), {"ce-id": "2"}).id == "1"


def test_extension_attributes_are_kept() -> None:
    """CloudEvents lets senders add attributes of their own."""
    assert (parse(_raw(traceparent="00-1")).model_extra or {})["traceparent"] == "00-1"


def test_what_is_written_is_read_back() -> None:
    """An encoded event is UTF-8 JSON without waste, and reads as it was written."""
    time = datetime(2026, 2, 1, 8, tzinfo=UTC)
    raw = encode(CalendarDay.model_validate({"date": "2026-02-01"}), id="ngày", source="/s", time=time)
    assert "ngày".encode() in raw
    assert b": " not in raw
    assert parse(raw) == CloudEvent(
        specversion="1.0",
        id="ngày",
        source="/s",
        type=CalendarDay.TYPE,
        subject="dondoc.calendar.day.2026-02-01",
        time=time,
        datacontenttype="application/json",
        data={"date": "2026-02-01"},
    )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the event is empty; send JSON"),
        (b" \n", "the event is empty; send JSON"),
        (b"<x/>", "the event is not JSON at line 1, column 1: a value should stand there"),
        (b'{"id":\n 1,}', "the event is not JSON at line 2, column 4: a name in double quotes should stand there"),
        (b'{"id" 1}', "line 1, column 7: a colon should stand there"),
        (b'{"id": 1 "a": 2}', "line 1, column 10: a comma or a closing bracket should stand there"),
        (b'{"id": "1}', "line 1, column 8: the text that begins there lacks its closing quotation mark"),
        (b'{"id": "a\nb"}', "line 1, column 10: a line break or control character in a text must be written as"),
        (b'{"id": "C:\\data"}', "line 1, column 11: a backslash in a text must be written as"),
        (b'{"id": "\\u12"}', "four hexadecimal digits"),
        (b"{} {}", "line 1, column 4: nothing more should stand there"),
        (b"\xef\xbb\xbf{}", "begins with a byte order mark (EF BB BF); send UTF-8 without one"),
        ("{'id': 'ngày'}".encode(), "line 1, column 2"),
        ("Bản tin".encode("utf-16"), "the event is not UTF-8: byte 1 can't be read"),
        (b'{"title": "B\xe3n tin"}', "byte 13 can't be read"),
        (b'{"data": NaN}', "NaN is no JSON number"),
        (b'{"data": -Infinity}', "-Infinity is no JSON number"),
        (b'{"data": ' + b"9" * 5_000 + b"}", "a number with too many digits"),
        (b"[" * 100_000, "nests lists and objects too deeply"),
        (b'{"data":' * 100_000, "nests lists and objects too deeply"),
        (b"[]", "send one CloudEvent"),
        (b"null", "send one CloudEvent"),
        (b'"text"', "send one CloudEvent"),
        (json.dumps([PLAIN]).encode(), "send one CloudEvent"),
    ],
)
def test_bytes_that_hold_no_event_are_refused_with_what_is_wrong(raw: bytes, message: str) -> None:
    """Whatever the bytes, there is one kind of error, it is about the whole, and it says where."""
    refusal = _refusal(raw)
    assert message in refusal.message
    assert refusal.field == ""


@pytest.mark.parametrize(
    ("attribute", "value", "text"),
    [
        ("specversion", "0.3", "is '0.3'; this is taken in as \"1.0\" alone"),
        ("specversion", None, "is 'None'; this is taken in as \"1.0\" alone"),
        ("id", 1, "must be text"),
        ("id", "", "is empty"),
        ("id", "  ", "holds nothing but spaces"),
        ("id", "x" * 257, "is too long; write at most 256 characters"),
        ("id", "two\nlines", "must be text without line breaks and other control characters"),
        ("id", "\ud800", "holds half a character, a lone surrogate"),
        ("source", None, "must be text"),
        ("source", "\u3000", "holds nothing but spaces"),
        ("type", ["a"], "must be text"),
        ("time", "yesterday", 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", [], 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", 1676422800, 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", "1676422800", 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", "2023-02-15", 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", "2023-02-15T08:00:00", 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("time", "2023-02-30T08:00:00Z", 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'),
        ("subject", "", "is empty"),
    ],
)
def test_a_wrong_attribute_is_named(attribute: str, value: object, text: str) -> None:
    """As a field for programs; the text for people, in words of ours, says what would be right."""
    refusal = _refusal(_raw(**{attribute: value}))
    assert (refusal.field, refusal.message) == (attribute, f"the CloudEvents attribute {attribute!r} {text}")


def test_data_in_base64_are_refused() -> None:
    """Alone or beside `data`, of which one would count for nothing."""
    for more in ({}, {"data": {}}):
        refusal = _refusal(json.dumps(PLAIN | more | {"data_base64": "e30="}).encode())
        assert refusal.field == "data_base64"
        assert "must stand in `data` as JSON" in refusal.message


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        ({"time": "16/02/2023"}, True),
        ({"specversion": "0.3"}, True),
        ({"data_base64": "e30="}, True),
        ({"type": None}, True),
        ({"id": ""}, False),
        ({"source": 1}, False),
    ],
)
def test_whose_event_it_was_is_known_all_the_same(wrong: dict[str, object], known: bool) -> None:
    """Its sender finds the receipt by source and id, whatever else is wrong with the envelope."""
    name = _refusal(json.dumps(PLAIN | wrong).encode()).name
    assert (name is not None) == known
    if name is not None:
        assert (name.source, name.id) == (PLAIN["source"], PLAIN["id"])


@pytest.mark.parametrize("attribute", PLAIN)
def test_a_missing_attribute_is_named(attribute: str) -> None:
    """The four attributes that CloudEvents requires are required, in either mode."""
    rest = {name: value for name, value in PLAIN.items() if name != attribute}
    assert _refusal(json.dumps(rest).encode()).field == attribute
    headers = {f"ce-{name}": value for name, value in rest.items()}
    if attribute != "specversion":  # without it there is no binary mode
        assert _refusal(b"{}", headers).field == attribute


def test_a_binary_events_body_is_checked_like_any_other() -> None:
    """Right headers don't make a broken body readable."""
    assert "not JSON" in _refusal(b"<xml/>", {f"ce-{name}": value for name, value in PLAIN.items()}).message


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(["ce-specversion", "ce-id", "x"]), st.text()))
def test_any_bytes_and_headers_are_read_or_refused(raw: bytes, headers: dict[str, str]) -> None:
    """Nothing that can be posted raises anything but EnvelopeError, so nothing can stop the reader."""
    try:
        assert parse(raw, headers).specversion == "1.0"
    except EnvelopeError as refusal:
        assert refusal.message  # noqa: PT017 - either outcome is right, and only these two
