"""The status: the report's own counts, of all or of one agency, and what is owed now."""

import pytest

from services.reports.answer_status import status_of
from shared.contracts.ledger import State
from shared.outcomes import Rejected
from tests.unit.reports.sample import sample_report


def test_the_status_of_all_has_the_reports_totals() -> None:
    """The same counts, figure by figure."""
    status, report = status_of(sample_report(), None), sample_report()
    assert status.totals == report.totals
    assert status.months == report.months


def test_the_status_of_an_agency_has_its_line_of_the_report() -> None:
    """Totals and the only agency's line are those of the report."""
    status = status_of(sample_report(), "tt-nui")
    line = next(line for line in sample_report().agencies if line.id == "tt-nui")
    assert status.totals == line.totals
    assert [agency.id for agency in status.agencies] == ["tt-nui"]
    assert [duty.id for duty in status.duties] == ["III.11"]


def test_what_is_owed_comes_in_the_order_in_which_it_is_due() -> None:
    """Overdue and open occurrences, the most urgent first, nothing that is met or upcoming."""
    owed = status_of(sample_report(), None).owed
    assert {line.state for line in owed} == {State.OVERDUE, State.OPEN}
    assert [line.register_by for line in owed] == sorted(line.register_by for line in owed)


def test_what_is_owed_jointly_is_shown_to_the_partner() -> None:
    """The round table stands under the newspaper; the broadcaster owes it as well."""
    status = status_of(sample_report(), "dai")
    assert "V.7" in {line.duty for line in status.owed}
    assert "V.7" not in {line.id for line in status.duties}


def test_an_unknown_agency_is_refused_with_the_nearest() -> None:
    """A slip of the finger gets the name that was meant."""
    with pytest.raises(Rejected, match="did you mean tt-nui"):
        status_of(sample_report(), "tt-nuii")
