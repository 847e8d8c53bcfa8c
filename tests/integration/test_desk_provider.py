"""Signing in at the desk by an identity provider: a certified one, and one that lies."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from nats.aio.client import Client
from nats.js import JetStreamContext
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.servers.ports import free_port
from services.reports.desk.oidc import Provider, ProviderRefused, Unverified
from services.reports.desk.sign_in_store import Round
from services.reports.desk.web.access import COOKIE
from services.reports.desk.web.paths import BY_PROVIDER, COME_BACK, ENTER, OVERVIEW, PREFIX
from shared.health import Health
from shared.settings import Settings
from tests.harness.http import served
from tests.harness.inbox import Inbox
from tests.integration.identity_provider import CLIENT, SECRET, identity_provider, sign_in_at
from tests.integration.officer_desk import OFFICER, Browser, OfficerDesk, open_officer_desk


@asynccontextmanager
async def by_provider(
    settings: Settings, nc: Client, inbox: Inbox, told: str = "token"
) -> AsyncIterator[tuple[OfficerDesk, str]]:
    """A desk with a certified provider, and where that sends browsers back to."""
    # A proxy's address: all that matters of it is that the provider knows it.
    port, address = free_port(0), "http://127.0.0.1:1"
    back = address + PREFIX + COME_BACK
    async with identity_provider(port, back, told) as issuer:
        more = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
        own = settings.model_copy(update={**more, "officer_url": address})
        async with open_officer_desk(own, nc, inbox) as desk:
            yield desk, back


async def round_trip(browser: Browser, email: str, back: str) -> str:
    """To the provider and in; the path and query with which the browser comes back."""
    sent = await browser.get(BY_PROVIDER)
    assert sent.status_code == 303, sent.text
    returned = await sign_in_at(sent.headers["Location"], email, back)
    return returned.partition(PREFIX)[2]


def state_of(address: str) -> str:
    return parse_qs(address.partition("?")[2])["state"][0]


@pytest.mark.parametrize("told", ["token", "userinfo"])
async def test_a_listed_officer_gets_in(
    settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox, node_modules: object, told: str
) -> None:
    """By code, PKCE, state and nonce, wherever the provider tells the address; the way back counts once."""
    async with by_provider(settings, nc, inbox, told) as (desk, back):
        browser = await desk.browser()
        assert BY_PROVIDER in await browser.page(ENTER)
        returned = await round_trip(browser, OFFICER.upper(), back)
        entered = await browser.get(returned)
        assert (entered.status_code, entered.headers["Location"]) == (303, PREFIX + OVERVIEW)
        assert "Nguyễn Thị Mẫu" in await browser.page(OVERVIEW)
        assert (await browser.get(returned)).status_code == 400


async def test_who_else_does_not(
    settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox, node_modules: object
) -> None:
    """Who isn't listed, whose address isn't verified, who refuses, and who comes back in another's round."""
    async with by_provider(settings, nc, inbox) as (desk, back):
        await desk.list_officer("unverified@stttt.example", "officer")  # type: ignore[arg-type]
        browser = await desk.browser()
        for email, status in (("la@stttt.example", 403), ("unverified@stttt.example", 403)):
            assert (await browser.get(await round_trip(browser, email, back))).status_code == status
        first = await round_trip(browser, OFFICER, back)
        other = await desk.browser()
        assert (await other.get(first)).status_code == 400  # led there by a link of somebody else's
        own = await round_trip(other, OFFICER, back)
        swapped = f"{COME_BACK}?code={parse_qs(first.partition('?')[2])['code'][0]}&state={state_of(own)}"
        assert (await other.get(swapped)).status_code == 502  # another round's code doesn't fit the verifier
        state = state_of((await browser.get(BY_PROVIDER)).headers["Location"])
        assert (await browser.get(f"{COME_BACK}?error=access_denied&state={state}")).status_code == 403
        state = state_of((await browser.get(BY_PROVIDER)).headers["Location"])
        assert (await browser.get(f"{COME_BACK}?error=server_error&state={state}")).status_code == 502
        assert (await browser.get(COME_BACK)).status_code == 400
        for one in (browser, other):
            assert COOKIE not in one.client.cookies
            assert (await one.get(OVERVIEW)).status_code == 401


async def test_there_is_one_way_in(
    settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox, node_modules: object
) -> None:
    """With a provider no links are mailed: whoever can read an officer's mail gets in no more."""
    async with by_provider(settings, nc, inbox) as (desk, _):
        browser = await desk.browser()
        assert (await browser.post(ENTER, {"email": OFFICER})).status_code == 405
        assert (await browser.get("/vao/thu/x")).status_code == 404
        assert inbox.messages() == []


KEY, ANOTHERS = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
NONCE = "sample-nonce"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
Forge = Callable[[dict[str, Any]], str]


