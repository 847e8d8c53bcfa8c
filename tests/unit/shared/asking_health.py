"""Asking a service's own web server, as a monitor would."""

import json
import urllib.error
import urllib.request
from asyncio import to_thread


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def get(port: int, path: str) -> tuple[int, str]:
    """Status and text of the answer."""
    return await to_thread(_get, f"http://127.0.0.1:{port}{path}")


async def ready(port: int) -> tuple[int, dict[str, str]]:
    """Status of /health/ready, and what keeps the service from being ready, by check."""
    status, text = await get(port, "/health/ready")
    return status, json.loads(text).get("problems", {})
