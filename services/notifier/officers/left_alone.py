"""Why nobody is mailed about an occurrence on a day though its turn has come. Pure; in Vietnamese."""

from collections.abc import Sequence, Set
from datetime import date

from services.notifier.letters.wording import full_date
from services.notifier.officers.foresee import Done, Foreseen
from services.notifier.officers.officer_words import RUNGS, answer_words
from services.notifier.policy import quiet, silence, steps_of, working_days
from services.notifier.rules import due_rungs, is_chased, owners
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Standing, State, standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_policy import QuietPeriod
from shared.contracts.reminder_preview import LeftAlone
from shared.contracts.reminders import Rung
from shared.vietnamese import agency_name, duty_title
from shared.workdays import WorkingDays

BESIDES = "được nêu thêm trong thư của ngày này"
_DAY_OFF = "không phải ngày làm việc"
_NOT_OWED = {
    State.MET: "đã ghi nhận sản phẩm đúng hạn",
    State.MET_LATE: "đã ghi nhận sản phẩm, trễ hạn",
}


def left_alone(
    plan: PlanPublished, foreseen: Foreseen, besides: Set[OccurrenceKey], day: date
) -> tuple[LeftAlone, ...]:
    """By the order of the accounts: what is owed and has a rung that has come, and what has one on this very day but
    needs no reminder any more. `besides` are named in mails of the day since they are overdue."""
    workdays = working_days(plan)
    named = {mark.occurrence for mark in foreseen.decision.marks if not mark.passed}
    done: dict[OccurrenceKey, list[Done]] = {}
    for one in foreseen.done:
        done.setdefault(one.mark.occurrence, []).append(one)
    found = []
    for account in foreseen.accounts:
        now = standing(account.facts, day)
        if now is None or account.key in named:
            continue
        why = _why(plan, account.key, now, done.get(account.key, []), workdays, day)
        if why is not None:
            left = LeftAlone(
                occurrence=account.key,
                name=agency_name(plan, account.key.agency),
                title=duty_title(plan, account.key.duty),
                register_by=now.register_by,
                why=f"{why}; {BESIDES}" if account.key in besides else why,
                answer=answer_words(now.answers) if now.owed else None,
            )
            found.append(left)
    return tuple(found)


def why_closed(plan: PlanPublished, day: date) -> str | None:
    """Why nothing goes out on that day, to anybody; None where mails may."""
    if day not in working_days(plan):
        return _DAY_OFF
    period = quiet(plan, day)
    return _quiet_words(period) if period is not None else None


def _quiet_words(period: QuietPeriod) -> str:
    until = f"từ {full_date(period.start)} đến {full_date(period.end)}"
    return f"thời gian không gửi nhắc việc, {until}: {period.reason}"


def _why(
    plan: PlanPublished, key: OccurrenceKey, now: Standing, done: Sequence[Done], workdays: WorkingDays, day: date
) -> str | None:
    """None where its turn hasn't come."""
    who = owners(key, now)
    due = {one: due_rungs(plan, one, key.period, now.register_by, workdays, day) for one in who}
    if not any(due.values()):
        return None
    if not is_chased(plan, now):
        steps = {step for one in who for step in steps_of(plan, one, key.period).values()}
        return _not_chased(plan, now) if any(workdays.after(now.register_by, step) == day for step in steps) else None
    if all(silence(plan, one) is not None for one in who):
        return f"không nhắc cơ quan này: {silence(plan, key.agency)}"
    if day not in workdays:
        return _DAY_OFF
    periods = [quiet(plan, day, one) for one in who if silence(plan, one) is None]
    if all(periods) and (period := periods[0]) is not None:
        return _quiet_words(period)
    return _climbed(plan, key, now, done, workdays, day)


def _not_chased(plan: PlanPublished, now: Standing) -> str:
    if now.state in _NOT_OWED:
        return _NOT_OWED[now.state]
    if now.excuse is not None and not now.owed:
        return f"không phải thực hiện, theo {now.excuse.document}"
    return f"kỳ kết thúc trước ngày bắt đầu theo dõi, {full_date(max(plan.chase_from, plan.effective_from))}"


def _climbed(
    plan: PlanPublished, key: OccurrenceKey, now: Standing, done: Sequence[Done], workdays: WorkingDays, day: date
) -> str:
    """What was mailed last, and what comes next."""
    mailed = [one for one in done if not one.mark.passed]
    last = max(mailed, key=lambda one: (one.day, list(Rung).index(one.mark.rung)), default=None)
    said = "chưa nhắc" if last is None else f"đã nhắc “{RUNGS[last.mark.rung]}” ngày {full_date(last.day)}"
    if any(one.mark.rung is Rung.FOR_SIGNATURE for one in done):
        return f"{said}; không nhắc thêm"
    coming = (
        (workdays.after(now.register_by, step), rung)
        for one in owners(key, now)
        for rung, step in steps_of(plan, one, key.period).items()
    )
    ahead = min(((on, rung) for on, rung in coming if on > day), default=None)
    if ahead is None:
        return f"{said}; không còn mức nhắc nào"
    return f"{said}; mức nhắc tiếp theo “{RUNGS[ahead[1]]}” từ {full_date(ahead[0])}"
