"""The chain of a device's events: gaps and conflicts (`docs/service-events.md` §4), judged over a set, whatever its order.

Pure functions over `Link`s. The store notes conflicts as events come in (`conflicts_of`), which finds some if and only if the
whole set has some (`conflicts`); what the assembler judges by is always the whole set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iot.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What matters of an event for its device's chain.

    Attributes:
        index: Place in the log, from 0.
        event_hash: Identity, 32 bytes.
        boot: Boot counter.
        seq: Sequence number.
        captured_ms: Capture, milliseconds since 1970.
        prev: Event hash of the previous event it names, or None.
    """

    index: int
    event_hash: bytes
    boot: int
    seq: int
    captured_ms: int
    prev: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Conflict:
    """Two events of one device that cannot both be honest.

    Attributes:
        code: E_EQUIVOCATION, E_BOOT_BACK or E_CHAIN_FORK.
        first_index: Place of one in the log.
        second_index: Place of the other; for a fork the event whose prev is wrong.
        counts_until_ms: Later capture of the two: an enrolment valid from after it starts anew.
    """

    code: Code
    first_index: int
    second_index: int
    counts_until_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbours:
    """The logged events that a new event of the same device is judged against.

    Attributes:
        same: Those with the same seq.
        below: Those with the next lower seq.
        above: Those with the next higher seq.
        named: Events that the prev of the new event or of one above names, by event hash.
    """

    same: Sequence[Link] = ()
    below: Sequence[Link] = ()
    above: Sequence[Link] = ()
    named: Mapping[bytes, Link]


def has_gap_before(link: Link, below: Iterable[Link]) -> bool:
    """Whether no event in `below` has seq one lower and is the one that `link` names."""
    if link.seq == 0:
        return False
    return not any(b.seq == link.seq - 1 and b.event_hash == link.prev for b in below)


def conflicts_of(new: Link, neighbours: Neighbours) -> list[Conflict]:
    """Conflicts that a new event brings to a log in which the events before it were judged the same way."""
    found = [_conflict(Code.E_EQUIVOCATION, other, new) for other in neighbours.same]
    found += _boot_back(neighbours.below, [new]) + _boot_back([new], neighbours.above)
    found += _fork(new, neighbours.named, neighbours.below)
    for above in neighbours.above:
        found += _fork(above, neighbours.named, [new])
    return found


def conflicts(links: Iterable[Link]) -> list[Conflict]:
    """All conflicts in a set of events of one device."""
    by_seq: dict[int, list[Link]] = {}
    for link in sorted(links, key=lambda one: (one.seq, one.index)):
        by_seq.setdefault(link.seq, []).append(link)
    by_hash = {link.event_hash: link for same in by_seq.values() for link in same}
    found: list[Conflict] = []
    below: list[Link] = []
    for same in by_seq.values():
        found += [_conflict(Code.E_EQUIVOCATION, same[0], other) for other in same[1:]]
        found += _boot_back(below, same)
        for link in same:
            found += _fork(link, by_hash, below)
        below = same
    return found


def _boot_back(below: Sequence[Link], above: Sequence[Link]) -> list[Conflict]:
    return [_conflict(Code.E_BOOT_BACK, b, a) for b in below for a in above if a.boot < b.boot]


def _fork(link: Link, by_hash: Mapping[bytes, Link], below: Sequence[Link]) -> list[Conflict]:
    """`below` are events with a seq under that of `link`; only the highest of them matter."""
    named = by_hash.get(link.prev) if link.prev else None
    if named is None or named.index >= link.index:
        return []
    skips = named.seq >= link.seq or any(b.seq > named.seq for b in below)
    return [_conflict(Code.E_CHAIN_FORK, named, link)] if skips else []


def _conflict(code: Code, first: Link, second: Link) -> Conflict:
    return Conflict(
        code=code,
        first_index=first.index,
        second_index=second.index,
        counts_until_ms=max(first.captured_ms, second.captured_ms),
    )
