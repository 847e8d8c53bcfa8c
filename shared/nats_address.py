"""Where NATS is and as whom to go there, from one URL.

The client library learns of a cluster's other members by itself, but goes to those without the user that stands in the
URL of the first: after a member is lost it would be turned away. So the user is told to it apart.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class NatsAddress:
    """`credentials`, user and password, are None where the URL holds none, or a user alone: that is a token and stays
    there."""

    servers: tuple[str, ...]
    credentials: tuple[str, str] | None = field(default=None, repr=False)


def read_address(url: str) -> NatsAddress:
    """The servers, several with commas between, and who goes there: the user of the first that names one."""
    servers, found = [], list[tuple[str, str]]()
    for one in url.split(","):
        parts = urlsplit(one)
        if parts.username is None or parts.password is None:
            servers.append(one)
            continue
        found.append((unquote(parts.username), unquote(parts.password)))
        servers.append(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    return NatsAddress(tuple(servers), found[0] if found else None)


def inbox_prefix(user: str) -> str:
    """Where the answers to a user's requests come in: nobody else may listen there."""
    return f"_INBOX_{user}"
