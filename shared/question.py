"""What a service can be asked, read strictly."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Strict, ValidationError
from pydantic_core import PydanticCustomError

from shared.contracts.base import Model
from shared.contracts.evidence import SHA256
from shared.outcomes import Rejected

# As text alone: of a number, `0`, the first of January 1970 would be made.
Day = Annotated[date, Strict()]


def _digest(text: str) -> str:
    if not re.fullmatch(SHA256, text):
        raise PydanticCustomError("digest", "must be a SHA-256: 64 characters of 0-9 and a-f")
    return text


# Of a file's bytes, as lists name it.
Digest = Annotated[str, AfterValidator(_digest)]


class Question(Model):
    """A question. One with an unknown key is refused: passed over, `asof` would be answered with today's figures."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def read(cls, request: bytes) -> Self:
        """The question of a JSON object.

        Raises Rejected, naming the known keys, for unknown ones, and ValidationError for values that can't be read.
        """
        try:
            return cls.model_validate_json(request or b"{}")
        except ValidationError as error:
            unknown = [repr(wrong["loc"][0]) for wrong in error.errors() if wrong["type"] == "extra_forbidden"]
            if not unknown:
                raise
            known = ", ".join(cls.model_fields)
            raise Rejected(f"the question can't hold {', '.join(unknown)}; known keys: {known}") from error
