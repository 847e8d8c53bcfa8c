"""Who may sign in, and in which role: for admins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.responses import Response

from services.reports.desk.list_officer import ListOfficer, NameMissing, NoAdminLeft, NobodyListed, list_officer
from services.reports.desk.officer_store import OfficerStore
from services.reports.desk.typed import Wrong
from services.reports.desk.web import words
from services.reports.desk.web.access import RECORDED, Page, Visit
from services.reports.desk.web.paths import OFFICERS
from services.reports.desk.web.rendering import Renderer
from shared.contracts.officers import Role
from shared.mongo import Mongo
from shared.outbox import Outbox

REMOVED = "none"
_ROLES = [(role.value, words.ROLES[role], words.ROLE_MAY[role]) for role in Role]
_TEXTS = {
    "email": "Nhập địa chỉ thư đầy đủ, ví dụ ten@stttt.example.",
    "name": "Nhập họ và tên, một dòng, không quá 100 ký tự.",
    "role": "Chọn một vai trò.",
}
_REFUSALS = {
    NoAdminLeft: Wrong("role", "Phải còn ít nhất một quản trị. Xin giao quyền quản trị cho người khác trước."),
    NobodyListed: Wrong("email", "Địa chỉ này không có trong danh sách; có thể người khác vừa đưa ra khỏi danh sách."),
    NameMissing: Wrong("name", "Nhập họ và tên của người mới."),
}


@dataclass(frozen=True)
class OfficersPage:
    render: Renderer
    officers: OfficerStore
    mongo: Mongo
    outbox: Outbox

    def pages(self) -> list[Page]:
        return [
            Page("GET", OFFICERS, Role.ADMIN, self.show),
            Page("POST", OFFICERS, Role.ADMIN, self.change),
        ]

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, {"role": Role.VIEWER}, ())

    async def change(self, visit: Visit) -> Response:
        typed = {name: visit.form.get(name, "") for name in ("email", "name", "role")}
        role = None if typed["role"] == REMOVED else typed["role"]
        given = {"email": typed["email"], "name": typed["name"] or None, "role": role}
        try:
            command = ListOfficer.model_validate(given)
            await list_officer(command, visit.who.email, self.officers, self.mongo, self.outbox)
        except ValidationError as error:
            return await self._page(visit, typed, _wrong(error), 422)
        except (NoAdminLeft, NobodyListed, NameMissing) as refusal:
            return await self._page(visit, typed, [_REFUSALS[type(refusal)]], 422)
        return self.render.go(OFFICERS, visit.plan, **{RECORDED: 1})

    async def _page(
        self, visit: Visit, typed: Mapping[str, str], wrong: Sequence[Wrong], status: int = 200
    ) -> Response:
        listed = await self.officers.listed()
        return self.render.page(
            "officers.html.j2",
            visit,
            status,
            here=OFFICERS,
            plan=visit.plan,
            listed=listed,
            typed=typed,
            wrong=wrong,
            roles=_ROLES,
            removed=REMOVED,
        )


def _wrong(error: ValidationError) -> list[Wrong]:
    fields = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
    return [Wrong(field, _TEXTS[field]) for field in fields]
