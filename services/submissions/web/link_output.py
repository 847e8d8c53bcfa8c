"""From the form to a recorded output: fields are judged first, and a file is only taken in where they are right."""

from typing import Any

from services.submissions.intake import Intake
from services.submissions.keep_evidence import NotTaken, TooMuch, keep_evidence
from services.submissions.link_form import FILE, Wrong, read_output, wrong_by
from services.submissions.rules import NoMatch
from services.submissions.submit_by_link import examine_by_link, submit_by_link
from services.submissions.web.evidence import Files
from services.submissions.web.multipart import FIELDS_BYTES, Form
from shared.contracts.evidence import LONGEST_EVIDENCE_NAME
from shared.signed_links import Link

_AGAIN = "Tệp chưa được nhận vì còn chỗ phải sửa; sau khi sửa, xin chọn lại tệp."
_OTHER_KIND = (
    "Tệp không thuộc loại được nhận (xét theo nội dung, không theo tên); xin chọn tệp PDF, ảnh JPEG, PNG, WebP, "
    "âm thanh MP3, M4A, WAV, OGG, hoặc video MP4, WebM."
)
_TOO_LARGE = (
    "Tệp quá lớn, hoặc cơ quan đã dùng hết dung lượng lưu tệp; xin chọn tệp nhỏ hơn, hoặc ghi đường dẫn thay cho tệp."
)


async def submit_output(
    link: Link, form: Form, typed: dict[str, str], announced: int, intake: Intake, files: Files
) -> tuple[int, list[Wrong]]:
    """The status and what is wrong; where nothing is, the output is recorded, unless the link was used before.

    `announced` is how many bytes the request says that it has. Raises Problem as the form does, Retry or Unavailable.
    """
    data, wrong = read_output(typed)
    try:
        await examine_by_link(link, data, intake)
    except NoMatch as refusal:
        wrong = wrong_by(refusal.reasons, typed, wrong)
    if wrong:
        return 422, [*wrong, Wrong(FILE, _AGAIN)] if form.file_name else wrong
    try:
        if form.file_name:
            data[FILE] = [await _kept(link, form, announced, files)]
        await submit_by_link(link, data, intake)
    except NotTaken:
        return 415, [Wrong(FILE, _OTHER_KIND)]
    except TooMuch:
        return 413, [Wrong(FILE, _TOO_LARGE)]
    except NoMatch as refusal:  # the plan changed meanwhile
        return 422, wrong_by(refusal.reasons, typed, ())
    return 200, []


async def _kept(link: Link, form: Form, announced: int, files: Files) -> Any:
    """The SHA-256 of the file, which is kept."""
    least = max(0, announced - FIELDS_BYTES)
    if least > files.bounds.largest:
        raise TooMuch
    with files.places.place(link.agency):
        name = _printable(form.file_name)
        kept, _ = await keep_evidence(link.agency, name, form.file(), files.evidence, files.bounds, least)
    return kept.evidence


def _printable(name: str) -> str:
    """A name that evidence takes: the end of a long one, which tells what the file is."""
    return "".join(char if char.isprintable() else "_" for char in name)[-LONGEST_EVIDENCE_NAME:].strip() or "tep"
