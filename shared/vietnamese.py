"""What officials call things: one word for one thing, in reports, mails, files and on pages."""

from shared.contracts.ledger import State
from shared.contracts.outputs import Flag

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


def dotted(value: int) -> str:
    """With a dot between thousands."""
    return f"{value:,}".replace(",", ".")
