"""What is wrong with a request that a service can't read, for people: each field by its name."""

from pydantic import ValidationError

MOST_TOLD = 5


def wrong_request(error: ValidationError) -> str:
    """On one line. What was sent isn't repeated: it may be a file."""
    return "; ".join(_said(one["type"], one["loc"], one["msg"]) for one in error.errors()[:MOST_TOLD])


def _said(kind: str, loc: tuple[int | str, ...], message: str) -> str:
    if loc:
        return f"{'.'.join(map(str, loc))}: {message}"
    if kind == "json_invalid":
        return f"the request is no JSON ({message.removeprefix('Invalid JSON: ')}); send a JSON object"
    return "the request is JSON, but no object; send a JSON object"
