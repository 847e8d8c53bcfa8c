"""Answering requests: each service's endpoints, discoverable by NATS' own service protocol (`$SRV`)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import nats.micro
from nats.aio.client import Client
from nats.micro.request import Request
from nats.micro.service import Service
from pydantic import ValidationError

from shared import __version__
from shared.logs import logger
from shared.outcomes import Overtaken, Rejected, Retry
from shared.wrong_request import wrong_request

WRONG_REQUEST = "400"
NOT_NOW = "503"
OVERTAKEN = "409"
OUR_FAULT = "500"

log = logger(__name__)


@dataclass(frozen=True)
class Answer:
    """The reply's bytes and headers."""

    data: bytes
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[bytes], Awaitable[bytes | Answer]]


class Answers:
    """The endpoints of one service, on `dondoc.<service>.<name>`."""

    def __init__(self, nc: Client, service: str) -> None:
        self._nc = nc
        self._service = service
        self._handlers: dict[str, Handler] = {}
        self._running: Service | None = None

    def add(self, name: str, handler: Handler) -> None:
        self._handlers[name] = handler

    async def start(self) -> None:
        if not self._handlers:
            return
        self._running = await nats.micro.add_service(
            self._nc, name=f"dondoc-{self._service}", version=__version__, description=f"Đôn đốc {self._service}"
        )
        group = self._running.add_group(name=f"dondoc.{self._service}")
        for name, handler in self._handlers.items():
            await group.add_endpoint(name=name, handler=_answering(name, handler))

    async def stop(self) -> None:
        if self._running is not None:
            await self._running.stop()


def _answering(name: str, handler: Handler) -> Callable[[Request], Awaitable[None]]:
    async def answer(request: Request) -> None:
        try:
            result = await handler(request.data)
        except Overtaken as refusal:
            await _refuse(request, OVERTAKEN, refusal.reason)
        except Rejected as refusal:
            await _refuse(request, WRONG_REQUEST, refusal.reason)
        except ValidationError as error:
            await _refuse(request, WRONG_REQUEST, wrong_request(error))
        except Retry as later:
            await _refuse(request, NOT_NOW, later.why)
        except Exception:
            log.exception("request failed", endpoint=name)
            await _refuse(request, OUR_FAULT, "the service failed on this request; its log says why")
        else:
            reply = result if isinstance(result, Answer) else Answer(result)
            await request.respond(reply.data, headers=reply.headers or None)

    return answer


async def _refuse(request: Request, code: str, text: str) -> None:
    # A header is one line; the whole text is the body.
    first = text.splitlines()[0][:500] if text else "refused"
    await request.respond_error(code, first.encode("ascii", "replace").decode(), data=text.encode())
