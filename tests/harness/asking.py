"""Asking a service while something is in its way."""

from datetime import timedelta

from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.ask import NoAnswer, Refused, ask
from tests.integration.until import until

WRONG_REQUEST = "400"


async def ask_until(nc: Client, service: str, endpoint: str, payload: bytes, within: timedelta) -> bytes:
    """The service's answer, each attempt `within`; asked again where nobody answers or it can't now, since every
    question may be repeated. Raises Refused where the question itself is wrong."""
    answers: list[bytes] = []

    async def answered() -> bool:
        try:
            answers.append(await ask(nc, f"dondoc.{service}.{endpoint}", payload, within))
        except (NoAnswer, NatsError, TimeoutError):
            return False
        except Refused as refusal:
            if refusal.code == WRONG_REQUEST:
                raise
            return False
        return True

    await until(answered, f"{service} answers {endpoint}")
    return answers[0]
