"""Every reason code that the intake gives is explained, and no other."""

import re

from shared.contracts.reasons import REASONS
from tests.harness.tree import ROOT

SOURCES = sorted((ROOT / "services" / "submissions").rglob("*.py"))


def _given() -> set[str]:
    """As they stand in the source: `code="…"`, `_reason("…", …)`, and `_unknown(field, …)`, which makes its code."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    found = set(re.findall(r'(?:code=|_reason\(\s*)"(\w+)"', text))
    made = {f"unknown_{field.removesuffix('s')}" for field in re.findall(r'_unknown\("(\w+)"', text)}
    return found | made


def test_every_code_is_explained_and_no_other() -> None:
    """Who adds a code says what it means and how it is mended."""
    assert set(REASONS) == _given()
