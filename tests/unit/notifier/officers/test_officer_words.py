"""What officers read about reminders."""

import shlex
from datetime import date

import pytest
from click.testing import CliRunner

from deploy.commands.duty import command
from services.notifier.officers.officer_words import confirming
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Answered

WHICH = OccurrenceKey(plan="mau-2023", duty="III.2", agency="tt-a", period="2023-02")
ANSWER = Answered(
    event="answered:1", agency="tt-a", day=date(2023, 3, 8), kind=AnswerKind.NOTHING_TO_REPORT, reason="không có bài"
)


@pytest.mark.parametrize(
    ("filled", "left"),
    [({}, "--document"), ({"--approver": "UBND tỉnh (mẫu)"}, "--document"), ({"--document": "01/CV"}, "--approver")],
)
def test_a_confirming_command_is_refused_until_it_is_filled_in(filled: dict[str, str], left: str) -> None:
    """Run as it is printed, or half filled in, it decides nothing and names the option that is still empty."""
    words = shlex.split(confirming(WHICH, ANSWER) or "")
    for option, text in filled.items():
        words[words.index(option) + 1] = text
    done = CliRunner().invoke(command, words[2:])
    assert done.exit_code == 2
    assert f"Invalid value for '{left}': it is empty; write it between the quotation marks" in done.output
