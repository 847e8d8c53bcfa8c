"""What a mail server reports of a mail that it took: RFC 3464, as servers really write it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from services.notifier.letters.text import one_line

# The report proper comes before the copy of the mail, which may be large.
READ_BYTES = 500_000
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Fate:
    """What became of a mail for one recipient. `named` are the addresses by which the report calls it: the one that was
    written to first, the one that it ended at last. `action` is failed, delayed or another word of RFC 3464; `status`
    such as 5.1.1; `reason` the server's answer, else the status."""

    named: tuple[str, ...]
    action: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        """The mail will not arrive."""
        return self.action == "failed"

    @property
    def ended_at(self) -> str:
        """The address at which it failed or waits: another one than ours behind an alias or where mail is forwarded."""
        return self.named[-1] if self.named else ""


@dataclass(frozen=True)
class Report:
    """`to` is whom it was sent to; no fates where it is no report on delivery."""

    to: tuple[str, ...]
    fates: tuple[Fate, ...]


def read_report(raw: bytes) -> Report:
    """The report that these bytes hold. Never raises: what can't be read is no report."""
    message = message_from_bytes(raw[:READ_BYTES])
    to = [str(value) for name in ("X-Original-To", "Delivered-To", "To") for value in message.get_all(name, [])]
    addressed = tuple(address for _, address in getaddresses(to) if address)
    is_report = message.get_content_type() == "multipart/report"
    about = str(message.get_param("report-type") or "").lower()
    if not is_report or about != "delivery-status" or not message.is_multipart():
        return Report(addressed, ())
    return Report(addressed, tuple(fate for part in message.get_payload() for fate in _fates(part)))  # type: ignore[arg-type]


def _fates(part: Message) -> Iterator[Fate]:
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and block["Action"]:
            named = [_after_type(block[name]) for name in ("Original-Recipient", "Final-Recipient") if block[name]]
            status = str(block["Status"] or "").split()
            yield Fate(
                named=tuple(named),
                action=str(block["Action"]).split()[0].lower() if str(block["Action"]).split() else "",
                status=status[0] if status else "",
                reason=one_line(_after_type(block["Diagnostic-Code"] or block["Status"] or ""), _LONGEST_REASON),
            )


def _after_type(value: object) -> str:
    """`rfc822; a@b.example` → `a@b.example`."""
    kind, mark, rest = str(value).partition(";")
    return (rest if mark else kind).strip()
