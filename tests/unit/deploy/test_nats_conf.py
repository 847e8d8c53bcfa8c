"""The two configurations of nats-server differ in when they sync, and in nothing else."""

from pathlib import Path

from tests.harness.tree import ROOT

NATS = ROOT / "deploy" / "nats"


def _settings(path: Path) -> list[str]:
    """The lines that say something, without quotes."""
    lines = (line.split("#")[0].strip().replace('"', "") for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def test_the_durable_one_syncs_always() -> None:
    """Everything else – limits above all – is the same, so that a store can be served by either."""
    usual, durable = _settings(NATS / "nats.conf"), _settings(NATS / "durable.conf")
    assert [line.replace("sync_interval: 2m", "sync_interval: always") for line in usual] == durable
    assert usual != durable
