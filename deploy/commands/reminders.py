"""`dondoc reminders list|preview|open|unmark`."""

import json
from datetime import datetime, timedelta
from email import message_from_string, policy
from pathlib import Path

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import with_nats
from deploy.output import print_table
from services.notifier.letters.text import one_line
from services.notifier.letters.wording import full_date, period_name
from services.notifier.officers.officer_words import RUNGS
from services.notifier.officers.web.words import STATES
from shared.ask import ask, request_body
from shared.contracts.reminder_list import ListedReminder, MailState, ReminderList
from shared.contracts.reminder_preview import PreviewedMail, ReminderPreview
from shared.settings import Settings
from shared.vietnamese import ANSWERS

ANSWER_WITHIN = timedelta(minutes=2)
LONGEST_REASON = 2_000
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="reminders")
def command() -> None:
    """What became of the reminders, and what comes next."""


@command.command(name="list")
@click.option("--agency", help="reminders to this one, and its answers, alone")
@click.option("--state", type=click.Choice([state.value for state in MailState]), help="digests in this state alone")
@click.option("--since", type=DAY, help="of that day and later")
@click.option("--most", default=1_000, show_default=True, help="how many, the newest first")
@click.option("--json", "as_json", is_flag=True)
@with_nats
async def list_(
    nc: Client, _: Settings, agency: str | None, state: str | None, since: datetime | None, most: int, as_json: bool
) -> None:
    """Every digest with what became of it, the answers that wait for somebody to confirm them, and the addresses that
    aren't mailed any more."""
    body = request_body(agency=agency, state=state, since=_day(since), most=most)
    answer = await ask(nc, "dondoc.notifier.reminders", body, ANSWER_WITHIN)
    if as_json:
        _print_json(answer)
        return
    found = ReminderList.model_validate_json(answer)
    _show_list(found)
    for waiting in found.answers:
        what = f"{waiting.title}, {period_name(waiting.occurrence.period)}"
        click.echo(f"\n{waiting.name} đã trả lời “{ANSWERS[waiting.kind]}” ngày {full_date(waiting.day)}: {what}")
        # On one line: what an agency wrote must not look like a line of ours, least of all like a command.
        click.echo(f"  Lý do: {one_line(waiting.reason, LONGEST_REASON)}")
        if waiting.confirm:
            click.echo(f"  Xác nhận tại Bàn điều hành, hoặc: {waiting.confirm}")
    if found.marked:
        click.echo("\nĐịa chỉ bị trả lại thư, không gửi tới nữa:")
    for mark in found.marked:
        click.echo(f"  {mark.address} ({mark.name}): {one_line(mark.reason)}")


