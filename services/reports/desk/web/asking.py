"""Asking the service that owns something, for an officer who filled in a form."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.reports.desk.typed import Asked, Wrong
from shared.ask import NoAnswer, Refused, ask
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.outcomes import Overtaken

WITHIN = timedelta(seconds=15)
# How long a page waits until what was just done shows in it.
SHOWN_WITHIN = timedelta(seconds=5)
LOOK_EVERY = timedelta(milliseconds=50)
WRONG_REQUEST, OVERTAKEN = "400", "409"

REFUSED = "Chưa ghi lại được: hệ thống không nhận nội dung này. Hệ thống trả lời:"
BUSY = (
    "Hệ thống đang bận hoặc tạm gián đoạn; chưa rõ nội dung đã được ghi lại chưa. Xin xem lại, rồi gửi lại sau ít phút."
)

log = logger(__name__)


async def ask_owner(nc: Client, asked: Asked) -> tuple[dict[str, Any], list[Wrong]]:
    """What the owner answered, and what is wrong where it refuses or can't.

    Raises Overtaken where somebody else's word came first.
    """
    try:
        answer = await ask(nc, asked.subject, json.dumps(asked.fields, ensure_ascii=False).encode(), WITHIN)
    except Refused as refusal:
        if refusal.code == OVERTAKEN:
            raise Overtaken(refusal.text) from None
        if refusal.code == WRONG_REQUEST:
            return {}, [Wrong("", REFUSED, refusal.text)]
        log.warning("the owner can't", subject=asked.subject, error=refusal.text[:300])
        return {}, [Wrong("", BUSY)]
    except (NoAnswer, NatsError) as away:
        log.warning("the owner is away", subject=asked.subject, error=str(away)[:300])
        return {}, [Wrong("", BUSY)]
    told: dict[str, Any] = json.loads(answer)
    return told, []


async def shows(look: Callable[[], Awaitable[bool]]) -> None:
    """Return when what was done is in the view, or after SHOWN_WITHIN, or where that can't be read now: it is done all
    the same, and the page shows it later."""
    deadline = asyncio.get_running_loop().time() + SHOWN_WITHIN.total_seconds()
    try:
        while not await look():
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(LOOK_EVERY.total_seconds())
    except NOT_NOW as away:
        log.warning("done, but the view can't be read now", error=str(away)[:300])
