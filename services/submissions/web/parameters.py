"""What a request asks for behind the `?`."""

from collections.abc import Sequence

from starlette.requests import Request

from shared.problems import Problem


def parameters(request: Request, known: Sequence[str]) -> dict[str, str]:
    """The request's parameters. Raises Problem 400 for an unknown one: a misspelt one must not count for nothing."""
    for name in request.query_params:
        if name not in known:
            raise Problem(400, f"there is no parameter {name[:100]!r}; there are {', '.join(known)}")
    return dict(request.query_params)
