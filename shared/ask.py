"""Asking a service by NATS request and reply, for commands and for other programs."""

import base64
import json
from datetime import timedelta

from nats.aio.client import Client
from nats.errors import NoRespondersError

ERROR = "Nats-Service-Error"
ERROR_CODE = "Nats-Service-Error-Code"
# An answer that is too large for a message lies in the object store; the reply says where.
BUCKET = "Dondoc-Object-Bucket"
NAME = "Dondoc-Object-Name"
DIGEST = "Dondoc-Object-Digest"


class Refused(Exception):
    """The service answered that it can't; `code` is 400 for a wrong request, 500 for its own fault."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class NoAnswer(Exception):
    """Nobody answered; the text says who, and what to do."""


async def ask(nc: Client, subject: str, payload: bytes, within: timedelta) -> bytes:
    """The answer's bytes, fetched from the object store where they were too many for a message.

    Raises Refused with the service's text, NoAnswer where no service listens or none answers in time.
    """
    service = subject.split(".")[1]
    try:
        reply = await nc.request(subject, payload, timeout=within.total_seconds())
    except NoRespondersError:
        raise NoAnswer(f"the {service} service does not run on this NATS server; start it and try again") from None
    except TimeoutError:
        seconds = round(within.total_seconds())
        raise NoAnswer(f"the {service} service did not answer within {seconds} s") from None
    headers = reply.headers or {}
    if ERROR in headers:
        raise Refused(headers.get(ERROR_CODE, "500"), reply.data.decode() or headers[ERROR])
    if BUCKET in headers:
        store = await nc.jetstream().object_store(headers[BUCKET])
        data = (await store.get(headers[NAME])).data
        return data or b""
    return reply.data


def request_body(**fields: object) -> bytes:
    """A JSON request; values are text, numbers, lists of them, or None; bytes travel as base64."""
    shown = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in fields.items()}
    return json.dumps(shown, ensure_ascii=False).encode()
