"""nats-server and mongod for a desk, a demo or a test, without a container engine."""

from deploy.servers.embedded import Servers, servers
from deploy.servers.trouble import CannotStart

__all__ = ["CannotStart", "Servers", "servers"]
