"""The sample year: the same in every run, for any plan, with something of everything, all of it marked."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from deploy.demo.events import MARK, Decide, Post
from deploy.demo.sample_year import Year, sample_year
from services.assignments.plan_file import load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand

ROOT = Path(__file__).parents[4]
PLANS = (ROOT / "plans" / "quang-ngai-2023.yaml", ROOT / "tests" / "plans" / "dong-hai-2026.yaml")


def _year(path: Path) -> Year:
    plan = load_plan(path.read_bytes(), path.name)
    return sample_year(resolve(plan, 1, plan.effective_from), expand(plan))


@pytest.fixture(params=PLANS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def _posts(year: Year) -> list[tuple[date, Post]]:
    return [(day, step) for day, steps in year.steps.items() for step in steps if isinstance(step, Post)]


def test_the_same_plan_gives_the_same_year(path: Path) -> None:
    """Nothing hangs on the clock, on hashes or on an earlier call."""
    assert _year(path) == _year(path)


def test_every_output_is_marked_as_a_sample(path: Path) -> None:
    """Each title that can be read says so, and each address ends in .example."""
    for _, post in _posts(_year(path)):
        try:
            data = json.loads(post.body)["data"]
        except ValueError:
            continue  # bytes that are no JSON, on purpose
        assert data["title"].startswith(MARK)
        assert ".example/" in data.get("url", ".example/")


def test_days_are_those_of_the_year_and_the_weeks_after(path: Path) -> None:
    """No step lies outside the days that are published."""
    year = _year(path)
    assert year.first <= min(year.steps)
    assert max(year.steps) <= year.last


def test_no_right_output_is_posted_before_it_is_out(path: Path) -> None:
    """Only the one that is wrong on purpose is of the future."""
    early = []
    for day, post in _posts(_year(path)):
        try:
            published = date.fromisoformat(json.loads(post.body)["data"]["published_on"])
        except ValueError:
            continue
        if published > day:
            early.append(post.id)
    assert early == ["wrong-future"]


def test_one_event_is_posted_again_and_no_other_shares_its_id(path: Path) -> None:
    """The repeat is the same bytes; all other ids differ."""
    times = Counter((post.agency, post.id) for _, post in _posts(_year(path)))
    repeated = [key for key, count in times.items() if count > 1]
    assert len(repeated) == 1
    assert len({post.body for _, post in _posts(_year(path)) if (post.agency, post.id) == repeated[0]}) == 1


def test_the_real_plan_gets_an_exemption_an_extension_and_nothing_to_report() -> None:
    """Each decision names its occurrence, an approver, a document and a reason, and is marked as a sample."""
    decisions = [s for steps in _year(PLANS[0]).steps.values() for s in steps if isinstance(s, Decide)]
    assert sorted((d.endpoint, d.fields.get("kind", "")) for d in decisions) == [
        ("excuse", "exemption"),
        ("excuse", "nothing_to_report"),
        ("extend", ""),
    ]
    for decision in decisions:
        assert {"plan", "duty", "agency", "period", "approver", "document", "reason"} <= decision.fields.keys()
        assert "mẫu" in decision.fields["reason"]
