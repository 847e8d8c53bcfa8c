"""Subjects of posts: whose they are, and that nobody can guess another's."""

from shared.posting import new_subject, own_subject, poster


def test_who_posted_stands_before_the_part_that_nobody_knows() -> None:
    assert [poster(subject) for subject in (own_subject("dai-1", "s"), new_subject("dai-1"))] == ["dai-1"] * 2
    assert len({new_subject("dai-1"), new_subject("dai-1"), own_subject("dai-1", "s")}) == 3


def test_the_part_is_the_same_as_long_as_the_secret_is() -> None:
    """It differs by agency and by secret: one's own tells nothing of another's. No wildcard fits a piece of it."""
    subjects = [own_subject(*of) for of in (("dai", "s"), ("huyen", "s"), ("dai", "t"), ("dai", "s"))]
    parts = [subject.partition("~")[2] for subject in subjects]
    assert parts[0] == parts[3]
    assert [len(part) for part in set(parts)] == [32] * 3
    assert {subject.count(".") for subject in subjects} == {2}
