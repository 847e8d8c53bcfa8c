"""The guides for integrators say what the code says, the same in both languages."""

import re

import pytest

from shared.contracts.evidence import MOST_EVIDENCE, NAMES
from shared.contracts.http_limits import (
    AT_ONCE,
    BATCH_BYTES,
    BATCH_EVENTS,
    BODY_SECONDS,
    DEPTH,
    EVENT_BYTES,
    SAVED_SECONDS,
    SILENT_SECONDS,
)
from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from shared.contracts.reasons import REASONS
from shared.settings import Settings
from tests.contracts.documents import document
from tests.harness.tree import ROOT

ENGLISH = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "docs" / "tich-hop.md").read_text(encoding="utf-8")
RATE = Settings.model_fields["http_rate"].default

both = pytest.mark.parametrize("guide", [ENGLISH, VIETNAMESE], ids=["en", "vi"])


def blocks(guide: str) -> list[str]:
    """The shell's blocks, in order; the first one names the server and the token."""
    return re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)


def _rows(guide: str) -> list[tuple[str, ...]]:
    """The cells of every table."""
    lines = [line for line in guide.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]


def _codes(guide: str) -> list[tuple[str, ...]]:
    return [row for row in _rows(guide) if re.fullmatch(r"`[a-z_]+`", row[0])]


def test_every_code_is_explained_in_the_words_of_the_contract() -> None:
    """What is wrong and how it is mended stands in one place of the code; the guide repeats it."""
    assert _codes(ENGLISH) == [(f"`{code}`", one.means, one.mend) for code, one in REASONS.items()]


def test_every_code_is_explained_in_vietnamese_too() -> None:
    rows = _codes(VIETNAMESE)
    assert [row[0] for row in rows] == [f"`{code}`" for code in REASONS]
    assert all(len(row) == 3 and all(row) for row in rows)


def test_what_one_runs_is_the_same_in_both_languages() -> None:
    assert blocks(ENGLISH) == blocks(VIETNAMESE)
    assert len(blocks(ENGLISH)) == 7


@both
def test_every_status_of_posting_is_in_the_table(guide: str) -> None:
    told = {status for row in _rows(guide) for status in re.findall(r"\b[2-5]\d\d\b", row[0])}
    assert told == set(document("openapi.json")["paths"]["/v1/events"]["post"]["responses"])


@both
def test_limits_flags_and_states_are_those_of_the_code(guide: str) -> None:
    """In figures as each language writes them."""
    figures = {int(re.sub(r"[.,]", "", figure)) for figure in re.findall(r"\b\d+(?:[.,]\d{3})*\b", guide)}
    assert {EVENT_BYTES, BATCH_BYTES, BATCH_EVENTS, DEPTH, RATE, RATE * SAVED_SECONDS} <= figures
    assert {field.default for name, field in Settings.model_fields.items() if name.startswith("evidence_")} <= figures
    assert {MOST_EVIDENCE, SILENT_SECONDS, BODY_SECONDS, AT_ONCE * BATCH_BYTES} <= figures
    assert all(name in guide for name in re.findall(r"\w+", NAMES.replace(" or ", " ")))
    assert all(f"`{name}`" in guide for name in (*Flag, *State))


@both
def test_links_lead_somewhere(guide: str) -> None:
    for link in re.findall(r"\]\(([^)#]+)", guide):
        assert (ROOT / "docs" / link).exists(), link
