"""What hypothesis posts: events that are nearly right, JSON that is none, names that mean something to a database."""

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shared.contracts.outputs import OutputSubmitted

# Real servers stand behind each example: none is fast, and the fixture is the same for all.
PATIENT = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
}
BODIES = settings(max_examples=10, **PATIENT)
OPERATORS = st.sampled_from(
    ["$ne", "$where", "$gt", "$set", "a.b", "__proto__", "\x00", "{{7*7}}", "<script>", "\ud800"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | OPERATORS
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10) | OPERATORS, inner, max_size=4),
    max_leaves=20,
)
fields = st.sampled_from([*OutputSubmitted.model_fields, "nonsense"])
events = st.fixed_dictionaries(
    {
        "specversion": st.just("1.0") | anything,
        "id": st.text(max_size=20) | anything,
        "source": st.just("/cms") | anything,
    },
    optional={
        "type": st.just(OutputSubmitted.TYPE) | anything,
        "data": st.dictionaries(fields, anything | st.just("2026-02-11") | st.just("tv"), max_size=8) | anything,
        "subject": anything,
        "time": anything,
    },
)
no_events = st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))


def written(body: Any) -> bytes:
    """As JSON, with what only Python's reader takes (NaN, lone surrogates) left in."""
    return json.dumps(body).encode()


raw = (events | anything).map(written) | no_events
