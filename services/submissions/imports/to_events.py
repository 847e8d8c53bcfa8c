"""A row becomes the event that the office's own system would have posted.

`source` and `id` are made from what the row says, so that the same row has the same receipt however often, in whichever
file and at whichever place it is imported.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from services.submissions.imports.names import Names
from services.submissions.imports.periods import period_name
from services.submissions.imports.table import Field, Row, Table
from services.submissions.rules import same_address
from shared.contracts.outputs import OutputSubmitted

SOURCE = "/dondoc/import"
# What makes two rows the same output. A channel does where no duty is named; a note, a duration, a topic don't.
_IDENTITY = ("plan", "duty", "period", "title", "published_on", "url")
_ID_LENGTH = 32


class RowEvent(NamedTuple):
    """A row, the bytes of its event, which lacks the fields that couldn't be read, and what it says there."""

    row: Row
    body: bytes
    data: Mapping[str, Any]


def to_events(table: Table, agency: str, names: Names) -> Iterator[RowEvent]:
    """The event of each row, in structured mode, in the order of the table."""
    for row in table.rows:
        data = _data(row, names)
        event = {
            "specversion": "1.0",
            "id": _identity(agency, data),
            "source": f"{SOURCE}/{agency}",
            "type": OutputSubmitted.TYPE,
            "data": data,
        }
        yield RowEvent(row, json.dumps(event, ensure_ascii=False).encode("utf-8", "replace"), data)


def _data(row: Row, names: Names) -> dict[str, Any]:
    """The fields of the contract; what is empty is left out."""
    told = {field: str(value) for field, value in row.values.items() if not isinstance(value, date | float)}
    duty = told.get(Field.DUTY) or told.get(Field.DUTY_TITLE)
    published_on = row.values.get(Field.PUBLISHED_ON)
    data: dict[str, Any] = {
        "agency": names.agency(told[Field.AGENCY]) if Field.AGENCY in told else None,
        "plan": names.plan(told[Field.PLAN]) if Field.PLAN in told else None,
        "duty": names.duty(duty) if duty else None,
        "channel": names.channels.id_of(told[Field.CHANNEL]) if Field.CHANNEL in told else None,
        "period": period_name(told[Field.PERIOD]) if Field.PERIOD in told else None,
        "title": told.get(Field.TITLE),
        "published_on": published_on.isoformat() if isinstance(published_on, date) else None,
        "url": told.get(Field.URL),
        "duration_minutes": row.values.get(Field.DURATION),
        "topics": list(names.topics(told[Field.TOPICS])) if Field.TOPICS in told else None,
        "note": told.get(Field.NOTE),
    }
    return {name: value for name, value in data.items() if value is not None}


def _identity(agency: str, data: dict[str, Any]) -> str:
    parts = {name: data.get(name) for name in _IDENTITY}
    if parts["url"] and _is_address(parts["url"]):
        parts["url"] = same_address(parts["url"])
    if parts["duty"] is None:
        parts["channel"] = data.get("channel")
    text = json.dumps([agency, parts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_ID_LENGTH]


def _is_address(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