@command.command()
@click.option("--as-of", required=True, type=DAY, help="the day, as 2023-03-08")
@click.option("--plan", help="which plan; the newest if left out")
@click.option("--agency", help="what this one gets, or owes, alone")
@click.option("--all", "everything", is_flag=True, help="also who gets nothing, and why")
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--mail",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="write each mail into this folder, as .eml and .html; the links in them are dead",
)
@with_nats
async def preview(
    nc: Client,
    _: Settings,
    as_of: datetime,
    plan: str | None,
    agency: str | None,
    everything: bool,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Who would be mailed what on a day, and why. Nothing is sent or written but into --mail.

    Days to come are foreseen as if nothing more were delivered; days gone by are told by what was known then.
    """
    body = request_body(as_of=_day(as_of), plan=plan, agency=agency, mails=folder is not None)
    answer = await ask(nc, "dondoc.notifier.preview", body, ANSWER_WITHIN)
    found = ReminderPreview.model_validate_json(answer)
    if folder is not None:
        for mail in found.mails:
            _write(mail, folder, found.as_of.isoformat())
    if as_json:
        _print_json(answer)
    else:
        _show_preview(found, everything)


@command.command(name="open")
@with_nats
async def open_(nc: Client, _: Settings) -> None:
    """Print a link to the officers' page, good for 12 hours; whoever has it may see the page."""
    made = json.loads(await ask(nc, "dondoc.notifier.open", b"", ANSWER_WITHIN))
    click.echo(made["link"])


@command.command()
@click.argument("addresses", metavar="ADDRESS…", nargs=-1, required=True)
@with_nats
async def unmark(nc: Client, _: Settings, addresses: tuple[str, ...]) -> None:
    """Mail each ADDRESS again, from which mail came back; ends at the first one that isn't marked."""
    for address in addresses:
        await ask(nc, "dondoc.notifier.unmark", address.encode(), ANSWER_WITHIN)
        click.echo(f"{address} is mailed again")


def _day(given: datetime | None) -> str | None:
    return given.date().isoformat() if given else None


def _print_json(answer: bytes) -> None:
    click.echo(json.dumps(json.loads(answer), ensure_ascii=False, indent=2))


def _show_list(found: ReminderList) -> None:
    table = Table(title=f"Thư nhắc việc, đến ngày {full_date(found.as_of)}" if found.as_of else "Thư nhắc việc")
    for title in ("Ngày", "Cơ quan, đơn vị", "Trạng thái", "Hộp thư", "Kỳ"):
        table.add_column(title, overflow="fold", justify="right" if title == "Kỳ" else "left")
    for one in found.reminders:
        state = STATES[one.state] + (f": {one.reason}" if one.reason else "")
        table.add_row(full_date(one.day), one.name, state, _mailboxes(one), str(len(one.items)))
    print_table(table)
    if found.more:
        click.echo(f"và {found.more} thư cũ hơn (--most, --since)")


def _mailboxes(one: ListedReminder) -> str:
    def fate(address: str, refused: str | None, bounced: str | None) -> str:
        trouble = [f"từ chối: {refused}"] if refused else []
        trouble += [f"bị trả lại: {bounced}"] if bounced else []
        return f"{address} ({'; '.join(trouble)})" if trouble else address

    return "\n".join(fate(a.address, a.refused, a.bounced) for a in one.addresses) or "không có địa chỉ"


def _show_preview(found: ReminderPreview, everything: bool) -> None:
    table = Table(title=f"{found.plan}: nhắc việc ngày {full_date(found.as_of)}", show_lines=True)
    for title in ("Gửi", "Hộp thư", "Kỳ", "Mức nhắc", "Vì sao"):
        table.add_column(title, overflow="fold")
    for mail in found.mails:
        to = "\n".join((*mail.to, *(f"đồng gửi {one}" for one in mail.cc))) or mail.unsendable
        for number, item in enumerate(mail.items):
            first = (mail.name, to) if not number else ("", "")
            what = f"{item.title}, {period_name(item.occurrence.period)}"
            if item.occurrence.agency != mail.recipient:
                what += f" ({item.occurrence.agency})"
            table.add_row(*first, what, RUNGS[item.rung], "; ".join(filter(None, (item.why, item.answer))))
        for number, line in enumerate(mail.news, len(mail.items)):
            table.add_row(*((mail.name, to) if not number else ("", "")), line, "tin khác", "")
    if found.handled is not None and found.as_of <= found.handled:
        table.caption = "Không kể các tin khác mà đầu mối nhận cùng thư (trả lời chờ xác nhận, địa chỉ bị trả lại thư)"
    print_table(table)
    if found.closed:
        click.echo(f"Ngày này không gửi thư nào: {one_line(found.closed)}")
    if not everything:
        click.echo(f"{len(found.mails)} thư; {len(found.left_alone)} kỳ đã đến lượt mà không nhắc (--all)")
        return
    left = Table(title="Không nhắc", show_lines=False)
    for title in ("Cơ quan, đơn vị", "Kỳ", "Hạn ghi nhận", "Vì sao"):
        left.add_column(title, overflow="fold")
    for one in found.left_alone:
        what = f"{one.title}, {period_name(one.occurrence.period)}"
        left.add_row(one.name, what, full_date(one.register_by), "; ".join(filter(None, (one.why, one.answer))))
    print_table(left)


def _write(mail: PreviewedMail, folder: Path, day: str) -> None:
    if mail.mail is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{day}-{mail.recipient}.eml").write_bytes(mail.mail.encode("ascii"))
    body = message_from_string(mail.mail, policy=policy.default).get_body(("html",))
    if body is not None:
        (folder / f"{day}-{mail.recipient}.html").write_text(body.get_content(), encoding="utf-8")
