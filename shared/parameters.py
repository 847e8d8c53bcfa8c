"""What a request asks for behind the `?`."""

from collections.abc import Sequence

from starlette.requests import Request

from shared.problems import Problem


def parameters(request: Request, known: Sequence[str]) -> dict[str, str]:
    """The request's parameters, each once.

    Raises Problem 400 for an unknown one or one that is given twice: what is meant otherwise must not count for
    nothing.
    """
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "none is needed here"
            raise Problem(400, f"there is no parameter {name[:100]!r}; {there}")
        if name in found:
            raise Problem(400, f"the parameter {name!r} is given twice; give it once")
        found[name] = value
    return found
