"""`dondoc import FILE`: record a spreadsheet or CSV file of outputs; `--template` makes one to fill in."""

import sys
from datetime import timedelta
from pathlib import Path

import click
from nats.aio.client import Client

from deploy.connection import Failed, with_nats
from shared.ask import ask, request_body
from shared.contracts.http_limits import FILE_BYTES
from shared.contracts.imports import Became, ImportOutcome, RowOutcome
from shared.large_messages import enclose
from shared.settings import Settings
from shared.vietnamese import FLAGS

ANSWER_WITHIN = timedelta(minutes=5)
LONGEST_NAME = 100


@click.command(name="import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="whose outputs they are")
@click.option("--dry-run", is_flag=True, help="tell what each row would come to; record nothing")
@click.option("--json", "as_json", is_flag=True, help="print the outcome as it is")
@click.option("--template", "out", type=click.Path(dir_okay=False, path_type=Path), help="make an .xlsx to fill in")
def command(file: Path | None, agency: str, dry_run: bool, as_json: bool, out: Path | None) -> None:
    """Record the outputs in FILE (.xlsx or CSV), all or, where a row is wrong, none; exit code 1 then."""
    if (file is None) == (out is None):
        raise click.UsageError("name a FILE to import, or --template FILE to make one")
    if out is not None:
        if out.exists():
            raise Failed(f"{out} is there already, and may be filled in; name another file, or remove it")
        document = _template(agency)
        out.write_bytes(document)
        click.echo(f"{out}: {len(document):,} bytes")
        return
    assert file is not None
    with file.open("rb") as source:
        data = source.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise Failed(f"{file} is larger than {FILE_BYTES:,} bytes; split it")
    answer = _import(file.name[:LONGEST_NAME], data, agency, dry_run)
    outcome = ImportOutcome.model_validate_json(answer)
    if as_json:
        click.echo(answer.decode())
    else:
        _show(outcome)
    sys.exit(1 if outcome.is_wrong else 0)


@with_nats
async def _import(nc: Client, _: Settings, name: str, data: bytes, agency: str, dry_run: bool) -> bytes:
    body = request_body(agency=agency, name=name, dry_run=dry_run, **await enclose(nc.jetstream(), name, data))
    return await ask(nc, "dondoc.submissions.import", body, ANSWER_WITHIN)


@with_nats
async def _template(nc: Client, _: Settings, agency: str) -> bytes:
    return await ask(nc, "dondoc.submissions.template", request_body(agency=agency), ANSWER_WITHIN)


def _show(outcome: ImportOutcome) -> None:
    """In Vietnamese: an official reads it. What needs a look comes last: it is seen there among thousands."""
    for text in (*outcome.problems, *outcome.notes):
        click.echo(text)
    if outcome.dry_run:
        for row in outcome.rows:
            if not row.errors and row.differs is None:
                click.echo(_line(row))
    for row in outcome.rows:
        if row.differs is not None and not row.errors:
            click.echo(row.differs)
    for row in outcome.rows:
        for error in row.errors:
            click.echo(error.text)
    counts = outcome.counts
    told = {Became.RECORDED: "hợp lệ", Became.ALREADY: "đã ghi nhận trước đây", Became.REPEATED: "trùng dòng khác"}
    summary = ", ".join(f"{counts[became]} dòng {text}" for became, text in told.items())
    click.echo(f"{len(outcome.rows)} dòng: {summary}, {counts[Became.WRONG]} dòng sai.")
    click.echo(_end(outcome))


def _line(row: RowOutcome) -> str:
    where = f"Trang “{row.sheet}”, dòng {row.row}" if row.sheet is not None else f"Dòng {row.row}"
    match row.became:
        case Became.ALREADY:
            return f"{where}: đã ghi nhận trước đây cho {row.occurrence}"
        case Became.REPEATED:
            return f"{where}: giống dòng {row.same_as}, chỉ ghi nhận một lần"
    flags = f" ({'; '.join(FLAGS[flag] for flag in row.flags)})" if row.flags else ""
    return f"{where}: sẽ ghi nhận cho {row.occurrence}{flags}"


def _end(outcome: ImportOutcome) -> str:
    if outcome.is_wrong:
        return "Chưa ghi nhận dòng nào; hãy sửa những chỗ trên rồi nhập lại."
    if outcome.saved:
        return "Đã ghi nhận xong." if outcome.counts[Became.RECORDED] else "Không có dòng mới nào để ghi nhận."
    return "Đây là kiểm tra thử, chưa ghi nhận gì."
