"""The rows that a document must show, as text, straight from the report's JSON."""

from collections.abc import Callable
from typing import Any

COUNTS = ("expected", "expected_to_date", "met", "met_late", "overdue", "excused", "open")
EXPLICIT, IMPLIED = "Kế hoạch ấn định số lượng", "Kế hoạch không ấn định số lượng (tính tối thiểu 01 kỳ)"
REMARKS = {"late": "Ghi nhận trễ hạn", "duration": "Thời lượng khác mức quy định", "reuse": "Trùng liên kết"}
REPORTED = {
    "met": "Đã gửi đúng hạn",
    "met_late": "Đã gửi trễ hạn",
    "overdue": "Chưa gửi, quá hạn",
    "open": "Chưa gửi, còn trong hạn",
    "upcoming": "Chưa đến kỳ báo cáo",
}
Rows = list[list[str]]


def shown(counts: dict[str, Any]) -> list[str]:
    """The seven figures as text."""
    return [str(counts[name]) for name in COUNTS]


def months(data: dict[str, Any], kind: str) -> Rows:
    """What each month's row must say."""
    return [[f"Tháng {m['month'][5:]}/{m['month'][:4]}", *shown(m["totals"][kind])] for m in data["months"]]


def by_channel(data: dict[str, Any]) -> Rows:
    """The channels' rows; with the last one they add up to all outputs that weren't sent back."""
    told = {channel["title"]: channel["outputs"] for channel in data["channels"]}
    told["Không nêu kênh"] = data["outputs"]["standing"] - sum(told.values())
    return [[title, str(count)] for title, count in told.items()]


def owing(data: dict[str, Any]) -> set[tuple[str, int]]:
    """Of each duty that somebody is overdue with, how often, by the pairs of the JSON."""
    return {(pair["duty"], pair["overdue"]) for pair in data["pairs"] if pair["overdue"]}


def grid(data: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Annex I's fields by agency and duty, by the pairs of the JSON."""
    names = {agency["id"]: agency["name"] for agency in data["agencies"]}
    return {
        (names[pair["agency"]], pair["duty"]): (
            f"{pair['met'] + pair['met_late']}/{pair['expected'] - pair['excused']}"
            if pair["expected"]
            else str(pair["outputs"])
        )
        for pair in data["pairs"]
    }


def day(text: str) -> str:
    """As a document prints it."""
    return "/".join(reversed(text.split("-")))


def signed(change: int) -> str:
    """With its sign, and the sign for less that is as wide as the one for more."""
    return f"{change:+}".replace("-", "−") if change else "0"


def notable(data: dict[str, Any]) -> Rows:
    """The rows of outputs worth naming."""
    names = {agency["id"]: agency["short_name"] for agency in data["agencies"]}
    return [
        [str(n), one["title"], names[one["agency"]], day(one["published_on"]), one["reason"], one["url"] or "–"]
        for n, one in enumerate(data["notable"], 1)
    ]


def reporting(data: dict[str, Any]) -> Rows:
    """Who reported and who didn't."""
    names = {agency["id"]: agency["name"] for agency in data["agencies"]}
    return [
        [
            str(n),
            names[one["agency"]],
            f"Tháng {one['period'][5:]}/{one['period'][:4]}",
            REPORTED[one["state"]],
            day(one["registered_on"] or ""),
        ]
        for n, one in enumerate(data["reporting"]["lines"], 1)
    ]


def outputs(data: dict[str, Any], change: Callable[[int], str]) -> Rows:
    """All outputs beside those of the other report."""
    pairs = [
        (label, data["outputs"][name], data["comparison"]["outputs"][name])
        for label, name in (
            ("Đã ghi nhận", "recorded"),
            ("Trong đó trả lại để chỉnh sửa, không tính vào kết quả", "sent_back"),
            ("Được tính vào kết quả", "standing"),
        )
    ]
    return [[label, str(now), str(before), change(now - before)] for label, now, before in pairs]


def compared(data: dict[str, Any], change: Callable[[int], str]) -> Rows:
    """The seven figures of both groups, of both reports, and by how much they differ."""
    rows = []
    for label, kind in ((EXPLICIT, "explicit"), (IMPLIED, "implied")):
        now, before = data["totals"][kind], data["comparison"]["totals"][kind]
        differ = [change(now[name] - before[name]) for name in COUNTS]
        rows += [[label, "Kỳ báo cáo", *shown(now)], [label, "Kỳ so sánh", *shown(before)]]
        rows += [[label, "Tăng, giảm", *differ]]
    return rows


def compared_duties(data: dict[str, Any], change: Callable[[int], str]) -> Rows:
    """Done, overdue and outputs of each duty, of both reports, and by how much they differ."""
    rows = []
    others = {duty["id"]: duty for duty in data["comparison"]["duties"]}
    for duty in data["duties"]:
        row, other = [duty["id"], duty["title"]], others[duty["id"]]
        for names in (("met", "met_late"), ("overdue",), ("outputs",)):
            now, before = (sum(each[name] for name in names) for each in (duty, other))
            counted = duty["expected"] or names == ("outputs",)
            row += [str(now), str(before), change(now - before)] if counted else ["–"] * 3
        rows.append(row)
    return rows


def flags(data: dict[str, Any]) -> Rows:
    """The remarks that any output got."""
    return [[REMARKS[one["id"]], str(one["outputs"])] for one in data["flags"] if one["outputs"]]
