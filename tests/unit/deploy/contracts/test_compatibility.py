"""A change that breaks somebody is told with its reason; one that breaks nobody passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from deploy.contracts.compatibility import breaks
from deploy.contracts.inclusion import misfits

Schema = dict[str, Any]
Change = Callable[[Schema], Any]

EVENT: Schema = {
    "type": "object",
    "properties": {
        "type": {"const": "sample.v1", "type": "string"},
        "data": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "title": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": "^[a-z]+$"},
                "minutes": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 60}, {"type": "null"}]},
                "count": {"type": "integer"},
                "day": {"type": "string", "format": "date"},
                "channel": {"$ref": "#/$defs/Channel"},
                "topics": {"type": "array", "maxItems": 5, "items": {"type": "string", "maxLength": 9}},
            },
            "required": ["title", "count"],
        },
    },
    "required": ["type", "data"],
    "$defs": {"Channel": {"type": "string", "enum": ["tv", "radio"]}},
}


def _event(change: Change) -> Change:
    return change


def _data(change: Change) -> Change:
    return lambda event: change(event["properties"]["data"])


def _field(name: str, **keywords: Any) -> Change:
    return _data(lambda data: data["properties"][name].update(keywords))


def _number(event: Schema) -> Schema:
    found: Schema = event["properties"]["data"]["properties"]["minutes"]["anyOf"][0]
    return found


def _open(event: Schema) -> None:
    del event["properties"]["data"]["additionalProperties"]


def _add(name: str, schema: Schema) -> Change:
    return _data(lambda data: data["properties"].update({name: schema}))


def _remove(name: str) -> Change:
    def change(data: Schema) -> None:
        del data["properties"][name]
        data["required"] = [one for one in data["required"] if one != name]

    return _data(change)


def _changed(change: Change, event: Schema = EVENT) -> Schema:
    copy = deepcopy(event)
    change(copy)
    return copy


NEEDED = _data(lambda data: data["required"].append("day"))
OPTIONAL = _data(lambda data: data["required"].remove("count"))
CHANNELS = _event(lambda event: event["$defs"]["Channel"].update(enum=["tv", "radio", "web"]))
FEWER = _event(lambda event: event["$defs"]["Channel"].update(enum=["tv"]))
FREE = _event(lambda event: event["$defs"].update(Channel={"type": "string"}))
NO_LONGER_NULL = _data(lambda data: data["properties"]["minutes"]["anyOf"].pop())
NULL_AS_WELL = _add("title", {"anyOf": [EVENT["properties"]["data"]["properties"]["title"], {"type": "null"}]})
CONST = _event(lambda event: event["properties"]["type"].update(const="sample.v2"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (NEEDED, "`data.day` is needed now; senders of today may leave it out"),
        (_data(lambda d: (d["properties"].update(new={"type": "string"}), d["required"].append("new"))),
         "`data.new` is needed now; senders of today leave it out"),
        (_remove("day"), "`data.day` is refused now; senders of today may send it"),
        (_field("title", maxLength=400), "`data.title` is narrower: maxLength 500 became maxLength 400"),
        (_field("title", minLength=2), "`data.title` is narrower: minLength 1 became minLength 2"),
        (_field("day", minLength=10), "`data.day` is narrower: no minLength became minLength 10"),
        (_field("title", pattern="^a+$"), "`data.title` is narrower: pattern ^[a-z]+$ became pattern ^a+$"),
        (_field("day", pattern="^2"), "`data.day` is narrower: no pattern became pattern ^2"),
        (_field("title", format="uri"), "`data.title` is narrower: no format became format uri"),
        (_field("title", contentEncoding="base64"),
         "`data.title` is narrower: no contentEncoding became contentEncoding base64"),
        (_field("topics", maxItems=3), "`data.topics` is narrower: maxItems 5 became maxItems 3"),
        (_field("topics", items={"type": "string", "maxLength": 8}),
         "`data.topics[]` is narrower: maxLength 9 became maxLength 8"),
        (lambda e: _number(e).update(maximum=30), "`data.minutes` is narrower: maximum 60 became maximum 30"),
        (lambda e: _number(e).update(exclusiveMinimum=1),
         "`data.minutes` is narrower: exclusiveMinimum 0 became exclusiveMinimum 1"),
        (lambda e: _number(e).update(type="integer"),
         "`data.minutes` may no longer be number; it must be integer or null"),
        (NO_LONGER_NULL, "`data.minutes` may no longer be null; it must be number"),
        (_field("count", type="string"), "`data.count` may no longer be integer; it must be string"),
        (FEWER, "`data.channel` no longer takes 'radio'"),
        (_field("title", enum=["a"]), "`data.title` takes only 'a' now; senders of today may send others"),
        (CONST, "`type` no longer takes 'sample.v1'"),
    ],
)  # fmt: skip
def test_what_senders_can_no_longer_send_is_told(change: Change, reason: str) -> None:
    """Whatever fitted the released schema of what integrators post must fit."""
    assert breaks({"sample.v1": EVENT}, {"sample.v1": _changed(change)}, {"sample.v1"}) == [f"sample.v1: {reason}"]


def test_senders_of_unknown_fields_are_told_when_they_are_refused() -> None:
    assert breaks({"s.v1": _changed(_open)}, {"s.v1": EVENT}, {"s.v1"}) == [
        "s.v1: `data` refuses unknown fields now; senders of today may send some"
    ]


@pytest.mark.parametrize(
    "change",
    [
        OPTIONAL, CHANNELS, FREE, NULL_AS_WELL, _open,
        _add("new", {"type": "string"}),
        _field("title", maxLength=600),
        _field("title", minLength=0),
        _data(lambda data: data["properties"]["title"].pop("pattern")),
        _field("count", type="number"),
        _field("title", description="other words"),
        lambda event: _number(event).update(maximum=90),
    ],
)  # fmt: skip
def test_what_takes_more_breaks_no_sender(change: Change) -> None:
    """A new optional field, a wider one, one that is no longer needed: all that was sent still fits."""
    assert breaks({"sample.v1": EVENT}, {"sample.v1": _changed(change)}, {"sample.v1"}) == []


TOLD = _changed(_open)
NEEDED_NULL = _add("count", {"anyOf": [{"type": "integer"}, {"type": "null"}]})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_remove("title"), "`data.title` is gone; readers of today rely on it"),
        (_remove("day"), "`data.day` is gone; readers of today rely on it"),
        (OPTIONAL, "`data.count` may be missing now; readers of today rely on it"),
        (CHANNELS, "`data.channel` may be 'web' now; readers of today know 'tv', 'radio'"),
        (FREE, "`data.channel` may be anything now; readers of today know 'tv', 'radio'"),
        (NEEDED_NULL, "`data.count` may be null now; readers of today expect integer"),
        (_field("count", type="number"), "`data.count` may be number now; readers of today expect integer"),
        (_field("title", maxLength=501), "`data.title` is wider: maxLength 500 became maxLength 501"),
        (_data(lambda d: d["properties"]["day"].pop("format")), "`data.day` is wider: format date became no format"),
        (_field("title", pattern="^.*$"), "`data.title` is wider: pattern ^[a-z]+$ became pattern ^.*$"),
        (_data(lambda d: d["properties"]["topics"].pop("items")),
         "`data.topics[]` may be anything now; readers of today expect string"),
        (CONST, "`type` may be 'sample.v2' now; readers of today know 'sample.v1'"),
    ],
)  # fmt: skip
def test_what_readers_were_not_told_is_told(change: Change, reason: str) -> None:
    """Whatever we write must fit the released schema of it."""
    assert breaks({"sample.v1": TOLD}, {"sample.v1": _changed(change, TOLD)}, ()) == [f"sample.v1: {reason}"]


@pytest.mark.parametrize(
    "change",
    [
        _add("new", {"type": "string"}),
        NEEDED, FEWER, NO_LONGER_NULL,
        _field("title", maxLength=400),
        _field("title", examples=["a"]),
        _data(lambda data: (data["properties"].update(new={"type": "string"}), data["required"].append("new"))),
    ],
)  # fmt: skip
def test_what_tells_more_breaks_no_reader(change: Change) -> None:
    """A new field, a narrower one, one that is always there now: all that is written still fits."""
    assert breaks({"sample.v1": TOLD}, {"sample.v1": _changed(change, TOLD)}, ()) == []


def test_a_closed_event_that_opens_breaks_its_readers() -> None:
    """Who was told that there are no other fields may refuse them."""
    assert breaks({"s.v1": EVENT}, {"s.v1": TOLD}, ()) == [
        "s.v1: `data` may hold other fields now, where readers were told that there are none"
    ]
    assert breaks({"s.v1": EVENT}, {"s.v1": _changed(_add("new", {"type": "null"}))}, ()) == [
        "s.v1: `data.new` is new where readers were told that there are no other fields"
    ]


def test_a_type_that_is_gone_breaks_everybody_and_a_new_one_nobody() -> None:
    """A successor stands beside its predecessor for one release."""
    assert breaks({"s.v1": EVENT}, {"s.v2": EVENT}, ()) == [
        "s.v1: the type is gone; keep it beside its successor for one release"
    ]
    assert breaks({"s.v1": EVENT}, {"s.v1": EVENT, "s.v2": EVENT}, ()) == []


def test_every_break_is_told_and_not_just_the_first() -> None:
    both = _changed(CHANNELS, _changed(_remove("day"), TOLD))
    assert len(breaks({"a.v1": TOLD, "b.v1": TOLD}, {"a.v1": both, "b.v1": both}, ())) == 4


def test_maps_of_names_are_compared_by_what_they_hold() -> None:
    """An object with any names: its values, not its fields."""
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    numbers = {"type": "object", "additionalProperties": {"type": "number"}}
    assert misfits(texts, texts) == []
    assert [one.path for one in misfits(texts, numbers)] == [".*"]
    assert [one.path for one in misfits({"type": "object"}, texts)] == [".*"]
