"""The page's templates as responses that nothing outside can get hold of."""

import shlex

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.notifier.letters.wording import full_date, period_name
from services.notifier.officers.officer_words import HOW, RUNGS
from services.notifier.officers.web.words import STATES, weekday
from shared.officer_pages import base_style
from shared.page_headers import page_headers
from shared.vietnamese import ANSWERS

PREFIX = "/nhac-viec"
HEADERS = page_headers()
# A mail brings its own styles and nothing that runs.
MAIL_HEADERS = page_headers(style="'unsafe-inline'", also="sandbox")
_LOADER = PackageLoader("services.notifier.officers.web")
_TEMPLATES = Environment(
    loader=_LOADER,
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"full_date": full_date, "weekday": weekday, "period_name": period_name, "shell": shlex.join}
_TEMPLATES.globals |= {"RUNGS": RUNGS, "STATES": STATES, "ANSWERS": ANSWERS, "HOW": HOW}
_STYLE = base_style() + _LOADER.get_source(_TEMPLATES, "mails.css")[0]


def page(template: str, status: int = 200, *, root: str = "", **shown: object) -> Response:
    """A page of that template. `root` leads from its address to PREFIX: a proxy may put a path before that."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(root=root, **shown), status, dict(HEADERS))


def refused(request: Request, status: int, text: str, *, outside: bool = False) -> Response:
    """The page that says why there is none; who is `outside` isn't shown the way to the others."""
    depth = request.url.path.partition(PREFIX)[2].count("/") - 1
    return page("refused.html.j2", status, root="../" * depth, here=None, text=text, outside=outside)


def style() -> Response:
    """The stylesheet, which anybody may have."""
    return Response(_STYLE, headers=dict(HEADERS), media_type="text/css")


def mail(markup: str) -> Response:
    """A mail's HTML as its recipient would see it."""
    return HTMLResponse(markup, headers=dict(MAIL_HEADERS))
