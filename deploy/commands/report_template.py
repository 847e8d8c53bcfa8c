"""`dondoc report template save|check FILE`: the department's own layout of the report."""

from pathlib import Path

import click

from deploy.connection import Failed
from services.reports.check_template import check_template
from services.reports.renderings.placeholders import PLACEHOLDERS, builtin_template


@click.group()
def template() -> None:
    """The report's DOCX template: save ours, edit it in Word, check it, name it in DONDOC_REPORT_TEMPLATE."""


@template.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save(file: Path) -> None:
    """Write the built-in template to FILE, to be edited in Word. A file that is there is kept."""
    try:
        with file.open("xb") as new:
            new.write(builtin_template())
    except FileExistsError:
        raise Failed(f"{file} is there already; name another file") from None
    except OSError as error:
        raise Failed(f"{file} can't be written: {error.strerror}") from None
    click.echo(f"{file}: change fonts, texts and letterhead in Word; keep what stands in double braces:")
    for name, (vi, en) in PLACEHOLDERS.items():
        click.echo(f"  {{{{ {name} }}}}  {vi} ({en})")


@template.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say everything that is wrong with FILE, in Vietnamese and English; exit code 1 if anything is."""
    faults = check_template(file.read_bytes())
    for fault in faults:
        click.echo(f"{file}: {fault.vi}\n  {fault.en}", err=True)
    if faults:
        raise Failed(f"{file} has {len(faults)} fault{'s' * (len(faults) > 1)} and can't be used")
    click.echo(f"{file} can be used: set DONDOC_REPORT_TEMPLATE={file.absolute()} and start reports again")
