"""What a change of the contract would break, in words for whoever made the change.

Who posts must be able to go on posting what it posts: everything that fitted still fits. Who listens must be able to
go on reading: everything that we write fits what was promised. A break is a new type beside the old one.
"""

from collections.abc import Collection, Mapping
from typing import Any

from deploy.contracts.inclusion import Misfit, Schema, misfits
from deploy.contracts.schemas import POSTED

Schemas = Mapping[str, Schema]

POSTED_TYPES = frozenset(event.TYPE for event in POSTED)


_TO_SENDERS = {
    "gone": "{where} is needed now; senders of today leave it out",
    "required": "{where} is needed now; senders of today may leave it out",
    "unknown": "{where} is refused now; senders of today may send it",
    "closed": "{where} refuses unknown fields now; senders of today may send some",
    "type": "{where} may no longer be {inner}; it must be {outer}",
}
_ONLY = "{where} takes only {outer} now; senders of today may send others"
_NO_LONGER = "{where} no longer takes {inner}"
_NARROWER = "{where} is narrower: {was} became {now}"

_TO_READERS = {
    "gone": "{where} is gone; readers of today rely on it",
    "required": "{where} may be missing now; readers of today rely on it",
    "unknown": "{where} is new where readers were told that there are no other fields",
    "closed": "{where} may hold other fields now, where readers were told that there are none",
    "type": "{where} may be {inner} now; readers of today expect {outer}",
    "enum": "{where} may be {inner} now; readers of today know {outer}",
}
_WIDER = "{where} is wider: {was} became {now}"


def breaks(released: Schemas, now: Schemas, posted: Collection[str] = POSTED_TYPES) -> list[str]:
    """A line for each thing that breaks somebody who relies on the released schemas; empty where nothing does.

    `posted` are the types that others write; all other types are ours.
    """
    lines: list[str] = []
    for name, schema in sorted(released.items()):
        if name not in now:
            lines.append(f"{name}: the type is gone; keep it beside its successor for one release")
        elif name in posted:
            lines += [f"{name}: {to_senders(one)}" for one in misfits(schema, now[name])]
        else:
            lines += [f"{name}: {to_readers(one)}" for one in misfits(now[name], schema)]
    return lines


def to_senders(one: Misfit) -> str:
    """In words: `inner` is what was released, `outer` what holds now."""
    told = _TO_SENDERS.get(one.keyword, _NARROWER).format
    if one.keyword == "enum":
        told = (_ONLY if one.inner is None else _NO_LONGER).format
    was, now = _keyword(one.keyword, one.inner), _keyword(one.keyword, one.outer)
    return told(where=_where(one.path), inner=_list(one.inner), outer=_list(one.outer), was=was, now=now)


def to_readers(one: Misfit) -> str:
    """In words: `inner` is what holds now, `outer` what was released."""
    told = _TO_READERS.get(one.keyword, _WIDER).format
    was, now = _keyword(one.keyword, one.outer), _keyword(one.keyword, one.inner)
    inner = "anything" if one.inner is None else _list(one.inner)
    return told(where=_where(one.path), inner=inner, outer=_list(one.outer), was=was, now=now)


def _where(path: str) -> str:
    return f"`{path.removeprefix('.')}`" if path else "the value"


def _list(values: Any) -> str:
    return ", ".join(repr(value) for value in values) if isinstance(values, list) else str(values)


def _keyword(word: str, value: Any) -> str:
    return f"no {word}" if value is None else f"{word} {value}"
