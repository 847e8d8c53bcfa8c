"""What the pages behind links say, in Vietnamese: a heading and a few sentences for each purpose and each outcome."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.submissions.answer_by_link import KINDS
from services.submissions.open_link import Closed, Opened
from shared.contracts.agency_answers import AnswerGiven
from shared.contracts.ledger import State
from shared.signed_links import Purpose
from shared.vietnamese import ANSWERS, agency_name


class Words(NamedTuple):
    """A heading and the paragraphs below it."""

    heading: str
    lead: Sequence[str] = ()


_ASK = "Xin mở lại liên kết trong thư nhắc việc, hoặc gọi đầu mối ghi ở cuối thư."
_KEPT = "Chưa có gì được ghi nhận."
FAILURES = {
    400: Words("Chưa nhận được biểu mẫu", (_KEPT, "Dữ liệu gửi đến bị gián đoạn hoặc không đọc được; xin gửi lại.")),
    403: Words("Không nhận biểu mẫu này", (_KEPT, f"Biểu mẫu phải được gửi từ chính trang của hệ thống. {_ASK}")),
    404: Words("Liên kết không đúng", (f"Liên kết không đầy đủ hoặc đã bị thay đổi. {_ASK}",)),
    405: Words("Không nhận yêu cầu này", (_KEPT, _ASK)),
    408: Words("Quá thời gian chờ", (_KEPT, "Đường truyền quá chậm hoặc bị ngắt; xin gửi lại, hoặc gửi tệp nhỏ hơn.")),
    410: Words(
        "Nhiệm vụ không còn trong kế hoạch",
        ("Kỳ mà liên kết này nêu không còn được giao cho cơ quan, đơn vị; không cần làm gì thêm.",),
    ),
    413: Words("Dữ liệu quá lớn", (_KEPT, "Xin rút ngắn nội dung, gửi tệp nhỏ hơn, hoặc ghi đường dẫn thay cho tệp.")),
    415: Words("Không đọc được biểu mẫu", (_KEPT, f"Dữ liệu gửi đến không phải là biểu mẫu của trang này. {_ASK}")),
    429: Words("Xin chờ giây lát", (_KEPT, "Liên kết đang được dùng quá nhiều lần cùng lúc; xin gửi lại sau ít giây.")),
    503: Words("Hệ thống tạm thời bận", (_KEPT, "Xin gửi lại sau ít phút; gửi nhiều lần cũng chỉ ghi nhận một lần.")),
    500: Words("Hệ thống gặp lỗi", ("Xin thử lại sau. Nếu vẫn gặp lỗi, xin gọi đầu mối ghi ở cuối thư nhắc việc.",)),
}


def form_words(opened: Opened) -> Words:
    """Above the form of each purpose."""
    coordinator = agency_name(opened.plan, opened.plan.coordinator)
    match opened.link.purpose:
        case Purpose.SUBMIT:
            late = "Sản phẩm trễ hạn vẫn được ghi nhận, và được ghi rõ là trễ hạn."
            first = f"Điền thông tin về sản phẩm của kỳ nêu dưới đây, rồi gửi. {late}"
            return Words("Ghi nhận sản phẩm", (first, *_although(opened)))
        case Purpose.NOTHING_TO_REPORT:
            until = f"{coordinator} xem xét và xác nhận; trước khi được xác nhận, kỳ vẫn được tính là chưa thực hiện."
            first = f"Dùng khi trong kỳ không có nội dung để thực hiện. {until}"
            return Words("Báo không phát sinh", (first, *_although(opened)))
        case Purpose.ALREADY_DONE:
            first = "Dùng khi đã thực hiện mà hệ thống chưa ghi nhận, hoặc khi không đồng ý với nội dung nhắc việc."
            better = (
                "Nếu có sản phẩm của kỳ này, nên dùng liên kết “Ghi nhận sản phẩm” trong thư: "
                "sản phẩm được ghi nhận ngay."
            )
            heading = ANSWERS[KINDS[opened.link.purpose]].capitalize()
            return Words(heading, (f"{first} {coordinator} sẽ xem xét và trả lời.", better, *_although(opened)))


def closed_words(opened: Opened, closed: Closed) -> Words:
    """Where a link can't be used any more; nothing is asked of who reads it, or whom to ask."""
    coordinator = agency_name(opened.plan, opened.plan.coordinator)
    match closed:
        case Closed.USED:
            return _used_words(opened, coordinator)
        case Closed.MET:
            text = "Hệ thống đã ghi nhận sản phẩm của kỳ này; không cần làm gì thêm, nội dung gửi lại không được ghi."
            return Words(
                "Kỳ này đã được ghi nhận", (text, "Nếu thông tin chưa đúng, xin liên hệ theo địa chỉ bên dưới.")
            )
        case Closed.EXCUSED:
            text = f"Đã ghi nhận: kỳ không phải thực hiện{_document(opened)}. Không cần làm gì thêm."
            return Words("Kỳ này đã được miễn", (text,))
        case Closed.EXPIRED:
            day = f"{opened.link.until:%d/%m/%Y}"
            text = f"Liên kết này dùng được đến hết ngày {day}. Không có gì được ghi nhận qua liên kết đã hết hạn."
            return Words(
                "Liên kết đã hết hạn",
                (text, "Xin dùng liên kết trong thư nhắc việc mới nhất, hoặc liên hệ theo địa chỉ bên dưới."),
            )


