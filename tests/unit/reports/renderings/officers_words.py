"""The sample report with parts that an officer wrote."""

from collections.abc import Mapping

from shared.contracts.narrative import Part
from shared.contracts.report import ConsolidatedReport
from tests.unit.reports.sample import AS_OF, sample_report


def written(texts: Mapping[Part, str]) -> ConsolidatedReport:
    """Those texts stand in the report; the other parts wait."""
    report = sample_report()
    lines = tuple(
        line.model_copy(update={"text": texts[line.id], "supplied_by": "mau@stttt.example", "supplied_on": AS_OF})
        if line.id in texts
        else line
        for line in report.narrative
    )
    return report.model_copy(update={"narrative": lines})
