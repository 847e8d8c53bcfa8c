"""What is in the repository is true on every machine."""

import re
from pathlib import Path

from tests.harness.tree import ROOT

# Somebody's home or workplace; the system's own folders (/opt, /usr, /tmp) are the same everywhere.
PRIVATE = re.compile(r"(?<![\w.~$})-])/(?:home|root|work|workspace|Users)/[\w.-]+")
MADE = {"out", "build", "__pycache__", "node_modules"}
KEPT = {".ci", ".gitignore", ".dockerignore"}
TEXT = {".py", ".md", ".yaml", ".toml", ".lock", ".sh", ".conf", ".j2", ".css", ".typ", ".txt", ".json", ""}


def _texts() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and path.suffix in TEXT and not any(map(_made, path.relative_to(ROOT).parts))
    ]


def _made(part: str) -> bool:
    return part in MADE or part.endswith(".egg-info") or (part.startswith(".") and part not in KEPT)


def test_no_file_names_the_paths_of_one_machine() -> None:
    """A path of the machine where it was written helps nobody and tells who wrote it."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in _texts()}
    assert "Makefile" in texts
    assert {name: found for name, text in texts.items() if (found := PRIVATE.findall(text))} == {}


def test_scripts_can_be_run() -> None:
    """What make and the CI call is executable in the checkout."""
    scripts = [ROOT / ".ci" / "run", *(ROOT / "deploy").glob("*.sh")]
    assert len(scripts) == 3
    assert all(script.stat().st_mode & 0o111 for script in scripts)
