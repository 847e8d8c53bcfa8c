"""Which keys count, by agency and moment."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.identity.keys import Key, KeyRefused, Keys, counting, ended_now, from_json, to_json, with_key

NOW = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _keys() -> Keys:
    """`dai` with an old key that counts for another hour."""
    return with_key(with_key({}, "dai", Key("UA", NOW), NOW), "dai", Key("UB", NOW), NOW + HOUR)


def test_an_old_key_counts_until_its_end_and_the_new_one_after_it() -> None:
    keys = _keys()
    assert counting(keys, NOW) == {"dai": ["UA", "UB"]}
    assert counting(keys, NOW + HOUR) == {"dai": ["UB"]}


def test_an_end_is_never_put_off() -> None:
    """A third key with a longer overlap lets the first one end when it was to."""
    keys = with_key(_keys(), "dai", Key("UC", NOW), NOW + 5 * HOUR)
    assert counting(keys, NOW + 2 * HOUR) == {"dai": ["UB", "UC"]}


def test_who_has_none_that_counts_is_nobody() -> None:
    assert counting(ended_now(_keys(), "dai", NOW), NOW) == {}
    assert ended_now(_keys(), "huyen", NOW) == _keys()


def test_ended_keys_stay_on_record() -> None:
    """So that a key in the server's log can be traced to its agency; and what is stored is what is read."""
    keys = ended_now(_keys(), "dai", NOW)
    assert [key.public for key in keys["dai"]] == ["UA", "UB"]
    assert from_json(to_json(keys)) == keys


@pytest.mark.parametrize("agency", ["", "a.b", "*", ">", "a b", "../x", 'a"', "đài", "a" * 101])
def test_what_could_be_more_than_one_name_is_refused(agency: str) -> None:
    """The name becomes part of subjects, of the configuration and of a file's name."""
    with pytest.raises(KeyRefused, match="letters, digits, - and _"):
        with_key({}, agency, Key("UA", NOW), NOW)
