"""Chains of devices: what is noted event by event, and what the whole set tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from iot.codes import Code
from iot.log.device_chain import Link, Neighbours, conflicts, conflicts_of, has_gap_before

if TYPE_CHECKING:
    from collections.abc import Sequence


def link(index: int, seq: int, *, boot: int = 1, prev: bytes | None = None, t: int = 0) -> Link:
    return Link(index=index, event_hash=name(index), boot=boot, seq=seq, captured_ms=t, prev=prev)


def name(index: int) -> bytes:
    return bytes([index]) * 32


def neighbours(new: Link, before: Sequence[Link]) -> Neighbours:
    """The neighbours of a new event, found the slow way."""
    below = max((b.seq for b in before if b.seq < new.seq), default=None)
    above = min((b.seq for b in before if b.seq > new.seq), default=None)
    return Neighbours(
        same=[b for b in before if b.seq == new.seq],
        below=[b for b in before if b.seq == below],
        above=[b for b in before if b.seq == above],
        named={b.event_hash: b for b in before},
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Link]:
    """Events in the order of the log, most of them odd: any seq, any boot, naming any earlier or later event."""
    count = draw(st.integers(1, 7))
    return [
        link(
            index,
            draw(st.integers(0, 6)),
            boot=draw(st.integers(1, 2)),
            prev=draw(st.none() | st.integers(0, count).map(name)),
            t=draw(st.integers(0, 5)),
        )
        for index in range(count)
    ]


@given(histories())
@settings(max_examples=1000, deadline=None)
def test_something_is_noted_at_receipt_if_and_only_if_the_whole_set_has_a_conflict(
    history: list[Link],
) -> None:
    noted: list[object] = []
    for n, new in enumerate(history):
        noted += conflicts_of(new, neighbours(new, history[:n]))
        assert bool(noted) == bool(conflicts(history[: n + 1]))


@given(st.integers(1, 8), st.randoms())
def test_an_honest_chain_has_no_conflict_in_whatever_order_it_arrives(count: int, random: object) -> None:
    order = list(range(count))
    random.shuffle(order)  # type: ignore[attr-defined]
    where = {seq: index for index, seq in enumerate(order)}
    links = [
        link(index, seq, boot=1 + seq // 3, prev=name(where[seq - 1]) if seq else None)
        for index, seq in enumerate(order)
    ]
    assert conflicts(links) == []
    for one in links:
        assert not has_gap_before(one, links)


def test_each_kind_of_conflict_is_told_with_the_later_capture() -> None:
    first, second = link(0, 0, t=5), link(1, 1, prev=name(0), t=9)
    twice = link(2, 1, prev=name(0), t=7)
    back = link(2, 2, boot=0, prev=name(1), t=11)
    forked = link(2, 2, prev=name(0), t=13)
    assert [(c.code, c.counts_until_ms) for c in conflicts([first, second])] == []
    assert [(c.code, c.counts_until_ms) for c in conflicts([first, second, twice])] == [
        (Code.E_EQUIVOCATION, 9)
    ]
    assert [(c.code, c.counts_until_ms) for c in conflicts([first, second, back])] == [(Code.E_BOOT_BACK, 11)]
    assert [(c.code, c.counts_until_ms) for c in conflicts([first, second, forked])] == [
        (Code.E_CHAIN_FORK, 13)
    ]


def test_a_gap_is_a_missing_or_another_event_before() -> None:
    before = link(0, 0)
    assert not has_gap_before(link(1, 1, prev=name(0)), [before])
    assert has_gap_before(link(1, 2, prev=name(0)), [before])
    assert has_gap_before(link(1, 1, prev=name(9)), [before])
    assert has_gap_before(link(1, 1), [before])
    assert not has_gap_before(link(1, 0), [])
