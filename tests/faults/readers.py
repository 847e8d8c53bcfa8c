"""The people at the agencies: they act by links that they find in their mails, twice at once, and later again.

What is done by which link depends on the mails alone, so it is the same in every run of a load.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from shared.signed_links import Purpose
from tests.faults import smtp
from tests.faults.front import Front
from tests.faults.journal import Journal
from tests.faults.mail_reader import day_of, links, own_lines
from tests.faults.receipts import KEY_DIGITS
from tests.harness.forms import FORM, form

# Of a day's lines: by so many outputs are submitted, and as many are answered. The others are reminded on.
ONE_OF = 12
AT_ONCE = 2
AGAIN = 4


@dataclass(frozen=True)
class Act:
    """What is done by one link, found at `path`; `key` shows in what comes of it."""

    key: str
    path: str
    fields: dict[str, str]


class Readers:
    """`acts` are those of all days so far, by key."""

    def __init__(self, front: Front, journal: Journal, folder: Path) -> None:
        self._front, self._journal, self._folder = front, journal, folder
        self.acts: dict[str, Act] = {}

    async def act(self, day: date) -> None:
        """By some links of the day's mails, all of which are there; and once more by some of earlier ones."""
        again = list(self.acts.values())[-AGAIN:]
        mails = await asyncio.to_thread(_mails, self._folder)
        new = _chosen([mail for mail in mails if day_of(mail) == day], day, len(self.acts) + 1)
        self.acts |= {act.key: act for act in new}
        acting = [self._do(act, f"Số liệu tính đến ngày {day:%d/%m/%Y}") for act in new for _ in range(AT_ONCE)]
        await asyncio.gather(*acting, *(self._do(act) for act in again))

    async def _do(self, act: Act, seen: str = "") -> None:
        """Once the page shows `seen`: who acted on an earlier day would have answered on that one."""
        self._journal.posted(act.key)
        await self._front.act(act.path, form(act.fields), FORM, act.key, seen)
        self._journal.ack(act.key)


def _mails(folder: Path) -> list[EmailMessage]:
    """Each once, in an order of their own."""
    read = [message_from_bytes(kept.content, policy=policy.default) for kept in smtp.read(folder)]
    by_id = {str(mail["Message-ID"]): mail for mail in read}
    return [by_id[id_] for id_ in sorted(by_id)]


def _chosen(mails: Sequence[EmailMessage], day: date, number: int) -> list[Act]:
    lines = sorted(("/".join(at), mail) for mail in mails for _, at in own_lines(mail))
    rng = random.Random(f"links {day} {len(lines)}")
    many = -(-len(lines) // ONE_OF)
    chosen = rng.sample(lines, min(2 * many, len(lines)))
    acts = []
    for place, (at, mail) in enumerate(chosen):
        key = f"l{number + place:0{KEY_DIGITS}}"
        purpose = Purpose.SUBMIT if place < many else Purpose.NOTHING_TO_REPORT
        acts.append(Act(key, links(mail, purpose)[at], _fields(purpose, key, at)))
    return acts


def _fields(purpose: Purpose, key: str, at: str) -> dict[str, str]:
    if purpose is Purpose.NOTHING_TO_REPORT:
        return {"reason": f"Trong kỳ không có nội dung mẫu {key}"}
    year, _, month = at.rpartition("/")[2].partition("-")
    title, url = f"Sản phẩm theo liên kết {key}", f"https://lien-ket.example/{key}"
    return {"title": title, "published_on": f"15/{month}/{year}", "url": url}
