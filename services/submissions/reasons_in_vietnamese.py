"""What officials read of an outcome: a reason by its code, in Vietnamese.

The reasons themselves are English texts for integrators, and their codes are for programs.
"""

from shared.contracts.outputs import Reason

# `{given}` is what was written, in quotation marks; `{among}` what would be right, where that is known.
TEXTS = {
    "bad_envelope": "Dữ liệu gửi đến không đọc được.",
    "server_header": "Dữ liệu gửi kèm header dành riêng cho máy chủ NATS; hãy gửi lại không kèm header đó, với id mới.",
    "unknown_type": "Hệ thống không tiếp nhận loại dữ liệu này.",
    "bad_data": "Dữ liệu có ký tự hoặc cấu trúc không đọc được.",
    "missing_field": "Thiếu {field}; {right}.",
    "unknown_field": "Hệ thống không có trường “{field}”{among}.",
    "bad_field": "{given} không hợp lệ; {right}.",
    "more": "Còn những lỗi khác nữa ở dòng này.",
    "wrong_agency": "{given} là cơ quan khác; chỉ ghi nhận được sản phẩm của chính cơ quan gửi{among}.",
    "unknown_agency": "Cơ quan gửi không được giao nhiệm vụ nào trong kế hoạch{among}.",
    "no_plan": "Chưa có kế hoạch nào được công bố nên chưa ghi nhận được; hãy gửi lại khi kế hoạch đã công bố.",
    "future_date": "{given} là ngày chưa đến; hãy ghi nhận khi sản phẩm đã được đăng, phát.",
    "unknown_plan": "Không có kế hoạch {given}{among}.",
    "unknown_duty": "Không có nhiệm vụ {given} trong kế hoạch{among}.",
    "unknown_channel": "Không có kênh {given} trong kế hoạch{among}.",
    "unknown_topic": "{given} có mã không phải là chủ đề của kế hoạch{among}.",
    "unknown_evidence": "Cơ quan chưa gửi tệp minh chứng {given}; hãy gửi tệp trước, rồi ghi mã mà hệ thống trả lời.",
    "unknown_period": "Nhiệm vụ này không có kỳ {given}{among}.",
    "not_owed": "Nhiệm vụ {given} được giao cho cơ quan khác{among}.",
    "duty_missing": "Chưa ghi nhiệm vụ, cũng không có kênh để biết là nhiệm vụ nào{among}.",
    "no_duty_on_channel": "Cơ quan không có nhiệm vụ nào trên kênh {given}; hãy ghi nhiệm vụ{among}.",
    "wrong_channel": "Nhiệm vụ này không thực hiện trên kênh {given}{among}.",
    "duty_ambiguous": "Có nhiều nhiệm vụ phù hợp; hãy ghi rõ một nhiệm vụ{among}.",
    "plan_ambiguous": "Có nhiều kế hoạch phù hợp; hãy ghi rõ một kế hoạch{among}.",
    "no_period_for_date": "{given} không thuộc kỳ nào của nhiệm vụ; hãy ghi rõ kỳ{among}.",
    "bad_period": (
        "{given} không phải là tên kỳ; hãy ghi 2023-02 hoặc Tháng 02/2023, 2023-W07 hoặc Tuần 07/2023, "
        "2023-Q1 hoặc Quý I/2023, 2023{among}."
    ),
    "no_periods": "Nhiệm vụ này thực hiện thường xuyên, không chia kỳ; hãy để trống cột kỳ.",
    "before_period": "Ngày đăng, phát đứng trước ngày bắt đầu của kỳ; hãy xem lại ngày hoặc kỳ.",
}
FIELDS = {
    "agency": "cơ quan",
    "plan": "kế hoạch",
    "duty": "nhiệm vụ",
    "channel": "kênh",
    "period": "kỳ",
    "title": "tiêu đề",
    "published_on": "ngày đăng, phát",
    "url": "đường dẫn",
    "duration_minutes": "thời lượng",
    "topics": "chủ đề",
    "note": "ghi chú",
    "evidence": "tệp minh chứng",
}
_SHORT_NAME = "hãy ghi một dòng, nhiều nhất 100 ký tự"
_RIGHT = {
    "title": "hãy ghi trên một dòng, nhiều nhất 500 ký tự, có chữ hoặc số",
    "published_on": "hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023",
    "url": "hãy ghi một địa chỉ đầy đủ, bắt đầu bằng http:// hoặc https://, không có dấu cách",
    "duration_minutes": "hãy ghi số phút, lớn hơn 0 và nhiều nhất 10 000, ví dụ 5 hoặc 4,5",
    "topics": "hãy ghi nhiều nhất 50 mã chủ đề, ví dụ II.1; II.3a",
    "note": "hãy ghi nhiều nhất 2 000 ký tự",
    "evidence": "hãy ghi nhiều nhất 10 mã tệp, mỗi mã 64 ký tự như hệ thống đã trả lời khi nhận tệp",
}
EMPTY = "Ô này đang để trống; {right}."
UNKNOWN = "Không ghi nhận được: {message}."


def in_vietnamese(reason: Reason, given: str | None = None, column: str | None = None) -> str:
    """The reason as a sentence. `given` is what the official wrote; without it the sentence says “giá trị này”. It
    comes after the name of its `column`, where there is one, and doesn't repeat that."""
    field = reason.field.partition(".")[0]
    among = f"; có thể là: {', '.join(reason.candidates)}" if reason.candidates else ""
    template = EMPTY if reason.code == "missing_field" and column else TEXTS.get(reason.code, UNKNOWN)
    text = template.format(
        given=f"“{given}”" if given else "giá trị này",
        field=FIELDS.get(field, field),
        right=_RIGHT.get(field, _SHORT_NAME),
        among=among,
        message=reason.message,
    )
    return text[0].upper() + text[1:]
