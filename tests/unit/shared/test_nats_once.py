"""One attempt to reach NATS."""

import pytest

from deploy.servers.ports import free_port
from deploy.servers.server import Running
from shared.nats_once import NoNats, NotLetIn, connect_once


async def test_a_server_that_is_not_there_is_told_at_once_with_where_and_why() -> None:
    """The client itself would try sixty times in silence; what is said shows no password."""
    port = free_port(0)
    with pytest.raises(NoNats) as caught:
        await connect_once(f"nats://user:hunter2@127.0.0.1:{port}")
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "Connect call failed" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_of_several_servers_none_is_there() -> None:
    """A cluster is named by its members, with commas between; both are tried and named."""
    one, other = free_port(0), free_port(0)
    with pytest.raises(NoNats, match=f"{one}.*{other}"):
        await connect_once(f"nats://127.0.0.1:{one},nats://127.0.0.1:{other}")


async def test_a_server_of_another_house_is_told_from_none(nats_server: Running) -> None:
    """It answers, and lets us in as nobody: starting one more wouldn't help."""
    with pytest.raises(NotLetIn, match="load the file `environment`"):
        await connect_once(f"nats://user:hunter2@127.0.0.1:{nats_server.port}")
