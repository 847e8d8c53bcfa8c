"""Single messages of integrators: right ones, and ones in which something is wrong."""

import json
from dataclasses import dataclass, field
from datetime import date

from tests.faults.sample_plan import PLAN, YEAR

SOURCE = "/sample/load"
TYPE = "vn.dondoc.output.submitted.v1"


@dataclass(frozen=True)
class Post:
    """One message of an integrator. `recorded` is whether it must be: else it must be rejected."""

    key: str
    agency: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    recorded: bool = True

    @property
    def subject(self) -> str:
        return f"dondoc.intake.{self.agency}"


def event(key: str, agency: str, duty: str, published: date) -> Post:
    """An output that is to be recorded."""
    data = {
        "plan": PLAN,
        "duty": duty,
        "title": f"Sản phẩm mẫu {key}",
        "published_on": published.isoformat(),
        "channel": "radio",
        "url": f"https://{agency}.example/{key}",
    }
    return Post(key, agency, _envelope(key, data))


def _envelope(key: str, data: object) -> bytes:
    event = {"specversion": "1.0", "id": key, "source": SOURCE, "type": TYPE, "data": data}
    return json.dumps(event, ensure_ascii=False).encode()


def poison(key: str, agency: str, kind: int) -> Post:
    """A message that is to be rejected; there are four kinds."""
    right = {"title": f"Mẫu {key}", "published_on": f"{YEAR}-09-01", "duty": "M.1"}
    match kind % 4:
        case 0:
            return Post(key, agency, f"no JSON {key}".encode(), recorded=False)
        case 1:
            return Post(key, agency, _envelope(key, {**right, "titel": "misspelt"}), recorded=False)
        case 2:
            headers = {"ce-specversion": "0.3", "ce-id": key, "ce-source": SOURCE, "ce-type": TYPE}
            return Post(key, agency, json.dumps(right).encode(), headers, recorded=False)
        case _:
            return Post(key, agency, f'{{"{key}": '.encode() + b"\xff\xfe}", recorded=False)
