"""`dondoc plan check|publish|show FILE`."""

import json
from datetime import date, timedelta
from pathlib import Path

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import Failed, with_nats
from deploy.output import print_table
from services.assignments.plan_file import PlanError, PlanFile, load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand
from shared.ask import ask
from shared.contracts.plan import Count
from shared.settings import Settings

PUBLISH_WITHIN = timedelta(seconds=60)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="plan")
def command() -> None:
    """A plan file: YAML, one a plan and year."""


@command.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say everything that is wrong with FILE, with its line; exit code 1 if anything is."""
    plan = _load(file)
    expected = sum(len(assignment.occurrences) for assignment in expand(plan).values())
    click.echo(
        f"{file}: plan {plan.id} is well formed: {len(plan.agencies)} agencies, {len(plan.duties)} duties, "
        f"{expected} occurrences"
    )


@command.command()
@click.argument("file", type=FILE)
def publish(file: Path) -> None:
    """Publish FILE; where the plan is published already, publish just what differs."""
    _load(file)
    _publish(file.read_bytes())


@with_nats
async def _publish(nc: Client, _: Settings, source: bytes) -> None:
    done = json.loads(await ask(nc, "dondoc.assignments.publish_plan", source, PUBLISH_WITHIN))
    if done["changed"]:
        click.echo(
            f"plan {done['plan']}, revision {done['revision']}: {done['assigned']} assigned, "
            f"{done['withdrawn']} withdrawn; it expects {done['occurrences']} occurrences"
        )
    else:
        click.echo(f"plan {done['plan']} says the same as revision {done['revision']}: nothing was published")


@command.command()
@click.argument("file", type=FILE)
def show(file: Path) -> None:
    """Show what FILE assigns: each duty with its performers and the number of its occurrences."""
    plan = _load(file)
    resolved = resolve(plan, revision=1, day=date.min)
    assignments = expand(plan)
    names = {agency.id: agency.short_name for agency in resolved.agencies}
    table = Table(title=f"{plan.title} ({plan.id})")
    for heading in ("Nhiệm vụ", "Tên", "Tần suất", "Cơ quan thực hiện"):
        table.add_column(heading, overflow="fold")
    for heading in ("Cơ quan", "Kỳ"):
        table.add_column(heading, justify="right")
    totals = dict.fromkeys(Count, 0)
    for duty in resolved.duties:
        mine = [a for a in assignments.values() if a.duty == duty.id]
        occurrences = sum(len(a.occurrences) for a in mine)
        totals[duty.count] += occurrences
        shown = ", ".join(names.get(p, p) for p in duty.performers[:3])
        more = f" và {len(duty.performers) - 3} cơ quan khác" if len(duty.performers) > 3 else ""
        counted = str(occurrences) if occurrences else "–"
        table.add_row(duty.id, duty.title, duty.frequency, shown + more, str(len(duty.performers)), counted)
    print_table(table)
    click.echo(f"{totals[Count.EXPLICIT]} explicit and {totals[Count.IMPLIED]} implied occurrences")


def _load(file: Path) -> PlanFile:
    try:
        return load_plan(file.read_bytes(), str(file))
    except PlanError as error:
        raise Failed(f"the plan file can't be used; nothing was published\n{error}") from None
    except OSError as error:
        raise Failed(f"{file} can't be read: {error.strerror}") from None
