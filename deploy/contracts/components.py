"""The schemas of a document's `components`: each model once, under its name."""

import json
from typing import Any

from pydantic import BaseModel

from deploy.contracts.schemas import POSTED, Schema, event_schema, model_schema
from shared.contracts.base import Event

_PLACE = "#/components/schemas/"


def ref(name: str) -> Schema:
    """A reference to the schema of that name."""
    return {"$ref": f"{_PLACE}{name}"}


class Components:
    """Schemas by name. Events are whole CloudEvents; their data stand beside them, as binary mode has them alone."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def add_event(self, event: type[Event]) -> None:
        """`OutputSubmitted` and `OutputSubmittedData`, and what they are made of."""
        schema = _moved(event_schema(event))
        kind = "posted" if event in POSTED else "published"
        data = {"title": f"{event.__name__}Data", "description": f"What is {kind}.", **schema["properties"]["data"]}
        self._keep(data["title"], data)
        schema["properties"]["data"] = ref(data["title"])
        self._keep_all(event.__name__, schema)

    def add_model(self, model: type[BaseModel]) -> None:
        """A model that we write, and what it is made of."""
        self._keep_all(model.__name__, _moved(model_schema(model, written=True)))

    def say_field(self, model: type[BaseModel], field: str, schema: Schema) -> None:
        """Say more of a field than pydantic can; when all models are added."""
        self.schemas[model.__name__]["properties"][field] = schema

    def _keep_all(self, name: str, schema: Schema) -> None:
        for inner, its in schema.pop("$defs", {}).items():
            self._keep(inner, its)
        self._keep(name, schema)

    def _keep(self, name: str, schema: Schema) -> None:
        known = self.schemas.setdefault(name, schema)
        if known != schema:
            raise ValueError(f"two different models are called {name}: rename one of them")


def _moved(schema: Schema) -> Any:
    return json.loads(json.dumps(schema).replace('"#/$defs/', f'"{_PLACE}'))
