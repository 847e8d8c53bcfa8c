"""Where a request came from, for logs."""

from ipaddress import ip_address

from starlette.requests import Request


def client_address(request: Request) -> str:
    """The client's IP address; `unknown` where it is none: a proxy hands on what the client itself wrote there."""
    host = request.client.host if request.client else ""
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return "unknown"
