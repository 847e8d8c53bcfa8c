"""What the desk's pages say, in Vietnamese."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.reports.desk.figures import Level
from services.reports.desk.web import paths
from services.reports.looked import Looked
from shared.contracts.officers import Role


class Words(NamedTuple):
    """A heading and the paragraphs below it."""

    heading: str
    lead: Sequence[str] = ()


ROLES = {Role.VIEWER: "Người xem", Role.OFFICER: "Cán bộ tổng hợp", Role.ADMIN: "Quản trị"}
ROLE_MAY = {
    Role.VIEWER: "xem mọi trang, không thay đổi gì",
    Role.OFFICER: "xem xét sản phẩm, ghi quyết định miễn, gia hạn, soạn và lập báo cáo",
    Role.ADMIN: "như cán bộ tổng hợp, và phân quyền",
}
# What a cell of the heat map says beside its figures, in a sign and in words.
LEVELS = {
    Level.DONE: ("✓", "đủ, đúng hạn"),
    Level.LATE: ("◐", "đủ, có kỳ trễ hạn"),
    Level.OPEN: ("…", "còn kỳ trong hạn"),
    Level.OVERDUE: ("⚠", "có kỳ quá hạn"),
    Level.EXCUSED: ("–", "được miễn"),
}
LOOKED = {
    Looked.WAITING: "Chờ xem xét",
    Looked.ACCEPTED: "Đã chấp nhận",
    Looked.SENT_BACK: "Đã trả lại",
}

# Path, name, and the role from which on it is shown.
NAVIGATION = (
    (paths.OVERVIEW, "Tổng quan", Role.VIEWER),
    (paths.AGENCIES, "Cơ quan", Role.VIEWER),
    (paths.OUTPUTS, "Sản phẩm", Role.VIEWER),
    (paths.DECISIONS, "Miễn, gia hạn", Role.VIEWER),
    (paths.REPORT, "Báo cáo", Role.VIEWER),
    (paths.OFFICERS, "Cán bộ", Role.ADMIN),
)

_NOTHING = "Chưa có gì được ghi lại."
FAILURES = {
    400: Words("Không đọc được yêu cầu", (_NOTHING, "Xin quay lại trang trước và làm lại.")),
    403: Words(
        "Không thực hiện được việc này",
        (
            _NOTHING,
            "Vai trò của ông/bà không được làm việc này, hoặc trang đã mở từ phiên làm việc trước. "
            "Xin mở lại trang; nếu cần quyền, xin liên hệ người quản trị.",
        ),
    ),
    404: Words("Không có trang này", ("Địa chỉ không đúng, hoặc nội dung không còn trong kế hoạch.",)),
    405: Words("Không nhận yêu cầu này", (_NOTHING,)),
    408: Words("Quá thời gian chờ", (_NOTHING, "Đường truyền quá chậm hoặc bị ngắt; xin gửi lại.")),
    413: Words("Dữ liệu quá lớn", (_NOTHING, "Xin rút ngắn nội dung rồi gửi lại.")),
    415: Words("Không đọc được biểu mẫu", (_NOTHING, "Dữ liệu gửi đến không phải là biểu mẫu của trang này.")),
    500: Words("Hệ thống gặp lỗi", ("Xin thử lại sau; nếu vẫn gặp lỗi, xin báo người quản trị.",)),
    502: Words(
        "Không đăng nhập được",
        (
            "Hệ thống xác thực không trả lời, hoặc trả lời không đúng.",
            "Nếu thử lại sau vẫn gặp lỗi, xin báo người quản trị.",
        ),
    ),
    503: Words(
        "Hệ thống tạm thời bận",
        (
            "Xin thử lại sau ít phút.",
            "Nếu vừa gửi nội dung, xin mở lại trang, xem nội dung đã được ghi lại chưa, trước khi gửi lại.",
        ),
    ),
}

NOTHING_YET = Words("Chưa có số liệu", ("Chưa có kế hoạch nào được công bố, hoặc lịch chưa bắt đầu.",))
LINK_OVER = Words(
    "Liên kết không còn dùng được",
    ("Liên kết đã được dùng, đã quá 15 phút, hoặc không đúng. Xin yêu cầu liên kết mới.",),
)
NOT_LISTED = Words(
    "Chưa được cấp quyền",
    ("Ông/bà đã được xác thực, nhưng địa chỉ thư chưa có trong danh sách cán bộ. Xin liên hệ người quản trị.",),
)
NOT_AGREED = Words(
    "Chưa đăng nhập",
    ("Việc đăng nhập đã được dừng tại hệ thống xác thực. Ông/bà có thể đăng nhập lại khi cần.",),
)
UNVERIFIED = Words(
    "Địa chỉ thư chưa được xác minh",
    (
        "Hệ thống xác thực chưa xác minh địa chỉ thư của ông/bà. "
        "Xin xác minh địa chỉ tại hệ thống đó rồi đăng nhập lại, hoặc liên hệ người quản trị.",
    ),
)
SENT = Words(
    "Xin kiểm tra hộp thư",
    (
        "Nếu địa chỉ có trong danh sách cán bộ, một liên kết đăng nhập vừa được gửi đến. Liên kết dùng được một lần, "
        "trong 15 phút.",
        "Không nhận được thư sau vài phút: xin xem thư rác, kiểm tra lại địa chỉ, hoặc liên hệ người quản trị.",
    ),
)


def month(name: str) -> str:
    """`2023-02` as `02/2023`."""
    year, _, number = name.partition("-")
    return f"{number}/{year}"


def hour(at: datetime, zone: str) -> str:
    """08:05 ngày 14/02/2023, in that time zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M ngày %d/%m/%Y}"
