"""The officers' page, server-rendered: what became of the reminders, answers that wait, and a day's preview.

Nothing on it changes anything: answers are confirmed at the coordinator's desk, to which it leads, or by the command
beside each.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email import message_from_string, policy
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.notifier.officers.list_reminders import ListQuestion
from services.notifier.officers.preview_reminders import MOST_AHEAD, PreviewQuestion
from services.notifier.officers.web.rendering import PREFIX, mail, page, refused, style
from services.notifier.officers.web.session import ENTER, NotAllowed, Session
from services.notifier.officers.web.words import Names, rows, totals
from services.notifier.store import Store
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_list import MailState, ReminderList
from shared.contracts.reminder_preview import ReminderPreview
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.outcomes import Rejected, Retry

MOST_SHOWN = 200
NO_DAY = "Chưa có ngày nào được công bố nên chưa xem trước được."
WRONG = "Điều kiện lọc không đúng. Ngày viết theo dạng năm-tháng-ngày, ví dụ 2023-03-08."
NOT_THERE = (
    "Không có dữ liệu theo điều kiện này: chưa có kế hoạch, cơ quan không có trong kế hoạch, "
    f"hoặc ngày quá xa (xem trước được {MOST_AHEAD.days} ngày)."
)
AWAY = "Hệ thống đang bận hoặc tạm gián đoạn. Xin thử lại sau ít phút."
NOWHERE = "Không có trang này."
FAILED = "Hệ thống gặp lỗi. Xin thử lại sau; nếu vẫn gặp lỗi, xin báo quản trị viên."

log = logger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Desk:
    """What the page shows: the answers that officers get by NATS as well. `address` is where browsers reach the
    service, `decided_at` the coordinator's desk, on which answers are confirmed."""

    store: Store
    preview: Callable[[PreviewQuestion], Awaitable[ReminderPreview]]
    reminders: Callable[[ListQuestion], Awaitable[ReminderList]]
    secret: str
    address: str
    decided_at: str


def pages(desk: Desk) -> Starlette:
    """The application below PREFIX."""
    address = urlsplit(desk.address)
    session = Session(address.path + PREFIX, desk.secret, secure=address.scheme == "https")

    def shown(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            session.officer(request)
            return await endpoint(request)

        return _answered(answer)

    async def overview(_: Request) -> Response:
        found = await desk.reminders(ListQuestion(most=1))
        return page("overview.html.j2", here="", list=found, totals=totals(found.tallies), desk=desk.decided_at)

    async def mails(request: Request) -> Response:
        chosen = _chosen(request, "agency", "state", "since")
        question = ListQuestion.model_validate({**chosen, "most": MOST_SHOWN})
        found = await desk.reminders(question)
        plans = await desk.store.plans()
        return page(
            "mails.html.j2",
            here="thu",
            list=found,
            rows=rows(found.reminders, Names(plans)),
            chosen=chosen,
            agencies=_agencies(plans),
            states=list(MailState),
        )

    async def preview(request: Request) -> Response:
        chosen = _chosen(request, "agency", "as_of", "plan")
        if "as_of" not in chosen:
            last = await desk.store.last_day()
            if last is None:
                return refused(request, 404, NO_DAY)
            chosen["as_of"] = last.isoformat()
        found = await desk.preview(PreviewQuestion.model_validate(chosen))
        plans = await desk.store.plans()
        return page(
            "preview.html.j2",
            here="xem-truoc",
            preview=found,
            ahead=found.handled is None or found.as_of > found.handled,
            chosen=chosen,
            names=Names(plans),
            agencies=_agencies(plans),
            plans=plans,
        )

    async def preview_mail(request: Request) -> Response:
        chosen = _chosen(request, "agency", "as_of", "plan")
        found = await desk.preview(PreviewQuestion.model_validate({**chosen, "mails": True}))
        message = next((one.mail for one in found.mails if one.recipient == chosen.get("agency")), None)
        if message is None:
            raise HTTPException(404)
        body = message_from_string(message, policy=policy.default).get_body(("html",))
        return mail(body.get_content() if body is not None else "")

    async def stylesheet(_: Request) -> Response:
        return style()

    return Starlette(
        routes=[
            Route("/", shown(overview)),
            Route("/thu", shown(mails)),
            Route("/xem-truoc", shown(preview)),
            Route("/xem-truoc/thu", shown(preview_mail)),
            Route("/kieu.css", stylesheet),
            Route(f"{ENTER}/{{token}}", _answered(session.enter)),
        ],
        exception_handlers={HTTPException: _nowhere},
    )


def _answered(endpoint: Endpoint) -> Endpoint:
    """Every failure is a page; the log never holds the address, which may hold a token."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except NotAllowed as refusal:
            return refused(request, refusal.status, refusal.text, outside=True)
        except (Rejected, ValidationError) as wrong:
            return refused(request, 400, NOT_THERE if isinstance(wrong, Rejected) else WRONG)
        except (Retry, *NOT_NOW) as away:
            log.warning("the officers' page is unavailable", error=f"{type(away).__name__}: {away}"[:300])
            return refused(request, 503, AWAY)
        except HTTPException:
            raise
        except Exception:
            log.exception("the officers' page failed")
            return refused(request, 500, FAILED)

    return answer


async def _nowhere(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return refused(request, status, NOWHERE)


_FIELDS = {"agency": "co-quan", "state": "trang-thai", "since": "tu-ngay", "as_of": "ngay", "plan": "ke-hoach"}


def _chosen(request: Request, *fields: str) -> dict[str, str]:
    """What the form's fields hold, without those that are empty."""
    return {field: value for field in fields if (value := request.query_params.get(_FIELDS[field], ""))}


def _agencies(plans: Sequence[PlanPublished]) -> list[tuple[str, str]]:
    """Id and name of every agency, by name."""
    found = {body.id: body.name for plan in plans for body in plan.agencies}
    return sorted(found.items(), key=lambda one: one[1])
