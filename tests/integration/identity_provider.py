"""A real identity provider beside a test, and how a person signs in at it."""

import asyncio
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from urllib.parse import urljoin

import httpx2

from deploy.child import tied_to_parent
from tests.harness.node import PACKAGES, PROGRAM

CLIENT, SECRET = "dondoc", "a sample secret of the desk at its provider"


@asynccontextmanager
async def identity_provider(port: int, back: str, told: str) -> AsyncIterator[str]:
    """Its issuer. `told`: whether addresses come by the `token` or by `userinfo`."""
    process = await asyncio.create_subprocess_exec(
        *(str(PROGRAM), "identity_provider.mjs", str(port), CLIENT, SECRET, back, told),
        cwd=PACKAGES,
        stdout=PIPE,
        preexec_fn=tied_to_parent(),
    )
    assert process.stdout is not None
    try:
        while await process.stdout.readline() != b"ready\n":
            assert process.returncode is None
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()


async def sign_in_at(address: str, email: str, back: str) -> str:
    """What a person does at that address: name themselves and agree; the address that they are sent back to."""
    async with httpx2.AsyncClient(timeout=60) as browser:
        answer = await browser.get(address)
        for _ in range(20):
            if answer.is_redirect:
                where = urljoin(str(answer.url), answer.headers["Location"])
                if where.startswith(back):
                    return where
                answer = await browser.get(where)
                continue
            action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert action is not None, answer.text
            prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)
            fields = {"prompt": prompt[1] if prompt else "", "login": email, "password": "x"}
            answer = await browser.post(urljoin(str(answer.url), unescape(action[1])), data=fields)
    raise AssertionError("the provider sends nobody back")
