"""The token bucket, beside a plain model of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kit.clock import TICKS_PER_SECOND
from ledger_api.admission.rate import MINUTE, Rate
from tests.ledger_api.ticking import Ticking

KEYS = [b"a neighbour", b"another", b"a third"]
# What goes evenly into a minute, and what does not.
PER_MINUTE = st.sampled_from([1, 2, 3, 7, 59, 60, 1000, 10**9])
STEPS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(0, 2) | st.integers(0, 3 * MINUTE) | st.just(MINUTE)),
    max_size=60,
)


@dataclass
class Bucket:
    """A bucket as it is drawn: full at first, a token more after each interval, one less for each request."""

    per_minute: int
    levels: dict[bytes, tuple[Fraction, int]] = field(default_factory=dict)

    @property
    def interval(self) -> int:
        return MINUTE // self.per_minute

    def level(self, key: bytes, now: int) -> Fraction:
        level, at = self.levels.get(key, (Fraction(self.per_minute), now))
        return min(Fraction(self.per_minute), level + Fraction(now - at, self.interval))

    def take(self, key: bytes, now: int) -> bool:
        level = self.level(key, now)
        if level >= 1:
            self.levels[key] = (level - 1, now)
        return level >= 1


@given(per_minute=PER_MINUTE, steps=STEPS)
def test_a_request_passes_when_and_only_when_the_bucket_of_its_key_has_a_token(
    per_minute: int, steps: list[tuple[bytes, int]]
) -> None:
    ticks = Ticking()
    rate, model = Rate(per_minute, keys=len(KEYS), ticks=ticks), Bucket(per_minute)
    for key, passed in steps:
        ticks.now += passed
        assert (rate.take(key) == 0) == model.take(key, ticks.now)


@given(per_minute=st.sampled_from([1, 2, 7, 59]), steps=STEPS)
def test_whoever_comes_again_when_told_is_let_in_and_a_second_earlier_would_not_have_been(
    per_minute: int, steps: list[tuple[bytes, int]]
) -> None:
    ticks = Ticking()
    rate = Rate(per_minute, keys=len(KEYS), ticks=ticks)
    for key, passed in steps:
        ticks.now += passed
        while not (retry_seconds := rate.take(key)):
            pass
        ticks.wait(retry_seconds - 1)
        assert rate.take(key)
        ticks.wait(1)
        assert rate.take(key) == 0


def test_a_flood_leaves_a_neighbour_s_bucket_full() -> None:
    rate = Rate(10, keys=2, ticks=Ticking())
    passed = sum(rate.take(b"flood") == 0 for _ in range(1000))
    assert passed == 10
    assert [rate.take(b"neighbour") for _ in range(10)] == [0] * 10


def test_what_is_refused_uses_nothing_up() -> None:
    ticks = Ticking()
    rate = Rate(60, keys=1, ticks=ticks)
    for _ in range(60):
        assert rate.take(b"flood") == 0
    for _ in range(1000):
        assert rate.take(b"flood") == 1
    ticks.wait(1)
    assert rate.take(b"flood") == 0


def test_a_million_clients_take_the_room_of_those_that_are_remembered() -> None:
    rate = Rate(1, keys=100, ticks=Ticking())
    for number in range(10_000):
        assert rate.take(number.to_bytes(4, "big")) == 0
    assert len(rate) == 100


def test_the_client_that_was_seen_last_is_remembered_and_the_one_longest_unseen_forgotten() -> None:
    rate = Rate(2, keys=2, ticks=Ticking())
    for key in (b"first", b"second", b"first", b"third"):
        assert rate.take(key) == 0
    assert rate.take(b"first") > 0
    assert [rate.take(b"second") for _ in range(2)] == [0, 0]


def test_a_minute_s_worth_may_be_used_at_once_and_comes_back_evenly() -> None:
    ticks = Ticking()
    rate = Rate(6, keys=1, ticks=ticks)
    assert [rate.take(b"one") for _ in range(7)] == [0] * 6 + [10]
    ticks.now += 10 * TICKS_PER_SECOND - 1
    assert rate.take(b"one") == 1
    ticks.now += 1
    assert [rate.take(b"one") for _ in range(2)] == [0, 10]


def test_whoever_was_away_for_a_day_may_not_ask_for_more_at_once() -> None:
    ticks = Ticking()
    rate = Rate(3, keys=1, ticks=ticks)
    assert rate.take(b"one") == 0
    ticks.wait(86_400)
    assert [rate.take(b"one") for _ in range(4)] == [0, 0, 0, 20]
