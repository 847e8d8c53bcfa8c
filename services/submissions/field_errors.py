"""What is wrong with the fields of an event, said so that the sender knows what would be right."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.contracts.outputs import OutputSubmitted, Reason
from shared.near import near

# A receipt must stay a small message, whatever was posted.
MOST_REASONS = 20
LONGEST_NAME = 100

# By the type of pydantic's error; what stands in braces comes from its context.
_RIGHT = {
    "date_type": 'must be a date in quotes; write it as "2023-02-15"',
    "date_parsing": 'must be a date that exists, without a time; write it as "2023-02-15"',
    "date_from_datetime_parsing": 'must be a date that exists, without a time; write it as "2023-02-15"',
    "date_from_datetime_inexact": 'must be a date without a time; write it as "2023-02-15"',
    "string_type": "must be text in quotes",
    "string_too_short": "is empty; write at least {min_length} character",
    "string_too_long": "is too long; write at most {max_length} characters",
    "one_line": "must be one line with letters or digits, without control characters",
    "lines": "must be text without control characters",
    "web_address": "must be an address that begins with http:// or https://, without spaces and passwords",
    "string_pattern_mismatch": "must be the 64 characters that the answer to the file's upload calls `evidence`",
    "float_type": "must be a number without quotes, with a point for fractions: 5 or 4.5",
    "finite_number": "must be a number of ordinary size",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be {le:g} at most",
    "tuple_type": 'must be a list in brackets: ["II.1", "II.2"]',
    "too_long": "has too many entries; write at most {max_length}",
}


def reasons(error: ValidationError) -> tuple[Reason, ...]:
    """A reason for each field that is wrong; beyond MOST_REASONS they are only counted."""
    wrong = error.errors(include_url=False, include_input=False)
    told = [_reason(one["type"], one["loc"], one["msg"], one.get("ctx", {})) for one in wrong[:MOST_REASONS]]
    if more := len(wrong) - len(told):
        told.append(Reason(code="more", field="data", message=f"{more} more fields are wrong"))
    return tuple(told)


def _reason(kind: str, loc: tuple[int | str, ...], message: str, context: Mapping[str, Any]) -> Reason:
    field = ".".join(str(part) for part in loc)[:LONGEST_NAME]
    match kind:
        case "missing":
            return Reason(code="missing_field", field=field, message=f"the field {field!r} is missing")
        case "extra_forbidden":
            known = tuple(OutputSubmitted.model_fields)
            like = tuple(near(field, known)) or known
            return Reason(code="unknown_field", field=field, message=f"there is no field {field!r}", candidates=like)
        case "json_invalid":
            text = "`data` holds text or nesting that JSON can't carry"
            return Reason(code="bad_data", field="data", message=text)
    right = _RIGHT[kind].format(**context) if kind in _RIGHT else "is not as the contract has it"
    return Reason(code="bad_field", field=field, message=f"the field {field!r} {right}")
