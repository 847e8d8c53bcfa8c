"""How agencies, in their account, see what is exported to them."""


def post_to(agency: str) -> str:
    """Where the agency posts."""
    return f"submit.{agency}"


def heard_on(agency: str, what: str) -> str:
    """Where it hears its receipts: `what` is recorded, rejected, reviewed, or a wildcard."""
    return f"receipts.{agency}.{what}"
