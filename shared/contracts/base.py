"""What every event shares: a frozen model that knows its CloudEvents type and its NATS subject."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


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
