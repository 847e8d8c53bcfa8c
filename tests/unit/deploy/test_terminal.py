"""What another terminal's shell reads."""

import subprocess
from pathlib import Path

import pytest

from deploy.servers.trouble import CannotStart
from deploy.terminal import refuse_another_house, write_environment


def test_a_shell_reads_it_whatever_the_values_are(tmp_path: Path) -> None:
    """Quoted for the shell, for its owner alone, and replaced by the next start."""
    write_environment(tmp_path, {"DONDOC_NATS_URL": "old"})
    values = {"DONDOC_NATS_URL": "nats://a:b@c:1", "DONDOC_IDENTITY": "/dữ liệu/it's & more/$HOME"}
    file = write_environment(tmp_path, values)
    assert file.stat().st_mode & 0o777 == 0o600
    script = f'. "{file}"; printf "%s\\n" "$DONDOC_NATS_URL" "$DONDOC_IDENTITY"'
    done = subprocess.run(["/bin/sh", "-euc", script], capture_output=True, text=True, check=True, env={})
    assert done.stdout.splitlines() == list(values.values())


def test_a_terminal_of_one_house_starts_no_other(tmp_path: Path) -> None:
    """Whoever has read a house's file would run a second set of services on its stores."""
    identity = {"DONDOC_IDENTITY": str(tmp_path / "identity")}
    refuse_another_house({})
    refuse_another_house(identity)  # a folder that `dondoc agency init` made, with no house around it
    file = write_environment(tmp_path, identity)
    with pytest.raises(CannotStart, match=f"{file}.*unset DONDOC_NATS_URL"):
        refuse_another_house(identity)
