"""A file is what its first bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.file_types import HEAD, file_type
from shared.contracts.evidence import NAMES, FileType, Kind
from tests.unit.submissions.sample_files import HEADS, OTHERS, mp3_frames, sample


@pytest.mark.parametrize("kind", HEADS)
def test_each_kind_that_is_taken_is_known(kind: str) -> None:
    """By its beginning alone, and with whatever follows."""
    expected, head = HEADS[kind]
    assert file_type(head) == file_type(sample(kind)[:HEAD]) == expected


def test_there_is_a_sample_of_every_type() -> None:
    """What the contract names, nothing is forgotten."""
    assert {kind for kind, _ in HEADS.values()} == set(FileType)
    assert all(word.lower() in " ".join([*HEADS, *FileType]) for word in NAMES.replace(" or ", ", ").split(", "))


@pytest.mark.parametrize("kind", OTHERS)
def test_whatever_else_is_none(kind: str) -> None:
    """Pages, programs, archives, pictures of other kinds, and files that only look like one for a moment."""
    assert file_type(OTHERS[kind]) is None


@given(st.sampled_from(sorted(HEADS)), st.binary(max_size=200))
def test_what_follows_changes_nothing(kind: str, more: bytes) -> None:
    """A type that is known by its head stays it, whatever stands behind."""
    if kind not in {"mp3", "mp3 of speech", "jpeg", "exif"}:  # of which more bytes are read
        assert file_type(HEADS[kind][1] + more) == HEADS[kind][0]


@given(st.text(max_size=200))
def test_text_is_no_file_that_is_taken(text: str) -> None:
    """Whatever a browser could read as a page, a script or a drawing."""
    if not text.startswith(("%PDF-", "ID3", "RIFF")) and text[4:8] != "ftyp":
        assert file_type(text.encode("utf-8", "replace")) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data: bytes) -> None:
    """However short or broken: a type or none, never an error."""
    assert file_type(data) in {None, *FileType}


@given(st.binary(min_size=1, max_size=100), st.integers(1, 3))
def test_a_frame_needs_another_one_behind_it(after: bytes, frames: int) -> None:
    """Two bytes of a header are met by chance; frames that follow each other aren't."""
    whole = mp3_frames(frames)
    assert file_type(whole) is FileType.MP3
    if frames == 1 and after[0] != 0xFF:
        assert file_type(whole + after) is None


def test_kinds_are_those_of_the_limits() -> None:
    """A PDF and a picture are documents."""
    kinds = {kind: {one.name for one in FileType if one.kind is kind} for kind in Kind}
    assert kinds[Kind.DOCUMENT] == {"PDF", "JPEG", "PNG", "WEBP"}
    assert kinds[Kind.AUDIO] == {"MP3", "M4A", "WAV", "OGG"}
    assert kinds[Kind.VIDEO] == {"MP4", "WEBM"}
