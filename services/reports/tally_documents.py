"""Outputs and tallies as MongoDB keeps them. Pure.

A tally is named by its source and its day or month, `plan|duty|agency|owner|period|2023-02-03`; a sum by its source.
Keys of numbers may hold dots, which names of fields can't: they stand in pairs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from bson import decode

from services.reports.looked import Looked
from services.reports.tallies import REMEMBERED, Numbers, Source, first_days, tallies_of
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed

Told = tuple[OutputRecorded, list[OutputReviewed]]


def numbers_in(document: Mapping[str, Any]) -> Numbers:
    """What the document of a tally or a sum says."""
    return Numbers(
        recorded=document["recorded"],
        outputs=document["outputs"],
        channels=dict(document["channels"]),
        topics=dict(document["topics"]),
        flags={Flag(key): n for key, n in document["flags"]},
        days=days_in(document),
    )


@lru_cache(maxsize=REMEMBERED)
def sum_in(raw: bytes) -> tuple[str, Source, Numbers]:
    """A sum's name and source and what it says, of its document as it is stored. Nobody may change these numbers."""
    document = decode(raw)
    name = document["_id"]
    return name, source_named(name), numbers_in(document)


def days_in(document: Mapping[str, Any]) -> dict[tuple[date, date], int]:
    """The days of registration and publication alone."""
    day = date.fromisoformat
    return {(day(first), day(second)): n for first, second, n in document["days"]}


def output_document(before: Mapping[str, Any], event: OutputRecorded | None, reviews: Iterable[OutputReviewed]) -> Any:
    """The output's document with the event and the reviews in it. An event is kept as JSON, as it was told."""
    said = sorted({*before["reviews"], *(review.model_dump_json() for review in reviews)})
    if said == before["reviews"] and (event is None or "event" in before):
        return before
    after = {**before, "reviews": said}
    if event is not None:
        after["event"] = event.model_dump_json()
    if "event" not in after:
        return after
    output, told = (event, []) if event and not said else told_by(after)
    # What lists at the desk are narrowed down by.
    at = str(output.occurrence) if output.occurrence else None
    after |= {"plan": output.plan, "day": output.day.isoformat(), "agency": output.agency, "duty": output.duty}
    after |= {"occurrence": at, "looked": Looked.of(told).value}
    if any(review.notable for review in told):
        after["notable"] = True
    return after


def day_changes(document: Mapping[str, Any]) -> dict[str, Numbers]:
    """What the output's document adds to the tallies of which days; nothing before the output itself came."""
    if "event" not in document:
        return {}
    output, reviews = told_by(document)
    return {f"{name_of(tally.source)}|{tally.day}": tally.numbers for tally in tallies_of([output], reviews)}


@lru_cache(maxsize=REMEMBERED)
def told_in(raw: bytes) -> Told:
    """`told_by` of the document as it is stored."""
    return told_by(decode(raw))


def told_by(document: Mapping[str, Any]) -> Told:
    """The output and its reviews, of its document."""
    reviews = [OutputReviewed.model_validate_json(review) for review in document["reviews"]]
    return OutputRecorded.model_validate_json(document["event"]), reviews


def name_of(source: Source) -> str:
    """In one line; ids hold no bars."""
    return "|".join([source.plan, source.duty, source.agency, *(source.occurrence or ())[2:]])


def month_name(at: str) -> str:
    """Of the month that holds the day at the name's end."""
    return at[: -len("-01")]


def source_name(at: str) -> str:
    """Without the day or the month."""
    return at.rpartition("|")[0]


def day_document(at: str, numbers: Numbers) -> dict[str, Any]:
    """A source's numbers of a day."""
    day = at.rpartition("|")[2]
    return {"_id": at, "source": source_name(at), "in": day[: len("2023-01")], "day": day, **_written(at, numbers)}


def month_document(name: str, numbers: Numbers) -> dict[str, Any]:
    """A source's numbers of a month."""
    return {"_id": name, "source": source_name(name), "month": name.rpartition("|")[2], **_written(name, numbers)}


def sum_document(name: str, numbers: Numbers) -> dict[str, Any]:
    """A source's numbers of all days. Of the days of registration and publication it holds the first ones, each once:
    they are few, however many outputs there are."""
    return {"_id": name, **_written(name, replace(numbers, days=dict.fromkeys(first_days(numbers), 1)))}


def source_named(name: str) -> Source:
    """The source of a tally's name, without the day."""
    plan, duty, agency, *at = name.split("|")
    return Source(plan, duty, agency, (plan, duty, at[0], at[1]) if at else None)


def _written(name: str, numbers: Numbers) -> dict[str, Any]:
    """Keys may hold dots, which MongoDB's fields can't: pairs of a key and its number."""
    return {
        "plan": name.partition("|")[0],
        "recorded": numbers.recorded,
        "outputs": numbers.outputs,
        "channels": [[key, n] for key, n in numbers.channels.items()],
        "topics": [[key, n] for key, n in numbers.topics.items()],
        "flags": [[key.value, n] for key, n in numbers.flags.items()],
        "days": [[first.isoformat(), second.isoformat(), n] for (first, second), n in numbers.days.items()],
    }
