"""What a row says otherwise than the output that it is: a row's identity leaves out what isn't looked at here.

A note is in no receipt, so nobody is told of another one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.submissions.imports.table import Field, Place, Row
from shared.contracts.outputs import OutputRecorded

NOTHING = "để trống"
RECORDED = (
    "Sản phẩm đã ghi nhận giữ nguyên như cũ, nhập lại không sửa được: muốn sửa, hãy đề nghị cơ quan điều phối trả lại "
    "sản phẩm đó, rồi ghi nhận bản đã sửa với tiêu đề hoặc đường dẫn khác"
)
ABOVE = "Chỉ ghi nhận dòng trên: hãy sửa dòng đó cho đúng rồi bỏ dòng này, hoặc sửa tiêu đề nếu là sản phẩm khác"


def differing(row: Row, data: Mapping[str, Any], receipt: OutputRecorded, above: Place | None) -> str | None:
    """The sentence for the row, None where both say the same. `above` is the row of this file that it repeats; the
    output was recorded before where there is none."""
    found = "; ".join(_each(row, data, receipt))
    if not found:
        return None
    what = f"giống {_within(above)}" if above else f"đã ghi nhận trước đây (mã sản phẩm {receipt.output})"
    return f"{row.place}: {what}, nhưng khác ở {found}. {ABOVE if above else RECORDED}."


def _each(row: Row, data: Mapping[str, Any], receipt: OutputRecorded) -> Iterator[str]:
    topics = tuple(data.get("topics", ()))
    if set(topics) != set(receipt.topics):
        yield _both(row, Field.TOPICS, "chủ đề", ", ".join(receipt.topics), ", ".join(topics))
    minutes = data.get("duration_minutes")
    if minutes != receipt.duration_minutes:
        yield _both(row, Field.DURATION, "thời lượng", _minutes(receipt.duration_minutes), _minutes(minutes))
    # Where a row names none, the receipt has its duty's.
    if data.get("channel", receipt.channel) != receipt.channel:
        yield _both(row, Field.CHANNEL, "kênh", receipt.channel, data["channel"])


def _both(row: Row, field: Field, usual: str, kept: str | None, told: str | None) -> str:
    where = f"cột “{row.headings[field]}”" if field in row.headings else usual
    return f"{where}: đang lưu {_quoted(kept)}, dòng này ghi {_quoted(told)}"


def _quoted(text: str | None) -> str:
    return f"“{text}”" if text else NOTHING


def _minutes(minutes: float | None) -> str | None:
    return None if minutes is None else f"{minutes:g}".replace(".", ",")


def _within(place: Place) -> str:
    text = str(place)
    return text[0].lower() + text[1:]
