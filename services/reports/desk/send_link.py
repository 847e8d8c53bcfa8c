"""Mail a listed officer a link that signs in. Nothing of what comes of it is told to who asked: that would tell who is
listed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from services.reports.desk.letter import Letter, sign_in_letter
from services.reports.desk.officer_store import OfficerStore
from services.reports.desk.secret_text import hash_of
from services.reports.desk.sign_in_store import SignInStore

MARK = 12


@dataclass(frozen=True)
class Links:
    """How links go out: from which address, and below which address they lead."""

    sender: str
    below: str
    hand_over: Callable[[Letter], Awaitable[None]]


async def send_link(email: str, officers: OfficerStore, store: SignInStore, links: Links, now: datetime) -> str:
    """What became of it, for the log. Raises what `hand_over` raises; then another may be asked for."""
    officer = await officers.find(email)
    if officer is None:
        return "nobody of that address is listed"
    if not await store.may_ask(email, now):
        return "too many links were asked for"
    token = await store.make_link(email, now)
    letter = sign_in_letter(officer, f"{links.below}/{token}", links.sender, f"vao.{hash_of(token)[:MARK]}", now)
    await links.hand_over(letter)
    return "sent"
