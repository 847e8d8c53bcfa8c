"""The page's words and rows: contracts turned into what a person reads. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.notifier.letters.wording import full_date, period_name
from services.notifier.officers.officer_words import RUNGS
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_list import ListedAddress, ListedReminder, MailState, Tally
from shared.vietnamese import agency_name, duty_title

STATES = {
    MailState.SENT: "Đã gửi",
    MailState.FAILED: "Không gửi được",
    MailState.UNKNOWN: "Không rõ đã đến",
    MailState.QUEUED: "Chờ gửi",
    MailState.SENDING: "Đang gửi",
    MailState.CANCELLED: "Đã hủy",
}
# A digest that names no occurrence went out for that alone.
NEWS_ALONE = "Tin cho đầu mối: trả lời chờ xác nhận, địa chỉ bị trả lại thư"
# What somebody has to look at.
TROUBLE = frozenset({MailState.FAILED, MailState.UNKNOWN})


class Names:
    """What agencies and duties are called, in any of the plans."""

    def __init__(self, plans: Sequence[PlanPublished]) -> None:
        self._plans = {plan.plan: plan for plan in plans}

    def occurrence(self, at: OccurrenceKey) -> str:
        """Phát thanh cơ sở, tháng 02/2023."""
        plan = self._plans.get(at.plan)
        return f"{duty_title(plan, at.duty) if plan is not None else at.duty}, {period_name(at.period)}"

    def owner(self, at: OccurrenceKey) -> str:
        plan = self._plans.get(at.plan)
        return agency_name(plan, at.agency) if plan is not None else at.agency


@dataclass(frozen=True)
class Row:
    """A digest in the list."""

    listed: ListedReminder
    state: str
    trouble: bool
    lines: tuple[str, ...]

    @property
    def mailboxes(self) -> tuple[tuple[str, str, bool], ...]:
        """Address, what became of it, and whether that is trouble."""
        return tuple(_mailbox(one) for one in self.listed.addresses)


def rows(reminders: Sequence[ListedReminder], names: Names) -> list[Row]:
    """The list's rows, in its order."""
    return [
        Row(
            one,
            STATES[one.state],
            one.state in TROUBLE or any(a.refused or a.bounced for a in one.addresses),
            tuple(f"{names.occurrence(item.occurrence)}: {RUNGS[item.rung]}" for item in one.items) or (NEWS_ALONE,),
        )
        for one in reminders
    ]


def totals(tallies: Sequence[Tally]) -> Mapping[str, int]:
    """How many digests are in each state, in the order in which the page names them."""
    return {STATES[state]: sum(tally.states.get(state, 0) for tally in tallies) for state in STATES}


def weekday(day: date) -> str:
    """thứ Hai, 13/02/2023."""
    names = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
    return f"{names[day.weekday()]}, {full_date(day)}"


def _mailbox(one: ListedAddress) -> tuple[str, str, bool]:
    copied = "đồng gửi; " if one.carbon_copy else ""
    if one.bounced is not None:
        return one.address, f"{copied}bị trả lại: {one.bounced}", True
    if one.refused is not None:
        return one.address, f"{copied}bị từ chối: {one.refused}", True
    return one.address, f"{copied}{'máy chủ thư đã nhận' if one.accepted else 'chưa nhận'}", False
