"""The mail that signs in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from services.reports.desk.letter import sign_in_letter
from services.reports.desk.officer_store import Officer
from shared.contracts.officers import Role

NOW = datetime(2023, 3, 8, 1, tzinfo=UTC)
LINK = "http://127.0.0.1:8104/ban-dieu-hanh/vao/thu/0123456789012345678901"


@pytest.mark.parametrize("name", ["Nguyễn Thị Mẫu", "x\r\nBcc: y@z.example", "{link} {0} %s", "<script>"])
def test_a_name_is_only_text(name: str) -> None:
    """Whatever an officer is called, there is one recipient, one link, and no header more."""
    officer = Officer("can-bo@stttt.example", name, Role.VIEWER)
    letter = sign_in_letter(officer, LINK, "nhac-viec@stttt.example", "vao.1", NOW)
    mail = message_from_bytes(letter.body, policy=policy.default)
    assert mail["To"] == letter.to == officer.email
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<vao.1@stttt.example>"
    assert mail.get_content().count(LINK) == 1
    assert name.partition("\r")[0] in mail.get_content()


def test_the_link_stands_on_a_line_of_its_own_as_it_is_sent() -> None:
    """So that who reads the raw file, as in an inbox of files, can open it."""
    letter = sign_in_letter(Officer("a@b.example", "Mẫu", Role.ADMIN), LINK, "c@d.example", "vao.1", NOW)
    assert f"\r\n{LINK}\r\n".encode() in letter.body
