"""What each row came to, from the receipts of its event and what couldn't be read of it."""

from collections.abc import Iterator, Mapping, Sequence

from services.submissions.imports.channel_names import ChannelNames
from services.submissions.imports.differing import differing
from services.submissions.imports.table import Field, Row
from services.submissions.imports.to_events import RowEvent
from services.submissions.reasons_in_vietnamese import in_vietnamese
from shared.contracts.base import Event
from shared.contracts.imports import Became, RowError, RowOutcome
from shared.contracts.outputs import OutputRecorded, OutputRejected, Reason

BEFORE = "Dòng này đã bị từ chối trước đây và giữ nguyên trả lời đó; hãy sửa tiêu đề hoặc đường dẫn."

# What is told of an event in which a field is missing only because it couldn't be read.
_BY_THE_REST = frozenset(
    {"duty_missing", "no_duty_on_channel", "duty_ambiguous", "plan_ambiguous", "no_period_for_date", "before_period"}
)

# Whose candidates are channels.
_OF_CHANNELS = frozenset({"unknown_channel", "wrong_channel"})


def judge(
    rows: Sequence[tuple[RowEvent, str]], receipts: Mapping[str, Event], known: frozenset[str], channels: ChannelNames
) -> tuple[RowOutcome, ...]:
    """The outcome of each row, given with the id of its receipt; `known` are the receipts from before this file.

    A row below another one that is the same output is none of its own.
    """
    first: dict[str, Row] = {}
    outcomes = []
    for event, name in rows:
        row, receipt = event.row, receipts[name]
        became = Became.ALREADY if name in known else Became.REPEATED if name in first else Became.RECORDED
        errors = tuple(_errors(row, receipt, name in known, channels))
        outcomes.append(
            RowOutcome(
                row=row.place.row,
                sheet=row.place.sheet,
                became=Became.WRONG if errors else became,
                title=_title(row),
                receipt=name,
                occurrence=_where(receipt),
                flags=receipt.flags if isinstance(receipt, OutputRecorded) else (),
                same_as=first[name].place.row if name in first else None,
                differs=_differs(event, receipt, became, first.get(name)),
                errors=errors,
            )
        )
        first.setdefault(name, row)
    return tuple(outcomes)


def _differs(event: RowEvent, receipt: Event, became: Became, above: Row | None) -> str | None:
    if became is Became.RECORDED or event.row.flaws or not isinstance(receipt, OutputRecorded):
        return None
    return differing(event.row, event.data, receipt, above.place if above and became is Became.REPEATED else None)


def _title(row: Row) -> str | None:
    title = row.values.get(Field.TITLE)
    return str(title) if title is not None else None


def _where(receipt: Event) -> str | None:
    """The occurrence, or plan and duty where the duty is continuous."""
    if not isinstance(receipt, OutputRecorded):
        return None
    return str(receipt.occurrence) if receipt.occurrence else f"{receipt.plan}/{receipt.duty}"


def _errors(row: Row, receipt: Event, is_known: bool, channels: ChannelNames) -> Iterator[RowError]:
    """What couldn't be read, and then what the intake says of the rest."""
    for flaw in row.flaws:
        yield _error(row, flaw.code, flaw.field, flaw.column, flaw.text, flaw.candidates)
    if not isinstance(receipt, OutputRejected):
        return
    unread = {flaw.field.value for flaw in row.flaws}
    for reason in receipt.reasons:
        if reason.field.partition(".")[0] in unread or (unread and reason.code in _BY_THE_REST):
            continue
        field = _field(reason, row)
        heading, given = (row.headings.get(field), row.shown.get(field)) if field else (None, None)
        candidates = channels.like(given) if reason.code == "unknown_channel" and given else reason.candidates
        # Officials know channels by the plan's labels, and these have commas.
        shown = tuple(f"“{channels.title(c)}”" for c in candidates) if reason.code in _OF_CHANNELS else candidates
        text = in_vietnamese(reason.model_copy(update={"candidates": shown}), given, heading)
        yield _error(row, reason.code, reason.field, heading, text, candidates)
    if is_known:
        yield _error(row, "rejected_before", "", None, BEFORE, ())


def _field(reason: Reason, row: Row) -> Field | None:
    name = reason.field.partition(".")[0]
    if name == Field.DUTY and Field.DUTY not in row.shown:
        return Field.DUTY_TITLE
    return Field(name) if name in list(Field) else None


def _error(row: Row, code: str, field: str, heading: str | None, text: str, candidates: tuple[str, ...]) -> RowError:
    where = f"{row.place}, cột “{heading}”" if heading is not None else str(row.place)
    return RowError(code=code, field=field, column=heading, text=f"{where}: {_within(text)}", candidates=candidates)


def _within(text: str) -> str:
    """A sentence after a colon."""
    return text if text.startswith("“") else text[0].lower() + text[1:]
