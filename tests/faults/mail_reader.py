"""What a mail in the inbox says: read as its reader does, from its text and its files, not from what was stored."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import docx

from shared.signed_links import Purpose, path, read_link
from tests.faults.inbox import Item, Said
from tests.faults.smtp import Kept
from tests.harness.services import LINK_SECRET

HEADINGS = {
    "QUÁ HẠN KÉO DÀI": "escalated",
    "QUÁ HẠN": "overdue",
    "SẮP ĐẾN HẠN GHI NHẬN": "upcoming",
    "CÁC KỲ QUÁ HẠN KHÁC": "",  # named, and no rung
}
_DUTY = re.compile(r"M\.\d+")
_MONTH = re.compile(r"tháng (\d\d)/(\d{4})")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Reader:
    """Reads the mails of a plan, `plan` being the data of its event in the log."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan["plan"]
        self._of_box = {box: body["id"] for body in plan["agencies"] for box in body["emails"]}
        self._named = {body["name"]: body["id"] for body in plan["agencies"]}

    def read(self, kept: Kept) -> Said:
        """The mail as it came. Raises where it isn't one that we know how to read."""
        mail = message_from_bytes(kept.content, policy=policy.default)
        items = [Item("/".join(link), rung) for rung, link in own_lines(mail)]
        return Said(
            id=str(mail["Message-ID"]),
            day=mail["Date"].datetime.date(),
            at=kept.at,
            recipient=self._of_box[mail["To"].addresses[0].addr_spec],
            boxes=frozenset(kept.recipients),
            items=(*items, *(Item(at, "for_signature") for at in self._to_sign(mail))),
        )

    def _to_sign(self, mail: EmailMessage) -> Iterator[str]:
        """The occurrences in the list of the draft letter."""
        for file in mail.iter_attachments():
            if file.get_content_type() != _DOCX:
                continue
            paper = docx.Document(io.BytesIO(file.get_content()))
            for row in (row for table in paper.tables for row in table.rows):
                cells = [cell.text for cell in row.cells]
                text = " ".join(cells)
                duty, month = _DUTY.search(text), _MONTH.search(text)
                if duty and month:
                    owner = next(self._named[cell] for cell in cells if cell in self._named)
                    yield f"{self._plan}/{duty[0]}/{owner}/{month[2]}-{month[1]}"


def own_lines(mail: EmailMessage) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rung, and plan, duty, agency and period, of each line that has a link by which to submit and is on a rung."""
    rung = ""
    for line in text_of(mail):
        rung = HEADINGS.get(line, rung)
        if rung and (found := _token(line, Purpose.SUBMIT)):
            at = read_link(Purpose.SUBMIT, found, LINK_SECRET).occurrence
            yield rung, (at.plan, at.duty, at.agency, at.period)


def links(mail: EmailMessage, purpose: Purpose) -> dict[str, str]:
    """Where the links of that purpose lead, below the public address, by occurrence."""
    tokens = [found for line in text_of(mail) if (found := _token(line, purpose))]
    return {str(read_link(purpose, token, LINK_SECRET).occurrence): f"{path(purpose)}/{token}" for token in tokens}


def text_of(mail: EmailMessage) -> list[str]:
    """The lines of its text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return [line.strip() for line in body.get_content().splitlines()]


def day_of(mail: EmailMessage) -> date:
    """The day that it is dated."""
    found: date = mail["Date"].datetime.date()
    return found


def _token(line: str, purpose: Purpose) -> str:
    _, mark, token = line.partition(f"{path(purpose)}/")
    return token if mark else ""
