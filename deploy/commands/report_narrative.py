"""`dondoc report narrative PLAN [FILE…]`: the parts of the report that no figure can tell, from Markdown files."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import Failed, with_nats
from deploy.output import print_table
from shared.ask import ask, request_body
from shared.contracts.narrative import LONGEST_NARRATIVE, NarrativePart, NarrativeParts, Part
from shared.contracts.officers import OPERATOR
from shared.seen_text import seen
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)
SUFFIX = ".md"
# In UTF-8; the longest part is far below.
MOST_BYTES = 200_000
_LIMIT = f"a part of the report has {LONGEST_NARRATIVE:,} characters at most, so nothing is written"


@click.command()
@click.argument("plan")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="also where somebody else's text, or another one, stands there now")
@click.option("--by", "author", default=OPERATOR, show_default=True, help="who wrote them, by name or e-mail address")
@click.option("--json", "as_json", is_flag=True, help="what is written, in full, for programs")
@with_nats
async def narrative(
    nc: Client, _: Settings, plan: str, files: Sequence[Path], replace: bool, author: str, as_json: bool
) -> None:
    """Write parts of PLAN's report, each from a FILE that is named after it, such as causes.md; an empty file takes the
    part away. Without a FILE: which parts there are, and what is written."""
    texts = _texts(files)
    parts = await _parts(nc, plan)
    stands = {one.part: one for one in parts.parts}
    if not replace:
        _refuse_replacing(plan, texts, stands)
    for part, (_path, text) in texts.items():
        before = stands[part]
        body = request_body(plan=plan, part=part, text=text, after=before.revision, author=author)
        told = await ask(nc, "dondoc.reports.write_narrative", body, ANSWER_WITHIN)
        now = NarrativePart.model_validate_json(told)
        same = now.revision == before.revision
        became = "stands there already" if same else "is written" if now.text else "is taken away"
        click.echo(f"{part} ({now.title}) {became} (revision {now.revision})", err=as_json)
    if as_json:
        click.echo((await _parts(nc, plan)).model_dump_json(indent=2))
    elif not files:
        _show(parts)


async def _parts(nc: Client, plan: str) -> NarrativeParts:
    answer = await ask(nc, "dondoc.reports.narrative", request_body(plan=plan), ANSWER_WITHIN)
    return NarrativeParts.model_validate_json(answer)


def _texts(files: Sequence[Path]) -> dict[Part, tuple[Path, str]]:
    """By part; nothing is written where one of the files can't be."""
    found: dict[Part, tuple[Path, str]] = {}
    for path in files:
        if path.suffix.lower() != SUFFIX or path.stem not in list(Part):
            names = ", ".join(part + SUFFIX for part in Part)
            raise Failed(f"{path} is named after no part of the report; the parts are {names}")
        part = Part(path.stem)
        if part in found:
            raise Failed(f"{found[part][0]} and {path} are the same part of the report; name one of them")
        try:
            with path.open("rb") as file:
                held = file.read(MOST_BYTES + 1)
            if len(held) > MOST_BYTES:
                raise Failed(f"{path} is larger than {MOST_BYTES:,} bytes; {_LIMIT}")
            text = seen(held.decode("utf-8-sig")).strip()
        except OSError as error:
            raise Failed(f"{path} can't be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise Failed(f"{path} is no text in UTF-8 (byte {error.start}); save it as UTF-8") from None
        if len(text) > LONGEST_NARRATIVE:
            raise Failed(f"{path} has {len(text):,} characters; {_LIMIT}")
        found[part] = (path, text)
    return found


def _refuse_replacing(plan: str, texts: dict[Part, tuple[Path, str]], stands: dict[Part, NarrativePart]) -> None:
    for part, (path, text) in texts.items():
        there = stands[part]
        if there.text and there.text != text:
            raise Failed(
                f"{path}: {there.author} wrote {part} on {there.day}; nothing is written. Read it with `dondoc report "
                f"narrative {plan} --json`, and write over it with --replace"
            )


def _show(parts: NarrativeParts) -> None:
    table = Table("file", "part", "written on", "by", "begins")
    for one in parts.parts:
        written = (str(one.day), one.author or "", one.text.partition("\n")[0][:60]) if one.text else ("", "", "")
        table.add_row(one.part + SUFFIX, one.title, *written)
    print_table(table)
