"""The desk's templates as pages that nothing outside can get hold of."""

from dataclasses import dataclass
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.reports.desk.web import words
from services.reports.desk.web.access import Visit
from services.reports.desk.web.paths import address
from services.reports.renderings.charts import NUMBERED
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
_TEMPLATES.globals |= {
    "NAVIGATION": words.NAVIGATION,
    "COUNTS": COUNTS,
    "EXPLICIT": EXPLICIT,
    "IMPLIED": IMPLIED,
    "NUMBERED": NUMBERED,
}
_STYLE = base_style() + _LOADER.get_source(_TEMPLATES, "desk.css")[0]


@dataclass(frozen=True)
class Renderer:
    """`base` is the desk's path as browsers see it: a proxy may put something before it."""

    base: str

    def page(
        self,
        template: str,
        visit: Visit,
        status: int = 200,
        *,
        here: str | None = None,
        plan: str | None = None,
        **shown: object,
    ) -> Response:
        """A page of that template. `here` is the path of the place in the navigation that it belongs to; its links keep
        to `plan`."""
        to = partial(address, self.base, plan)
        markup = _TEMPLATES.get_template(template).render(base=self.base, visit=visit, here=here, to=to, **shown)
        return HTMLResponse(markup, status, HEADERS)

    def refused(self, visit: Visit, status: int, plan: str | None = None) -> Response:
        """Why there is no page, and what to do."""
        said = words.FAILURES.get(status) or words.FAILURES[500]
        return self.page("refused.html.j2", visit, status, plan=plan, words=said)

    def go(self, path: str, plan: str | None = None, **query: object) -> Response:
        """To the page of a path of ours."""
        return see(address(self.base, plan, path, **query))

    def style(self) -> Response:
        """The style sheet, which anybody may have."""
        return Response(_STYLE, headers=HEADERS, media_type="text/css")


def see(address: str) -> Response:
    """To another page, to be had by GET: a reload sends nothing again."""
    return RedirectResponse(address, 303, HEADERS)
