"""What a service can be asked, read strictly."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Strict, ValidationError

from shared.contracts.base import Model
from shared.outcomes import Rejected

# As text alone: of a number, `0`, the first of January 1970 would be made.
Day = Annotated[date, Strict()]


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
