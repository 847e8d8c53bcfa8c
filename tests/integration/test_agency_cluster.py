"""Agencies' keys where nats-server is a cluster: each member reads its own file."""

from pathlib import Path

import pytest

from deploy.identity.applying import NotApplied, apply
from deploy.servers.nats import identity_of
from tests.harness.cluster import Cluster, nats_cluster
from tests.integration.until import until


async def test_every_member_is_asked_and_says_why_it_refuses(tmp_path: Path) -> None:
    """By way of one of them; one that is gone keeps nobody from being asked."""
    async with nats_cluster(tmp_path) as cluster:
        for member in cluster.members:
            (identity_of(member.data).path / "accounts.conf").write_text("accounts {")

        async def linked() -> bool:  # they link up after they serve
            return await _refusing(cluster) == ["n0", "n1", "n2"]

        await until(linked, "all three are asked")
        cluster.members[2].kill()
        assert await _refusing(cluster) == ["n0", "n1"]


async def _refusing(cluster: Cluster) -> list[str]:
    with pytest.raises(NotApplied) as refused:
        await apply(identity_of(cluster.members[0].data), cluster.url)
    return sorted(line.split()[1] for line in str(refused.value).split("; "))
