"""The sample events, as an integrator would write them: all marked as samples, all the same in every run."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.contracts.outputs import OutputSubmitted

MARK = "[MẪU]"
SOURCE = "/sample/integrator"


@dataclass(frozen=True)
class Post:
    """Something that an agency posts."""

    agency: str
    body: bytes
    id: str


@dataclass(frozen=True)
class Decide:
    """A decision of the coordinator about one occurrence: the endpoint that takes it, and its fields."""

    endpoint: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """What the coordinator says of the output that `post` brought."""

    post: Post
    fields: dict[str, str | bool] = field(default_factory=dict)


Step = Post | Decide | Review


def output(agency: str, identity: str, title: str, published_on: date, **more: Any) -> Post:
    """An agency's output; `more` are further fields of OutputSubmitted."""
    data = {"title": f"{MARK} {title}", "published_on": published_on.isoformat(), **more}
    data = {name: value for name, value in data.items() if value is not None}
    return posted(agency, identity, data)


def posted(agency: str, identity: str, data: Any, event_type: str = OutputSubmitted.TYPE) -> Post:
    """Any CloudEvent, right or wrong."""
    event = {
        "specversion": "1.0",
        "id": identity,
        "source": f"{SOURCE}/{agency}",
        "type": event_type,
        "datacontenttype": "application/json",
        "data": data,
    }
    return Post(agency, json.dumps(event, ensure_ascii=False).encode(), identity)
