"""`python -m tests.bench.peers.bare_web PORT BYTES`: a route that reads what is posted and answers 201, that is all."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def app(size: int) -> Starlette:
    """Each answer has so many bytes."""
    body = b"0" * size

    async def post(request: Request) -> Response:
        await request.body()
        return Response(body, 201, {"Location": "/"})

    return Starlette(routes=[Route("/v1/events", post, methods=["POST"])])


if __name__ == "__main__":
    port, size = map(int, sys.argv[1:])
    uvicorn.run(app(size), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
