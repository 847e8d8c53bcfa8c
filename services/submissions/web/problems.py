"""A rejection's reasons as problems point to them. Source: RFC 9457, RFC 6901."""

from collections.abc import Iterable, Mapping
from typing import Any


def errors_of(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each reason with a JSON pointer into the CloudEvent in structured mode."""
    return [
        {
            "pointer": _pointer(reason["code"], reason["field"]),
            "detail": reason["message"],
            "code": reason["code"],
            "candidates": reason.get("candidates", []),
        }
        for reason in reasons
    ]


def _pointer(code: str, field: str) -> str:
    if not field:
        return ""  # the whole document
    # A field that we don't know may have any name, dots included.
    parts = [field] if code == "unknown_field" else field.split(".")
    if code not in {"bad_envelope", "unknown_type"} and field != "data":
        parts = ["data", *parts]
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
