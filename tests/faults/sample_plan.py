"""A plan made for a load: enough agencies and monthly duties that each event has an occurrence of its own."""

from dataclasses import dataclass
from datetime import date

import yaml

from services.assignments.plan_file import load_plan
from services.assignments.resolve import calendar_of
from services.assignments.rules import expand
from shared.workdays import WorkingDays

YEAR = 2026
PLAN = f"mau-{YEAR}"
MONTHS = 12


@dataclass(frozen=True)
class Size:
    """How many agencies deliver, how many never do, their duties, and for how many months at the year's end somebody
    is reminded."""

    delivering: int
    silent: int
    duties: int
    chased: int

    @classmethod
    def holding(cls, events: int) -> "Size":
        """As small as it can be for so many events of one occurrence each."""
        delivering = min(90, max(9, events // 30))
        duties = -(-events // (delivering * MONTHS))
        return cls(delivering, max(3, delivering // 8), duties, 1 if events < 2_000 else 2)

    @property
    def agencies(self) -> list[str]:
        return [f"co-quan-{n:03}" for n in range(self.delivering + self.silent)]

    @property
    def who_deliver(self) -> list[str]:
        return self.agencies[: self.delivering]

    @property
    def first_chased(self) -> int:
        """The month."""
        return MONTHS - self.chased + 1


@dataclass(frozen=True)
class SamplePlan:
    """The file's bytes; who owes what in which period (start, end, register_by); and the working days."""

    source: bytes
    dues: dict[tuple[str, str, str], tuple[date, date, date]]
    workdays: WorkingDays


def sample_plan(size: Size) -> SamplePlan:
    """The plan of that size. Everything in it is a sample."""
    content = {
        **_HEAD,
        "chase_from": date(YEAR, size.first_chased, 1),
        "agencies": [_COORDINATOR, _COMMITTEE, *(_agency(name) for name in size.agencies)],
        "duties": [_duty(f"M.{n}") for n in range(1, size.duties + 1)],
    }
    source = yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
    plan = load_plan(source, "sample")
    dues = {
        (a.agency, a.duty, due.period): (due.start, due.end, due.register_by)
        for a in expand(plan).values()
        for due in a.occurrences
    }
    return SamplePlan(source, dues, calendar_of(plan))


_HEAD = {
    "id": PLAN,
    "year": YEAR,
    "title": "Kế hoạch mẫu",
    "number": "unknown",
    "issued_on": "unknown",
    "coordinator": "so-mau",
    "recipient": "ubnd",
    "time_zone": "Asia/Ho_Chi_Minh",
    "effective_from": date(YEAR, 1, 1),
    "contact": {"name": "Nguyễn Văn Mẫu (mẫu)", "phone": "000 (mẫu)", "email": "mau@so-mau.example"},
    "report": {"place": "Mẫu", "number_suffix": "BC-M", "receivers": ["Như trên"], "archive": "VT"},
    "holidays": {"country": "VN"},
    "kinds": {"department": "Sở", "committee": "Ủy ban nhân dân", "agency": "Cơ quan"},
    "groups": {"all": {"name": "Các cơ quan", "kinds": ["agency"]}},
    "headings": {"press": "Báo chí"},
    "channels": {"radio": "Phát thanh"},
}
_COORDINATOR = {
    "id": "so-mau", "kind": "department", "name": "Sở Mẫu", "short_name": "Sở Mẫu", "emails": ["vanthu@so-mau.example"],
}  # fmt: skip
_COMMITTEE = {"id": "ubnd", "kind": "committee", "name": "Ủy ban nhân dân tỉnh", "short_name": "UBND tỉnh"}


def _agency(name: str) -> dict[str, object]:
    return {
        "id": name,
        "kind": "agency",
        "name": f"Cơ quan mẫu {name[-3:]}",
        "short_name": f"CQ {name[-3:]}",
        "emails": [f"vanthu@{name}.example"],
        "head_emails": [f"lanhdao@{name}.example"],
    }


def _duty(name: str) -> dict[str, object]:
    return {
        "id": name,
        "clause": name,
        "title": f"Chuyên mục mẫu {name}",
        "heading": "press",
        "count": "explicit",
        "frequency": "monthly",
        "lead": "so-mau",
        "performers": {"groups": ["all"]},
        "channel": "radio",
    }
