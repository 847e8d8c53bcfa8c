"""Tables on a terminal, as wide as it is; as wide as they need where there is none."""

import sys

from rich.console import Console
from rich.table import Table

UNBOUNDED = 200


def print_table(table: Table) -> None:
    """To standard output."""
    console = Console() if sys.stdout.isatty() else Console(width=UNBOUNDED)
    console.print(table)
