"""The desk's templates as pages that nothing outside can get hold of."""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.reports.desk.web import words
from services.reports.desk.web.access import Visit
from services.reports.renderings.summaries import EXPLICIT, IMPLIED
from services.reports.renderings.wording import COUNTS, EXCUSES, day, number, rate
from shared.officer_pages import base_style
from shared.page_headers import page_headers
from shared.printable import finalize
from shared.vietnamese import ANSWERS, FLAGS, STATES, period

HEADERS = page_headers()
_LOADER = PackageLoader("services.reports.desk.web")
_TEMPLATES = Environment(
    loader=_LOADER,
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=finalize,
)
_TEMPLATES.filters |= {
    "day": day,
    "number": number,
    "period": period,
    "rate": rate,
    "month": words.month,
    "hour": words.hour,
    "state": STATES.__getitem__,
    "flag": FLAGS.__getitem__,
    "role": words.ROLES.__getitem__,
    "excuse": EXCUSES.__getitem__,
    "answer": ANSWERS.__getitem__,
    "looked": words.LOOKED.__getitem__,
}
_TEMPLATES.globals |= {"NAVIGATION": words.NAVIGATION, "COUNTS": COUNTS, "EXPLICIT": EXPLICIT, "IMPLIED": IMPLIED}
_STYLE = base_style() + _LOADER.get_source(_TEMPLATES, "desk.css")[0]


@dataclass(frozen=True)
class Renderer:
    """`base` is the desk's path as browsers see it: a proxy may put something before it."""

    base: str

    def page(
        self, template: str, visit: Visit, status: int = 200, *, here: str | None = None, **shown: object
    ) -> Response:
        """A page of that template. `here` is the path of the place in the navigation that it belongs to."""
        markup = _TEMPLATES.get_template(template).render(base=self.base, visit=visit, here=here, **shown)
        return HTMLResponse(markup, status, HEADERS)

    def refused(self, visit: Visit, status: int) -> Response:
        """Why there is no page, and what to do."""
        return self.page("refused.html.j2", visit, status, words=words.FAILURES.get(status) or words.FAILURES[500])

    def go(self, path: str) -> Response:
        """To the page of a path of ours."""
        return see(self.base + path)

    def style(self) -> Response:
        """The style sheet, which anybody may have."""
        return Response(_STYLE, headers=HEADERS, media_type="text/css")


def see(address: str) -> Response:
    """To another page, to be had by GET: a reload sends nothing again."""
    return RedirectResponse(address, 303, HEADERS)