def signed(key: Any = KEY, alg: str = "RS256", **changed: object) -> Forge:
    """A token with other claims, or by another key; a claim that is None is left out."""

    def forge(claims: dict[str, Any]) -> str:
        told = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": "1"}, told, key, algorithms=[alg])

    return forge


def unsigned(claims: dict[str, Any]) -> str:
    _, body, _ = signed()(claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


LIES: dict[str, Forge] = {
    "another's key": signed(ANOTHERS),
    "unsigned": unsigned,
    "by the client's secret": signed(OctKey.import_key(SECRET), "HS256"),
    "of another issuer": signed(iss="https://x.example"),
    "for another client": signed(aud="other"),
    "for several, us not asking": signed(aud=["other", "another"]),
    "over": signed(exp=int(time.time()) - 600),
    "without an end": signed(exp=None),
    "of another round": signed(nonce="other"),
    "of no round": signed(nonce=None),
    "not verified": signed(email_verified=False),
    "verified in words": signed(email_verified="true"),
    "nobody": signed(email=None),
    "no token": lambda _: "x",
}


@asynccontextmanager
async def provider_that_tells(
    forge: Forge, issuer: str | None = None, userinfo: dict[str, object] | None = None
) -> AsyncIterator[Provider]:
    """The desk's side of a provider whose tokens are forged, and what it tells beside them."""
    health = Health()
    async with served(health) as (web, url):

        async def discovery(_: Request) -> Response:
            ends = {name: f"{url}/p/{name}" for name in ENDPOINTS}
            algorithms = ["RS256", "HS256", "none"]
            return JSONResponse(
                {**ends, "issuer": issuer or url + "/p", "id_token_signing_alg_values_supported": algorithms}
            )

        async def keys(_: Request) -> Response:
            return JSONResponse(KeySet([KEY]).as_dict(private=False))

        async def told(_: Request) -> Response:
            return JSONResponse(userinfo or {"sub": "1"})

        async def token(_: Request) -> Response:
            now = int(time.time())
            claims = {"iss": url + "/p", "aud": CLIENT, "sub": "1", "exp": now + 60, "iat": now, "nonce": NONCE}
            claims |= {"email": OFFICER, "email_verified": True}
            return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": forge(claims)})

        routes = [
            Route("/.well-known/openid-configuration", discovery),
            Route("/jwks_uri", keys),
            Route("/token_endpoint", token, methods=["POST"]),
            Route("/userinfo_endpoint", told),
        ]
        web.mount("/p", Starlette(routes=routes))
        yield Provider(url + "/p", CLIENT, SECRET, "http://127.0.0.1/back")


async def test_an_honest_token_is_taken() -> None:
    """What the lies below differ from."""
    async with provider_that_tells(signed()) as provider:
        assert await provider.finish("x", Round(NONCE, "verifier")) == OFFICER


@pytest.mark.parametrize(
    ("token", "userinfo"),
    [
        (signed(email_verified=None), {"sub": "1", "email": OFFICER, "email_verified": True}),
        (signed(email=None, email_verified=None), {"sub": "1", "email": OFFICER, "email_verified": True}),
    ],
    ids=["verified", "all"],
)
async def test_what_the_token_does_not_tell_is_asked_for(token: Forge, userinfo: dict[str, object]) -> None:
    """Providers tell the address in one place and that it is verified in another."""
    async with provider_that_tells(token, userinfo=userinfo) as provider:
        assert await provider.finish("x", Round(NONCE, "verifier")) == OFFICER


@pytest.mark.parametrize(
    ("userinfo", "refusal"),
    [
        ({"sub": "2", "email": OFFICER, "email_verified": True}, ProviderRefused),
        ({"sub": "1", "email_verified": True}, Unverified),
        ({"sub": "1", "email": OFFICER, "email_verified": "true"}, Unverified),
    ],
    ids=["of another", "no address", "in words"],
)
async def test_userinfo_cannot_lie_either(userinfo: dict[str, object], refusal: type[Exception]) -> None:
    """It must be of the token's subject, and say both by itself."""
    async with provider_that_tells(signed(email_verified=None), userinfo=userinfo) as provider:
        with pytest.raises(refusal):
            await provider.finish("x", Round(NONCE, "verifier"))


@pytest.mark.parametrize("lie", LIES)
async def test_no_lie_is_taken(lie: str) -> None:
    """Whatever is wrong with the token, nobody is signed in."""
    async with provider_that_tells(LIES[lie]) as provider:
        with pytest.raises((ProviderRefused, Unverified)):
            await provider.finish("x", Round(NONCE, "verifier"))


async def test_an_issuer_must_call_itself_what_we_call_it() -> None:
    """Otherwise its tokens would be another's."""
    async with provider_that_tells(signed(), issuer="https://x.example") as provider:
        with pytest.raises(ProviderRefused, match=r"calls itself 'https://x\.example'"):
            await provider.begin()
