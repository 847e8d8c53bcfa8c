"""The secret of the links in mails."""

from pathlib import Path

import pytest

from deploy.link_secret import link_secret
from deploy.servers.trouble import CannotStart
from shared.settings import LEAST_SECRET


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Links in mails that are out must count after the next start."""
    made = link_secret(tmp_path)
    assert len(made) >= LEAST_SECRET
    assert link_secret(tmp_path) == made
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_folder_has_its_own(tmp_path: Path) -> None:
    """It comes from no seed that two houses share."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert link_secret(tmp_path / "a") != link_secret(tmp_path / "b")


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    """In one line that names the file."""
    with pytest.raises(CannotStart, match="link-secret"):
        link_secret(tmp_path / "missing")
