"""An occurrence in words, as a mail and the draft letter name it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.notifier.letters.actions import Actions, Links
from services.notifier.letters.text import one_line
from services.notifier.letters.wording import delay, full_date, period_name, period_words
from services.notifier.recipients import short_name_of
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from shared.vietnamese import ANSWERS, agency_name, duty_title

# Of a clause or a document's number; titles and names may be longer.
_LONGEST_REFERENCE = 80
# True whether it failed, came back, or is in doubt.
UNREACHED = "Chưa có thư nhắc việc nào được xác nhận là đã đến nơi"


@dataclass(frozen=True)
class Reminded:
    """An occurrence that the mail names, on which rung, and how it stands at the moment of sending; None where it has
    none that day and is named because it is overdue. `unreached` where it is to be signed for and no reminder of it is
    known to have arrived."""

    key: OccurrenceKey
    rung: Rung | None
    now: Standing
    unreached: bool = False


@dataclass(frozen=True)
class Line:
    """What is printed of it, each text on one line. `owner` is the agency that owes it, `others` those that may deliver
    it as well; `answered` tells the last answer that waits for the coordinator, `unreached` that no reminder is known
    to have arrived; `actions` is None in the draft letter, which asks nobody to act."""

    of: Reminded
    title: str
    clause: str
    period: str
    short_period: str
    owner: str
    others: tuple[str, ...]
    due: str
    register_by: str
    delay: str
    late: bool
    extension: str
    answered: str
    unreached: str
    actions: Actions | None


def line(plan: PlanPublished, one: Reminded, at: datetime, links: Links) -> Line:
    """The occurrence as of the local time `at`; with links unless it is for the draft letter."""
    duty = plan.duty_by_id.get(one.key.duty)
    now, extension = one.now, one.now.extension
    return Line(
        of=one,
        title=one_line(duty_title(plan, one.key.duty)),
        clause=one_line(duty.clause if duty is not None else one.key.duty, _LONGEST_REFERENCE),
        period=period_words(one.key.period),
        short_period=period_name(one.key.period),
        owner=one_line(agency_name(plan, one.key.agency)),
        others=tuple(one_line(agency_name(plan, other)) for other in now.jointly_with),
        due=full_date(now.due),
        register_by=full_date(now.register_by),
        delay=delay(now.register_by, at.date()),
        late=at.date() > now.register_by,
        extension=one_line(extension.document, _LONGEST_REFERENCE) if extension is not None else "",
        answered=_answered(plan, one, links.recipient),
        unreached=UNREACHED if one.unreached else "",
        actions=links.of(one.key, now) if not is_to_sign(plan, one) else None,
    )


def is_to_sign(plan: PlanPublished, one: Reminded) -> bool:
    """Whether it goes into the draft letter: with that the coordinator urges others, not itself."""
    return one.rung is Rung.FOR_SIGNATURE and one.key.agency != plan.coordinator


def _answered(plan: PlanPublished, one: Reminded, reader: str) -> str:
    """The last answer: `Đã trả lời “không phát sinh” ngày 14/02/2023, chờ Sở TT&TT xác nhận`; with who answered where
    that isn't the reader."""
    if not one.now.answers:
        return ""
    last = one.now.answers[-1]
    said = f"đã trả lời “{ANSWERS[last.kind]}” ngày {full_date(last.day)}"
    said = f"{agency_name(plan, last.agency)} {said}" if last.agency != reader else f"{said[0].upper()}{said[1:]}"
    return one_line(f"{said}, chờ {short_name_of(plan, plan.coordinator)} xác nhận")
