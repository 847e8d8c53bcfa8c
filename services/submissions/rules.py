"""Matching an output to its occurrence. Pure: what is known and what was submitted go in, a match or reasons come out.

Every way to refuse names what is wrong, the field, and what would be right.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.submissions.book import Book, Due, Obligation
from shared import periods
from shared.contracts.outputs import Flag, OutputSubmitted, Reason
from shared.contracts.plan import Frequency
from shared.near import near

MOST_CANDIDATES = 12
_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\??[^#]*)", re.IGNORECASE)


class Match(NamedTuple):
    """Where an output belongs: `due` is None where the duty is continuous."""

    obligation: Obligation
    due: Due | None
    flags: tuple[Flag, ...]


class NoMatch(Exception):
    """The output belongs nowhere, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons = reasons


def match(book: Book, submitted: OutputSubmitted, agency: str, day: date, today: date | None = None) -> Match:
    """The occurrence of an output that `agency` posted on `day`; raises NoMatch with every reason that holds.

    The period is that of the publication date, the duty that of the channel, unless named (docs/decisions/0008).
    Nothing that is published after `today` (`day` if None) is taken.
    """
    _refuse(*_wrong_in_itself(book, submitted, agency, today or day))
    candidates = _duties(book, submitted, agency)
    found: list[Match] = []
    reasons: list[Reason] = []
    for obligation in candidates:
        try:
            due = _due(obligation, submitted)
        except NoMatch as refusal:
            reasons.extend(refusal.reasons)
        else:
            found.append(Match(obligation, due, _flags(obligation, due, submitted, day)))
    # A duty done once a year accepts any later date, but not before a plan whose own period holds the date.
    found = [m for m in found if _holds(book, m, submitted)] or found
    if len(found) == 1:
        _refuse(*_unknown_topics(book, found[0].obligation.plan, submitted))
        return found[0]
    if not found:
        raise NoMatch(*reasons)
    plans = sorted({m.obligation.plan for m in found})
    if len(plans) > 1:
        raise NoMatch(_reason("plan_ambiguous", "plan", "the output fits several plans; name one in `plan`", plans))
    raise NoMatch(_ambiguous([m.obligation for m in found]))


def missing_evidence(submitted: OutputSubmitted, agency: str, kept: Collection[tuple[str, str]]) -> tuple[Reason, ...]:
    """A reason for each file that the output names and the agency doesn't keep; `kept` are agency and SHA-256."""
    return tuple(
        _reason(
            "unknown_evidence",
            f"evidence.{number}",
            f"{agency} keeps no file {sha256}; post the file to /v1/evidence first, then the event with a new id",
        )
        for number, sha256 in enumerate(submitted.evidence)
        if (agency, sha256) not in kept
    )


def same_address(url: str) -> str:
    """The form of a URL in which two that lead to one page are equal: scheme and host in lower case, no fragment."""
    parts = _ADDRESS.match(url)
    assert parts is not None, url
    scheme, host, path, query = parts.groups()
    return f"{scheme.lower()}://{host.lower()}{path.rstrip('/')}{query if query != '?' else ''}"


def _holds(book: Book, matched: Match, submitted: OutputSubmitted) -> bool:
    """Whether the period that was named, or else the one that holds the publication date, is the matched one."""
    if submitted.period is not None:
        return True
    if matched.due is None:
        return book.plans[matched.obligation.plan].year == submitted.published_on.year
    period = periods.parse(matched.due.key.period)
    return period.start <= submitted.published_on <= period.end


def _wrong_in_itself(book: Book, submitted: OutputSubmitted, agency: str, today: date) -> Iterable[Reason]:
    if submitted.agency is not None and submitted.agency != agency:
        yield _reason(
            "wrong_agency", "agency", f"the event was posted as {agency!r} but says {submitted.agency!r}", [agency]
        )
    if submitted.published_on > today:
        yield _reason(
            "future_date",
            "published_on",
            f"the publication date {submitted.published_on} lies after today, {today}; post it when it is out",
        )
    if submitted.plan is not None and submitted.plan not in book.plans:
        yield _unknown("plan", submitted.plan, book.plans)
    if submitted.channel is not None and submitted.channel not in book.channels:
        yield _unknown("channel", submitted.channel, book.channels)
    if not book.of(agency):
        text = f"no duty of any plan is assigned to the agency {agency!r}"
        yield _reason("unknown_agency", "agency", text, near(agency, book.agencies(), cutoff=0.5))


def _duties(book: Book, submitted: OutputSubmitted, agency: str) -> list[Obligation]:
    owed = [o for o in book.of(agency) if submitted.plan is None or submitted.plan == o.plan]
    if submitted.duty is None:
        return _by_channel(owed, submitted.channel, agency)
    named = [o for o in owed if o.duty.id == submitted.duty]
    if not named:
        every = {duty.id for plan in book.plans.values() for duty in plan.duties}
        if submitted.duty not in every:
            raise NoMatch(_unknown("duty", submitted.duty, _ids(owed)))
        text = f"the duty {submitted.duty} is not assigned to {agency}"
        raise NoMatch(_reason("not_owed", "duty", text, _ids(owed)))
    wrong = [o.duty.channel for o in named if submitted.channel is not None and o.duty.channel]
    if wrong and submitted.channel not in wrong:
        text = f"the duty {submitted.duty} goes out on the channel {wrong[0]!r}, not {submitted.channel!r}"
        raise NoMatch(_reason("wrong_channel", "channel", text, [str(wrong[0])]))
    return named


