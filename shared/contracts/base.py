"""What every event shares: a frozen model that knows its CloudEvents type and its NATS subject."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler


class InSchema:
    """Keywords for the published JSON Schema, where a rule is checked by code of ours; it checks nothing itself."""

    def __init__(self, **keywords: str) -> None:
        self._keywords = keywords

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core_schema), **self._keywords}


class Model(BaseModel):
    """A frozen value; fields that a newer writer added are passed over, so old readers keep reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Model):
    """One fact that crosses a service's border.

    `TYPE` is the CloudEvents type and carries the version; a breaking change is a new class.
    `SUBJECT` is the NATS subject, with the names of the fields that fill its last token in braces.
    """

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]

    @property
    def subject(self) -> str:
        return self.SUBJECT.format_map(vars(self))
