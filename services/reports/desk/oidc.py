"""Signing in by an identity provider: OpenID Connect's authorization code flow, with PKCE, state and nonce.

The only file that knows the library. Sources: OpenID Connect Core 1.0, 3.1; Discovery 1.0, 4.3; RFC 7636.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import StarletteOAuth2App
from joserfc.errors import JoseError

from services.reports.desk.sign_in_store import Round
from shared.settings import Settings

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
# What a public key can check: a token that is signed by a shared secret, or not at all, is taken for none.
SIGNED_BY = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
ANSWERS_WITHIN = timedelta(seconds=15)
CLOCKS_DIFFER = timedelta(minutes=1)
_ALGORITHMS = "id_token_signing_alg_values_supported"


class ProviderRefused(Exception):
    """The provider, or what it says, isn't as it should be; the text is for the log."""


class Unverified(Exception):
    """The provider signed somebody in, of whom it names no address that it has verified."""


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what is kept until it comes back with that state."""

    address: str
    state: str
    round: Round


class Provider:
    """One issuer, as one client of it. `back` is the address that it sends browsers back to."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, back: str) -> None:
        self._issuer, self._client_id, self._back = issuer, client_id, back
        self._app = StarletteOAuth2App(
            None,
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=issuer.rstrip("/") + DISCOVERY,
            client_kwargs={
                "scope": SCOPE,
                "code_challenge_method": "S256",
                "timeout": ANSWERS_WITHIN.total_seconds(),
            },
        )

    async def begin(self) -> Begun:
        """A new round. Raises ProviderRefused."""
        try:
            await self._metadata()
            made = await self._app.create_authorization_url(self._back)
        except _FAILURES as error:
            raise ProviderRefused(_told(error)) from error
        return Begun(made["url"], made["state"], Round(made["nonce"], made["code_verifier"]))

    async def finish(self, code: str, begun: Round) -> str:
        """The verified address, in small letters, of whom the provider signed in.

        Raises Unverified where there is none, ProviderRefused.
        """
        try:
            await self._metadata()
            token = await self._app.fetch_access_token(
                redirect_uri=self._back, code=code, code_verifier=begun.verifier, grant_type="authorization_code"
            )
            claims = await self._app.parse_id_token(
                token,
                begun.nonce,
                claims_options={
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                leeway=round(CLOCKS_DIFFER.total_seconds()),
            )
            if claims and not {"email", "email_verified"} <= claims.keys():
                # What the token doesn't tell is asked for. Source: OpenID Connect Core 1.0, 5.3.2.
                more = await self._app.userinfo(token=token)
                claims = more if more.get("sub") == claims["sub"] else None
        except _FAILURES as error:
            raise ProviderRefused(_told(error)) from error
        if not claims:
            raise ProviderRefused("there is no ID token, or userinfo is of somebody else")
        if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
            raise Unverified
        return str(claims["email"]).strip().lower()

    async def _metadata(self) -> dict[str, Any]:
        known: dict[str, Any] = await self._app.load_server_metadata()
        if known.get("issuer") != self._issuer:
            found = known.get("issuer")
            self._app.server_metadata.clear()  # read again next time: it may be mended by then
            raise ProviderRefused(f"the issuer calls itself {found!r}, not {self._issuer!r}")
        known[_ALGORITHMS] = [one for one in known.get(_ALGORITHMS, ()) if one in SIGNED_BY]
        return known


_FAILURES = (AuthlibBaseError, JoseError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, RuntimeError)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def provider_of(settings: Settings, back: str) -> Provider | None:
    """The provider that the settings name; None where officers sign in by mailed links."""
    given = settings.identity_provider()
    return Provider(*given, back) if given is not None else None