def _by_channel(owed: Sequence[Obligation], channel: str | None, agency: str) -> list[Obligation]:
    if channel is None:
        raise NoMatch(_reason("duty_missing", "duty", "name the duty, or the channel that tells it", _ids(owed)))
    on_channel = [o for o in owed if o.duty.channel == channel]
    if not on_channel:
        text = f"{agency} has no duty on the channel {channel!r}; name the duty"
        raise NoMatch(_reason("no_duty_on_channel", "channel", text, _ids(owed)))
    if len({o.duty.id for o in on_channel}) > 1:
        raise NoMatch(_ambiguous(on_channel))
    return on_channel


def _due(obligation: Obligation, submitted: OutputSubmitted) -> Due | None:
    duty, dues, day = obligation.duty, obligation.dues, submitted.published_on
    if duty.frequency is Frequency.CONTINUOUS:
        if submitted.period is not None:
            text = f"the duty {duty.id} is continuous and has no periods; leave `period` out"
            raise NoMatch(_reason("no_periods", "period", text))
        return None
    if submitted.period is not None:
        return _named_due(obligation, submitted.period, day)
    due = dues.get(periods.holding(day, duty.frequency).name)
    if due is None and len(dues) == 1:
        # Late outputs are always accepted: the duty is done once, so there is no doubt what this one is.
        due = next(iter(dues.values()))
    if due is None:
        text = f"{day} lies in no period of the duty {duty.id}; name the period that the output is for"
        raise NoMatch(_reason("no_period_for_date", "published_on", text, _nearest(dues, day)))
    if day < due.start:
        raise NoMatch(_too_early("published_on", due, day))
    return due


def _named_due(obligation: Obligation, name: str, day: date) -> Due:
    try:
        periods.parse(name)
    except ValueError as error:
        raise NoMatch(_reason("bad_period", "period", str(error), _nearest(obligation.dues, day))) from None
    due = obligation.dues.get(name)
    if due is None:
        text = f"the duty {obligation.duty.id} has no period {name} for {obligation.agency}"
        raise NoMatch(_reason("unknown_period", "period", text, _nearest(obligation.dues, day)))
    if day < due.start:
        raise NoMatch(_too_early("period", due, day))
    return due


def _flags(obligation: Obligation, due: Due | None, submitted: OutputSubmitted, day: date) -> tuple[Flag, ...]:
    flags = []
    if due is not None:
        if day > due.register_by or submitted.published_on > due.end:
            flags.append(Flag.LATE)
        if submitted.period is not None and submitted.published_on > periods.parse(due.key.period).end:
            flags.append(Flag.MAKE_UP)
    lasts, allowed = submitted.duration_minutes, obligation.duty.duration
    if lasts is not None and allowed is not None and not allowed.shortest <= lasts <= allowed.longest:
        flags.append(Flag.DURATION)
    return tuple(flags)


def _unknown_topics(book: Book, plan: str, submitted: OutputSubmitted) -> Iterable[Reason]:
    known = book.plans[plan].topics
    return [_unknown("topics", topic, known) for topic in submitted.topics if topic not in known]


def _nearest(dues: Mapping[str, Due], day: date) -> list[str]:
    by_distance = sorted(dues.values(), key=lambda due: abs((due.end - day).days))
    return sorted(due.key.period for due in by_distance[:MOST_CANDIDATES])


def _ids(obligations: Iterable[Obligation]) -> list[str]:
    return sorted({o.duty.id for o in obligations})


def _ambiguous(obligations: Sequence[Obligation]) -> Reason:
    text = f"{obligations[0].agency} has several duties that fit; name one in `duty`"
    return _reason("duty_ambiguous", "duty", text, _ids(obligations))


def _too_early(field: str, due: Due, day: date) -> Reason:
    text = f"the period {due.key.period} begins on {due.start}, after the publication date {day}"
    return _reason("before_period", field, text)


def _unknown(field: str, given: str, known: Iterable[str]) -> Reason:
    like = near(given, sorted(known), most=5, cutoff=0.4) or sorted(known)
    return _reason(
        f"unknown_{field.removesuffix('s')}", field, f"there is no {field.removesuffix('s')} {given!r}", like
    )


def _reason(code: str, field: str, message: str, candidates: Sequence[str] = ()) -> Reason:
    return Reason(code=code, field=field, message=message, candidates=tuple(candidates[:MOST_CANDIDATES]))


def _refuse(*reasons: Reason) -> None:
    if reasons:
        raise NoMatch(*reasons)
