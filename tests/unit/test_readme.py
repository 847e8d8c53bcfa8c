"""The documents say what the code does: commands, settings, fields and links."""

import re
from itertools import groupby
from pathlib import Path

import pytest

from deploy.cli import COMMANDS
from shared.contracts.outputs import Flag, OutputSubmitted
from shared.contracts.report import Counts
from shared.settings import PREFIX, Settings
from tests.harness.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("services/*/*.md"), *ROOT.glob("*/README.md")]
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def _section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def _rows(section: str) -> list[list[str]]:
    """The cells of a section's table rows, without the head."""
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in cells]


def test_every_command_is_listed_and_no_other() -> None:
    """The table of commands holds what `dondoc` knows; one with much to tell has several rows, together."""
    listed = [row[0].split()[1].rstrip("`") for row in _rows(_section("Commands"))]
    together = [name for name, _ in groupby(listed)]
    assert sorted(together) == sorted(COMMANDS)


def test_settings_are_listed_with_their_defaults() -> None:
    """The table of settings has each variable with the default that Settings gives it."""
    listed = {row[0].strip("`"): row[1].strip("`") for row in _rows(_section("Settings"))}
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert listed == {PREFIX + n.upper(): "" if d is None else str(d) for n, d in defaults.items()}


def test_the_fields_of_an_event_are_listed_and_no_other() -> None:
    """The table under “The event” has every field of the contract; the needed ones are marked."""
    rows = _rows(README.split("### The event\n", 1)[1].split("\n### ", 1)[0])
    needed = {row[0].strip("`") for row in rows if row[2].startswith("needed") and "where" not in row[2]}
    assert {row[0].strip("`") for row in rows} == set(OutputSubmitted.model_fields)
    assert needed == {name for name, field in OutputSubmitted.model_fields.items() if field.is_required()}


def test_the_counts_and_flags_are_explained() -> None:
    """Each count of a report has its row, and each flag of a receipt is named."""
    counts = [row[0].strip("`") for row in _rows(_section("Try it"))]
    assert set(Counts.model_fields) <= set(counts)
    assert all(f"`{flag}`" in README for flag in Flag)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(document: Path) -> None:
    """Every relative link of a document leads somewhere."""
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_decision_is_in_the_list() -> None:
    """docs/decisions/README.md names each decision under its own title."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in folder.glob("0*.md")}
    assert {name: f"# {int(number)}. {title}" for number, name, title in listed} == titles
