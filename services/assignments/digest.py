"""Whether two plan files say the same."""

import json
from datetime import date
from hashlib import sha256

from services.assignments.plan_file.model import PlanFile
from services.assignments.resolve import resolve


def digest(plan: PlanFile) -> str:
    """SHA-256 (hex) of what the file says: comments, layout and the order of keys within an entry don't count,
    the order of agencies, duties and headings does. Days off count as they are computed, so that a holiday
    which the library learns of later is a change."""
    published = resolve(plan, revision=1, day=date.min)
    said = [plan.model_dump(mode="json"), published.model_dump(mode="json")]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
