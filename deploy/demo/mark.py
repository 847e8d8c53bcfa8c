"""Marking the demo's plan as a sample, so that no document of the demo can pass for a real one."""

import yaml

MARK = "(số liệu mẫu)"


def marked(source: bytes) -> bytes:
    """The same plan file with a title that says that the figures are samples. Raises ValueError where it has none."""
    plan = yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 - it reads text alone, the safest there is
    if not isinstance(plan, dict) or not isinstance(plan.get("title"), str):
        raise ValueError("the plan file has no title")
    plan["title"] = f"{plan['title']} {MARK}"
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False).encode()
