"""Who may see the officers' page: whoever came by a link that `dondoc reminders open` made, until it ends.

The link's token becomes a cookie, so that no later address holds it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from services.notifier.officers.web.rendering import page
from shared.logs import logger
from shared.officer_pass import OfficerPass, PassExpired, PassRefused, read_pass

ENTER = "/vao"
COOKIE = "dondoc_officer"
NEEDS_LINK = "Trang này dành cho cán bộ theo dõi nhắc việc. Hãy mở bằng liên kết do quản trị viên cấp."
EXPIRED = "Phiên làm việc đã hết hạn (12 giờ). Hãy dùng liên kết mới do quản trị viên cấp."
ALTERED = "Liên kết không đúng hoặc đã bị thay đổi. Hãy kiểm tra lại, hoặc dùng liên kết mới."

log = logger(__name__)


class NotAllowed(Exception):
    """No page for this request; `status` is 401 where a new link helps, 403 where the token is none of ours."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Session:
    """`base` is the path of the page, below which the cookie counts; `secure` whether it is reached by TLS alone."""

    def __init__(self, base: str, secret: str, secure: bool, clock: Callable[[], datetime] | None = None) -> None:
        self._base, self._secret, self._secure = base, secret, secure
        self._clock = clock or (lambda: datetime.now(UTC))

    def officer(self, request: Request) -> OfficerPass:
        """The pass of the cookie. Raises NotAllowed."""
        token = request.cookies.get(COOKIE)
        if token is None:
            raise NotAllowed(401, NEEDS_LINK)
        return self._read(token)

    async def enter(self, request: Request) -> Response:
        """Take the link's token for a cookie and go on.

        Not by a redirect: a browser that came from another site, a mail say, doesn't send a strict cookie on one.
        """
        token = request.path_params["token"]
        found = self._read(token)
        answer = page("enter.html.j2", 200, root="../")
        answer.headers["Refresh"] = f"0; url={self._base}/"
        answer.set_cookie(
            COOKIE,
            token,
            max_age=round((found.until - self._clock()).total_seconds()),
            path=self._base,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        log.info("an officer came in", officer_pass=found.id)
        return answer

    def _read(self, token: str) -> OfficerPass:
        try:
            return read_pass(token, self._secret, self._clock())
        except PassExpired:
            raise NotAllowed(401, EXPIRED) from None
        except PassRefused:
            log.warning("a pass that is none of ours was tried")
            raise NotAllowed(403, ALTERED) from None
