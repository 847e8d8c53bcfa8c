"""What the services share: contracts, time, and the plumbing between NATS and MongoDB."""

__version__ = "0.1.0"