def _used_words(opened: Opened, coordinator: str) -> Words:
    if opened.link.purpose is Purpose.SUBMIT:
        once = "Mỗi liên kết chỉ ghi nhận một lần: nội dung gửi lại không được ghi. Cần sửa, xin liên hệ bên dưới."
        return Words("Đã ghi nhận sản phẩm", ("Cảm ơn cơ quan, đơn vị. Không cần làm gì thêm.", once))
    if not opened.stands.owed:
        return Words("Đã ghi nhận trả lời", ("Kỳ này đã được giải quyết; không cần làm gì thêm.",))
    wait = f"Chờ {coordinator} xem xét, xác nhận; cho đến lúc đó kỳ này có thể vẫn được nhắc."
    if _by_this_link(opened):
        return Words("Đã ghi nhận trả lời", (wait,))
    once = "Mỗi thư nhắc việc chỉ nhận một trả lời cho mỗi kỳ: nội dung gửi thêm không được ghi."
    mend = (
        "Nếu trả lời đó chưa đúng: có sản phẩm thì dùng liên kết “Ghi nhận sản phẩm” trong thư; "
        "trường hợp khác, xin liên hệ bên dưới."
    )
    return Words("Thư này đã được trả lời", (wait, f"{once} {mend}"))


def _although(opened: Opened) -> Iterator[str]:
    """What the form is still good for where something was answered or decided before."""
    submits = opened.link.purpose is Purpose.SUBMIT
    if opened.stands.state is State.EXCUSED:
        yield (
            f"Kỳ này đã được miễn{_document(opened)}, không phải thực hiện. Nếu vẫn có sản phẩm, sản phẩm được "
            "ghi nhận và kỳ được tính là đã thực hiện."
        )
    elif opened.answers and submits:
        yield "Cơ quan, đơn vị đã có trả lời (bên dưới). Sản phẩm được ghi nhận ngay, không chờ xem xét trả lời đó."
    elif opened.answers:
        yield "Cơ quan, đơn vị đã có trả lời (bên dưới), đang chờ xem xét; chỉ trả lời thêm khi có nội dung khác."


def _by_this_link(opened: Opened) -> bool:
    """Whether it was this link, and not the mail's other one, by which the agency answered."""
    return isinstance(opened.told, AnswerGiven) and opened.told.kind is KINDS[opened.link.purpose]


def _document(opened: Opened) -> str:
    excuse = opened.stands.excuse
    return f" theo văn bản {excuse.document}" if excuse is not None else ""
