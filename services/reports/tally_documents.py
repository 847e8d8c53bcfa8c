"""Outputs and tallies as MongoDB keeps them. Pure.

A tally is named by its source and its day or month, `plan|duty|agency|owner|period|2023-02-03`. Keys of its numbers may
hold dots, which names of fields can't: they stand in pairs.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.reports.looked import Looked
from services.reports.tallies import Numbers, Sort, Source, changes, sort_of, source_of
from shared.contracts.duties import OccurrenceKey
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed

Told = tuple[OutputRecorded, list[OutputReviewed]]


def add_numbers(numbers: Numbers, document: Mapping[str, Any]) -> None:
    """So many more as the tally's document says. In place: an answer reads thousands."""
    numbers.recorded += document["recorded"]
    numbers.outputs += document["outputs"]
    for key, n in document["channels"]:
        numbers.channels[key] += n
    for key, n in document["topics"]:
        numbers.topics[key] += n
    for key, n in document["flags"]:
        numbers.flags[Flag(key)] += n
    for registered, published, n in document["days"]:
        numbers.days[date.fromisoformat(registered), date.fromisoformat(published)] += n


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
    source = _name(source_of(output))
    after |= {"plan": output.plan, "day": output.day.isoformat(), "sort": _kept(sort_of(output))}
    # What lists at the desk are narrowed down by.
    at = str(output.occurrence) if output.occurrence else None
    after |= {"agency": output.agency, "duty": output.duty, "occurrence": at, "looked": Looked.of(told).value}
    if any(review.notable for review in told):
        after["notable"] = True
    after["changes"] = [
        {"at": f"{source}|{day}", "n": change, "recorded": int(day == output.day)}
        for day, change in sorted(changes(output.day, told).items())
    ]
    return after


def told_by(document: Mapping[str, Any]) -> Told:
    """The output and its reviews, of its document."""
    reviews = [OutputReviewed.model_validate_json(review) for review in document["reviews"]]
    return OutputRecorded.model_validate_json(document["event"]), reviews


def _name(source: Source) -> str:
    """In one line; ids hold no bars."""
    at = source.occurrence
    return "|".join([source.plan, source.duty, source.agency, *([at.agency, at.period] if at else [])])


def month_name(at: str) -> str:
    """Of the month that holds the day at the name's end."""
    return at[: -len("-01")]


def _kept(sort: Sort) -> dict[str, Any]:
    registered, published = (day and day.isoformat() for day in (sort.registered, sort.published))
    flags = [flag.value for flag in sort.flags]
    return {"days": [registered, published], "channel": sort.channel, "topics": list(sort.topics), "flags": flags}


def sort_kept(kept: Mapping[str, Any]) -> Sort:
    """What an output's document is counted as."""
    registered, published = (day and date.fromisoformat(day) for day in kept["days"])
    return Sort(registered, published, kept["channel"], tuple(kept["topics"]), tuple(map(Flag, kept["flags"])))


def day_document(at: str, numbers: Numbers) -> dict[str, Any]:
    """A source's numbers of a day."""
    source, _, day = at.rpartition("|")
    return {"_id": at, "in": day[: len("2023-01")], "day": day, "plan": source_named(source).plan, **_written(numbers)}


def month_document(name: str, numbers: Numbers) -> dict[str, Any]:
    """A source's numbers of a month."""
    source, _, month = name.rpartition("|")
    return {"_id": name, "month": month, "plan": source_named(source).plan, **_written(numbers)}


def source_named(name: str) -> Source:
    """The source of a tally's name, without the day."""
    plan, duty, agency, *at = name.split("|")
    occurrence = OccurrenceKey(plan=plan, duty=duty, agency=at[0], period=at[1]) if at else None
    return Source(plan, duty, agency, occurrence)


def _written(numbers: Numbers) -> dict[str, Any]:
    """Keys may hold dots, which MongoDB's fields can't: pairs of a key and its number."""
    return {
        "recorded": numbers.recorded,
        "outputs": numbers.outputs,
        "channels": [[key, n] for key, n in numbers.channels.items() if n],
        "topics": [[key, n] for key, n in numbers.topics.items() if n],
        "flags": [[key.value, n] for key, n in numbers.flags.items() if n],
        "days": [[first.isoformat(), second.isoformat(), n] for (first, second), n in numbers.days.items() if n],
    }
