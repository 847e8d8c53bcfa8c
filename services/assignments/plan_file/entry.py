"""What all parts of the plan file share."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A frozen part of the file; a key that isn't known is an error, so that a misspelt one isn't lost."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
