"""The pages behind links, as HTML: no script, one style sheet in the page, and headers that let nothing else in.

The address of a page is a right, so nothing may keep it or pass it on: no cache, no referrer, no search engine.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from services.submissions.keep_evidence import Limits
from services.submissions.link_form import Wrong
from services.submissions.open_link import Closed, Opened
from services.submissions.web.page_words import FAILURES, closed_words, form_words
from shared.attachment import ENDINGS
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.evidence import Kind
from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from shared.page_headers import page_headers
from shared.telephone import dialled
from shared.vietnamese import ANSWERS, FLAGS, STATES, agency_name, period

_STYLE = (files("services.submissions.web") / "templates" / "page.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = page_headers(style=f"'sha256-{_STYLE_HASH}'")
_STATUS = {Closed.EXPIRED: 410}
_ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)
_TEMPLATES = Environment(
    loader=PackageLoader("services.submissions.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def form_page(
    opened: Opened, limits: Limits, typed: Mapping[str, str], wrong: Sequence[Wrong] = (), status: int = 200
) -> HTMLResponse:
    """The form, empty or with what was typed and what is wrong with it. `limits` are those of files."""
    sizes = {kind.value: _megabytes(limits.file[kind]) for kind in Kind}
    more = {"typed": typed, "wrong": wrong, "limits": sizes, "accept": _ACCEPTED}
    return _page("form", status, opened, form_words(opened)._asdict() | more)


def closed_page(opened: Opened, closed: Closed) -> HTMLResponse:
    """A link that can't be used any more; the receipt where it was used."""
    words = closed_words(opened, closed)._asdict()
    if closed is Closed.USED:
        return _page("receipt", 200, opened, words)
    return _page("notice", _STATUS.get(closed, 200), opened, words)


def failure_page(status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Nothing was done, and what to do; of a status that has no words of its own it is a failure of ours."""
    words = FAILURES.get(status) or FAILURES[500]
    page = _page("notice", status, None, words._asdict())
    page.headers.update(headers or {})
    return page


def _page(template: str, status: int, opened: Opened | None, words: Mapping[str, object]) -> HTMLResponse:
    markup = _TEMPLATES.get_template(f"{template}.html.j2").render(opened=opened, style=Markup(_STYLE), **words)  # noqa: S704 - ours
    return HTMLResponse(markup, status, HEADERS)


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _minutes(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _megabytes(size: int) -> str:
    return f"{max(1, size // 1_000_000)} MB"


def _state(value: State) -> str:
    return STATES[value]


def _answer(value: AnswerKind) -> str:
    return ANSWERS[value].capitalize()


def _flag(value: Flag) -> str:
    return FLAGS[value]


_TEMPLATES.filters |= {
    "day": _day,
    "minutes": _minutes,
    "tel": dialled,
    "mailto": partial(quote, safe="@"),
    "state": _state,
    "flag": _flag,
    "answer": _answer,
    "period": period,
}
_TEMPLATES.filters["name"] = agency_name
