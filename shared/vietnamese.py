"""What officials call things: one word for one thing, in reports, mails, files and on pages."""

import unicodedata

from shared import periods
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from shared.contracts.plan import PlanPublished

STATES = {
    State.UPCOMING: "Chưa đến kỳ",
    State.OPEN: "Đang trong hạn",
    State.MET: "Đúng hạn",
    State.MET_LATE: "Trễ hạn",
    State.OVERDUE: "Quá hạn",
    State.EXCUSED: "Được miễn",
}
FLAGS = {
    Flag.LATE: "ghi nhận trễ hạn",
    Flag.MAKE_UP: "thực hiện bù",
    Flag.EXTRA: "ngoài số kỳ quy định",
    Flag.DURATION: "thời lượng khác mức quy định",
    Flag.REUSE: "trùng liên kết",
}
# As within a sentence. The mail asks for them by these words, and so the pages behind its links are headed.
ANSWERS = {
    AnswerKind.NOTHING_TO_REPORT: "không phát sinh",
    AnswerKind.ALREADY_DONE: "đã thực hiện hoặc không đồng ý",
}
_QUARTERS = ("I", "II", "III", "IV")
_NO_LETTER = 0x110000  # more than any
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# In the order of dictionaries: none, huyền, hỏi, ngã, sắc, nặng.
_TONES = "\u0300\u0309\u0303\u0301\u0323"


def period(name: str | None) -> str:
    """`Tuần 07/2023`, `Tháng 02/2023`, `Quý I/2023`, `Năm 2023`; empty for None, as it is where it's no period."""
    if name is None:
        return ""
    try:
        found = periods.parse(name)
    except ValueError:
        return name
    year, _, part = name.partition("-")
    match found.kind:
        case "weekly":
            return f"Tuần {part[1:]}/{year}"
        case "monthly":
            return f"Tháng {part}/{year}"
        case "quarterly":
            return f"Quý {_QUARTERS[int(part[1:]) - 1]}/{year}"
    return f"Năm {year}"


def agency_name(plan: PlanPublished, agency: str) -> str:
    """As the plan writes it; its id where the plan doesn't know it."""
    found = plan.agency_by_id.get(agency)
    return found.name if found is not None else agency


def duty_title(plan: PlanPublished, duty: str) -> str:
    """As the plan writes it; its id where the plan doesn't know it."""
    found = plan.duty_by_id.get(duty)
    return found.title if found is not None else duty


def dotted(value: int) -> str:
    """With a dot between thousands."""
    return f"{value:,}".replace(",", ".")


def alphabetical(name: str) -> list[tuple[int, ...]]:
    """The key by which dictionaries order names: word by word, by letters first and by tones then. What is no letter
    comes before them."""
    return [key for word in name.casefold().split() for key in _word_keys(word)]


def _word_keys(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    decomposed = unicodedata.normalize("NFD", word)
    tones = tuple(_TONES.index(mark) + 1 for mark in decomposed if mark in _TONES)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return tuple(_ALPHABET.find(letter) + 1 or ord(letter) - _NO_LETTER for letter in letters), tones
