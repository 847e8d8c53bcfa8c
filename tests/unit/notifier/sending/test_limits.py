"""A domain's share: so many mails at once, and in any minute, and each that is put off has a turn of its own."""

from hypothesis import given
from hypothesis import strategies as st

from services.notifier.sending.limits import FULL_FOR, LONGEST, MINUTE, Limits, domains_of

ONE, OTHER = frozenset({"mot.example"}), frozenset({"hai.example"})


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def limits(at_once: int = 2, per_minute: int = 1000) -> tuple[Limits, Clock]:
    clock = Clock()
    return Limits(at_once, per_minute, clock), clock


def test_so_many_at_once() -> None:
    """The next one is asked to come again, until one of them has left; other domains aren't held up."""
    limit, _ = limits(at_once=2)
    assert [limit.enter(ONE), limit.enter(ONE)] == [0.0, 0.0]
    assert limit.enter(ONE) == FULL_FOR
    assert limit.enter(OTHER) == 0.0
    limit.leave(ONE)
    assert limit.enter(ONE) == 0.0
    assert limit.enter(ONE) >= FULL_FOR


def test_so_many_in_any_minute() -> None:
    """Whoever left counts for a minute from when it began; then there is room for just as many."""
    limit, clock = limits(per_minute=3)
    for _ in range(3):
        assert limit.enter(ONE) == 0.0
        limit.leave(ONE)
        clock.now += 10
    assert limit.enter(ONE) == MINUTE - 30
    clock.now += MINUTE - 30
    assert limit.enter(ONE) == 0.0
    limit.leave(ONE)
    assert limit.enter(ONE) > 0.0


def test_a_counter_lives_as_long_as_it_counts() -> None:
    """One mail that takes longer than a minute still counts as one at once when its beginning is forgotten."""
    limit, clock = limits(at_once=1, per_minute=1)
    assert limit.enter(ONE) == 0.0
    clock.now += 2 * MINUTE
    assert limit.enter(ONE) == FULL_FOR
    limit.leave(ONE)
    assert limit.enter(ONE) == 0.0


def test_a_mail_to_two_domains_needs_room_at_both() -> None:
    """Where one is full the mail counts at neither."""
    limit, _ = limits(at_once=1)
    assert limit.enter(ONE) == 0.0
    assert limit.enter(ONE | OTHER) == FULL_FOR
    assert limit.enter(OTHER) == 0.0


def test_who_is_put_off_comes_when_there_is_room() -> None:
    """A thousand that find a domain full come back one after another at the pace that the domain bears, each once:
    nobody is claimed and put back again and again."""
    limit, clock = limits(at_once=10, per_minute=600)
    turns = [(clock.now, number) for number in range(1000)]
    asked = 0
    while turns:
        turns.sort()
        clock.now, number = turns.pop(0)
        asked += 1
        if wait := limit.enter(ONE):
            turns.append((clock.now + wait, number))
        else:
            limit.leave(ONE)
    assert asked <= 2 * 1000
    assert clock.now <= 1000 + 2 * MINUTE


def test_nobody_waits_for_hours() -> None:
    """What lies far ahead would count as the word of a wrong clock."""
    limit, _ = limits(at_once=1, per_minute=1)
    assert limit.enter(ONE) == 0.0
    assert max(limit.enter(ONE) for _ in range(500)) == LONGEST


@given(st.lists(st.tuples(st.sampled_from([ONE, OTHER, ONE | OTHER]), st.floats(0, 40)), max_size=60))
def test_never_more_than_the_limits(asked: list[tuple[frozenset[str], float]]) -> None:
    """Whoever comes when, no minute has more beginnings than it may."""
    limit, clock = limits(at_once=1, per_minute=3)
    begun: dict[str, list[float]] = {"mot.example": [], "hai.example": []}
    for domains, pause in asked:
        clock.now += pause
        if not limit.enter(domains):
            for domain in domains:
                begun[domain].append(clock.now)
            limit.leave(domains)
    for times in begun.values():
        assert all(later - first >= MINUTE - 1e-6 for first, later in zip(times, times[3:], strict=False))


def test_domains_of_addresses() -> None:
    """By the part after the last @, whatever its case."""
    assert domains_of(["a@Mot.example", "b@mot.EXAMPLE", '"x@y"@hai.example']) == ONE | OTHER
    assert domains_of([]) == frozenset()
