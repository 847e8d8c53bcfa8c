"""`dondoc submit FILE|-`: post CloudEvents as an integrator would, and show the receipts."""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TextIO

import click
from nats.aio.client import Client

from deploy.connection import Failed, with_nats
from deploy.poster import NotTaken, Poster
from shared.agency_id import AGENCY_ID, RULE
from shared.settings import Settings

RECEIPT_WITHIN = timedelta(seconds=30)


@click.command(name="submit")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@click.option("--agency", help="post as this agency where an event's data name none")
@click.option("--json", "as_json", is_flag=True, help="print the receipts as they are")
def command(file: TextIO, agency: str | None, as_json: bool) -> None:
    """Post the CloudEvents in FILE (- is standard input), one JSON a line; exit code 1 if any was rejected."""
    events = list(_events(file, agency))
    rejected = _submit(events, as_json)
    sys.exit(1 if rejected else 0)


def _events(file: TextIO, agency: str | None) -> Iterator[tuple[str, bytes]]:
    try:
        lines = file.read().split("\n")
    except UnicodeDecodeError as error:
        raise Failed(f"{file.name} is not UTF-8 ({error.reason}); nothing was posted") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            event: Any = json.loads(line)
            named = event["data"].get("agency") or agency
            if named and not AGENCY_ID.fullmatch(str(named)):
                raise Failed(f"{file.name}:{number}: {named!r} is no agency's id ({RULE}); nothing was posted")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Failed(
                f"{file.name}:{number}: no CloudEvent; write one JSON object a line, with `data` an object; "
                "nothing was posted"
            ) from None
        if not named:
            raise Failed(f"{file.name}:{number}: no agency; name it in data.agency or by --agency; nothing was posted")
        yield str(named), line.encode()


@with_nats
async def _submit(nc: Client, _: Settings, events: list[tuple[str, bytes]], as_json: bool) -> int:
    rejected = 0
    async with Poster(nc) as poster:
        for agency, body in events:
            try:
                receipt = await poster.post(agency, body, RECEIPT_WITHIN)
            except NotTaken as error:
                raise Failed(f"the event was not taken in ({error}); does `dondoc topology check` find all?") from None
            except TimeoutError:
                raise Failed("no receipt came; the event is in the intake. Does the submissions service run?") from None
            rejected += receipt["type"].endswith("rejected.v1")
            click.echo(json.dumps(receipt, ensure_ascii=False) if as_json else _line(receipt))
            await asyncio.sleep(0)
    return rejected


def _line(receipt: dict[str, Any]) -> str:
    data = receipt["data"]
    name = (data["submission"] or {}).get("id", "?")
    if receipt["type"].endswith("recorded.v1"):
        where = (data["occurrence"] or {}).get("period", "continuous")
        flags = f" [{', '.join(data['flags'])}]" if data["flags"] else ""
        return f"{name}: recorded for {data['duty']} {where}{flags}"
    reasons = "; ".join(
        reason["message"] + (f" (one of {', '.join(reason['candidates'])})" if reason["candidates"] else "")
        for reason in data["reasons"]
    )
    return f"{name}: rejected: {reasons}"
