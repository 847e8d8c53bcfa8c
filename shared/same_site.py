"""Whether a form was sent from a page of another site, as far as the browser says.

The link is the right to act, so there is no cookie to abuse; but nobody should be led to act by somebody else's page.
Sources: Fetch Metadata Request Headers, 2.3; Fetch, 3.2 (`Origin`).
"""

from urllib.parse import urlsplit

from starlette.requests import Request

# `none`: typed or reloaded by the person.
_OWN = {"same-origin", "none"}


def from_elsewhere(request: Request, public_url: str) -> bool:
    """What says nothing, an old browser or a program, is none: other sites' pages are opened by browsers that do."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN
    # A page without a referrer, as ours is, has the origin `null`.
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    public = urlsplit(public_url)
    own = {f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}"}
    return origin.lower() not in {one.lower() for one in own}
