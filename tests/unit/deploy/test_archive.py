"""A backup on disk: whole or not there, and what is damaged is refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import bson
import pytest

from deploy.archive import (
    FORMAT,
    MANIFEST,
    Manifest,
    NoBackup,
    check,
    new_archive,
    read_collection,
    read_manifest,
    write_collection,
    write_manifest,
)

DOCUMENTS = [bson.encode({"_id": number, "text": "bản tin" * number}) for number in range(50)]


async def _stream() -> AsyncIterator[bytes]:
    for document in DOCUMENTS:
        yield document


async def _backup(folder: Path, times: int = 1) -> Manifest:
    with new_archive(folder) as partial:
        for _ in range(times):
            file = await write_collection(partial, "reports", "plans", _stream())
        manifest = Manifest(format=FORMAT, product="1", moment=datetime.now(UTC), files=(file,))
        write_manifest(partial, manifest)
    return manifest


async def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    """The manifest and every document, byte for byte."""
    manifest = await _backup(tmp_path / "b")
    assert read_manifest(tmp_path / "b") == manifest
    check(tmp_path / "b", manifest)
    assert list(read_collection(tmp_path / "b", manifest.files[0])) == DOCUMENTS
    assert manifest.files[0].documents == len(DOCUMENTS)


async def test_one_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Neither under its name nor beside it."""
    with pytest.raises(FileExistsError):
        await _backup(tmp_path / "b", times=2)
    assert list(tmp_path.iterdir()) == []


async def test_an_existing_folder_is_never_written_into(tmp_path: Path) -> None:
    """An older backup isn't lost for a newer one."""
    await _backup(tmp_path / "b")
    with pytest.raises(NoBackup, match="is there already"):
        await _backup(tmp_path / "b")


@pytest.mark.parametrize("cut", [1, 20])
async def test_a_file_that_was_cut_is_damaged(tmp_path: Path, cut: int) -> None:
    """Its SHA-256 isn't the manifest's."""
    manifest = await _backup(tmp_path / "b")
    path = tmp_path / "b" / manifest.files[0].name
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(NoBackup, match="is damaged"):
        check(tmp_path / "b", manifest)


async def test_a_file_that_is_gone_or_counts_otherwise_is_told(tmp_path: Path) -> None:
    """A manifest that promises more than there is can't be trusted either."""
    manifest = await _backup(tmp_path / "b")
    more = manifest.files[0].model_copy(update={"documents": 51})
    with pytest.raises(NoBackup, match="holds 50 documents, the manifest says 51"):
        check(tmp_path / "b", manifest.model_copy(update={"files": (more,)}))
    (tmp_path / "b" / more.name).unlink()
    with pytest.raises(NoBackup, match="can't be read"):
        check(tmp_path / "b", manifest)


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "is no backup"), ("{", "is no backup"), ("[]", "is no backup"), ('{"format": 9}', "has format 9")],
)
def test_a_folder_without_a_manifest_of_ours_is_no_backup(tmp_path: Path, text: str | None, said: str) -> None:
    """Missing, cut off, something else, or of a later product."""
    if text is not None:
        (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(NoBackup, match=said):
        read_manifest(tmp_path)
