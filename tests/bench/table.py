"""One table, for a terminal or for a document."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table as Grid

WIDTH = 120

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`rows` are as wide as `heads`; all but the first column are figures."""

    title: str
    heads: Row
    rows: list[Row] = field(default_factory=list)

    def show(self) -> None:
        grid = Grid(title=self.title, title_justify="left", title_style="bold")
        for number, head in enumerate(self.heads):
            grid.add_column(head, justify="right" if number else "left")
        for row in self.rows:
            grid.add_row(*row)
        Console(width=WIDTH).print(grid)

    def markdown(self) -> str:
        lines = [self.heads, ("---",) + ("--:",) * (len(self.heads) - 1), *self.rows]
        return f"**{self.title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
