"""Where the desk's pages are: PREFIX below the address of the service, the others below PREFIX."""

from urllib.parse import quote, urlencode

from shared.officer_pages import DESK

PREFIX = DESK

OVERVIEW = "/"
OVERDUE = "/qua-han"
AGENCIES = "/co-quan"
OCCURRENCE = "/ky"
OUTPUTS = "/san-pham"
DECISIONS = "/quyet-dinh"
REPORT = "/bao-cao"
MAKING = REPORT + "/tien-do"
ISSUED = REPORT + "/da-lap"
OFFICERS = "/can-bo"

STYLE = "/kieu.css"
SCRIPT = "/tien-do.js"
ENTER = "/vao"
BY_LINK = ENTER + "/thu"
BY_PROVIDER = ENTER + "/xac-thuc"
COME_BACK = BY_PROVIDER + "/ve"
LEAVE = "/ra"

# In the address of a page: the plan that was chosen.
PLAN = "ke-hoach"


def address(base: str, plan: str | None, *parts: str, **query: object) -> str:
    """An address below `base`, of a path of ours and segments of whatever text. It keeps to the plan that was chosen,
    where one was."""
    path = parts[0] + "".join(f"/{quote(part, safe='')}" for part in parts[1:])
    asked = {**({PLAN: plan} if plan else {}), **{k: v for k, v in query.items() if v}}
    return base + path + (f"?{urlencode(asked)}" if asked else "")
