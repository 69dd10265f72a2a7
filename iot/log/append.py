"""Appends verified events to the log inside one transaction: duplicates, chain of the device, leaves, subtrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from iot.codes import Code
from iot.log.device_chain import Link, Neighbours, conflicts_of, has_gap_before
from iot.log.log import grow_tiles
from iot.log.merkle import leaf_hash
from iot.log.tables import conflicts, devices, head, leaves
from kit.sql import insert_missing, insert_rows, one_of, upsert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from iot.event.message import VerifiedMessage
    from iot.log.device_chain import Conflict

LINK_COLUMNS = (
    leaves.c.position, leaves.c.event_hash, leaves.c.boot, leaves.c.seq, leaves.c.captured_ms, leaves.c.prev,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An event that may enter the log.

    Attributes:
        verified: The event with its message.
        notes: Conditions of the clock found at receipt.
    """

    verified: VerifiedMessage
    notes: tuple[Code, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AppendResult:
    """Where an event stands in the log, and what was found.

    Attributes:
        index: Its place, from 0.
        is_new: False if it was there before.
        codes: Conditions found; they do not keep it out.
    """

    index: int
    is_new: bool
    codes: tuple[Code, ...]


def append(connection: Connection, candidates: Sequence[Candidate], now_seconds: int) -> list[AppendResult]:
    """Appends events in order; the transaction's end commits them all or none.

    Args:
        connection: In a writing transaction.
        candidates: Verified events; one may be there already, or twice.
        now_seconds: Receipt, seconds since 1970.
    """
    # The row lock makes writers of other processes wait here (on SQLite the transaction began immediate).
    size = connection.execute(select(head.c.size).with_for_update()).scalar_one()
    batch = _Batch(connection, size, now_seconds)
    batch.load(candidates)
    results = [batch.append(candidate) for candidate in candidates]
    batch.write()
    if batch.size > size:
        grow_tiles(connection, size, batch.size)
        connection.execute(update(head).values(size=batch.size))
    return results


def link_of(row: Any) -> Link:
    """A row of `LINK_COLUMNS`."""
    return Link(index=row[0], event_hash=row[1], boot=row[2], seq=row[3], captured_ms=row[4], prev=row[5])


class _Batch:
    def __init__(self, connection: Connection, size: int, now_seconds: int) -> None:
        self.size = size
        self._connection = connection
        self._now_seconds = now_seconds
        self._known: dict[bytes, int] = {}
        self._last: dict[bytes, tuple[int, int, bytes]] = {}
        self._moved: set[bytes] = set()
        self._rows: list[tuple[Any, ...]] = []
        self._conflicts: list[dict[str, Any]] = []

    def load(self, candidates: Sequence[Candidate]) -> None:
        hashes = [c.verified.event_hash for c in candidates]
        known = select(leaves.c.event_hash, leaves.c.position).where(
            one_of(self._connection, leaves.c.event_hash, hashes)
        )
        self._known = {row.event_hash: row.position for row in self._connection.execute(known)}
        ids = {c.verified.event.device for c in candidates}
        last = select(devices.c.device, devices.c.seq, devices.c.boot, devices.c.event_hash).where(
            one_of(self._connection, devices.c.device, ids)
        )
        for device, seq, boot, event_hash in self._connection.execute(last):
            self._last[device] = (seq, boot, event_hash)

    def append(self, candidate: Candidate) -> AppendResult:
        verified = candidate.verified
        known = self._known.get(verified.event_hash)
        if known is not None:
            return AppendResult(index=known, is_new=False, codes=(Code.E_DUP,))
        event = verified.event
        link = Link(
            index=self.size,
            event_hash=verified.event_hash,
            boot=event.boot,
            seq=event.seq,
            captured_ms=event.captured_ms,
            prev=event.prev,
        )
        codes = candidate.notes if self._follows(event.device, link) else (
            *self._judge(event.device, link), *candidate.notes,
        )  # fmt: skip
        self._add(verified, codes)
        self._remember(event.device, link)
        return AppendResult(index=link.index, is_new=True, codes=codes)

    def write(self) -> None:
        """Writes everything that waits."""
        self._write_leaves()
        if self._conflicts:
            insert_missing(self._connection, conflicts, self._conflicts)
        if self._moved:
            rows = [
                {"device": d, "seq": last[0], "boot": last[1], "event_hash": last[2]}
                for d, last in self._last.items()
                if d in self._moved
            ]
            upsert(self._connection, devices, rows)

    def _follows(self, device: bytes, link: Link) -> bool:
        """Whether the event is simply the device's next one, so that nothing can contradict it."""
        last = self._last.get(device)
        if last is None:
            return link.seq == 0 and link.prev is None
        return link.seq == last[0] + 1 and link.boot >= last[1] and link.prev == last[2]

    def _judge(self, device: bytes, link: Link) -> tuple[Code, ...]:
        self._write_leaves()  # the neighbours may be in this very batch
        neighbours = self._neighbours(device, link)
        found = conflicts_of(link, neighbours)
        self._conflicts += [_conflict_row(device, conflict) for conflict in found]
        gap = (Code.E_CHAIN_GAP,) if has_gap_before(link, neighbours.below) else ()
        return (*dict.fromkeys(conflict.code for conflict in found), *gap)

    def _neighbours(self, device: bytes, link: Link) -> Neighbours:
        lower, higher = leaves.c.seq < link.seq, leaves.c.seq > link.seq
        below = self._links(device, leaves.c.seq == self._one(device, func.max(leaves.c.seq), lower))
        above = self._links(device, leaves.c.seq == self._one(device, func.min(leaves.c.seq), higher))
        names = {one.prev for one in (link, *above) if one.prev}
        named = self._links(device, leaves.c.event_hash.in_(names))
        return Neighbours(
            same=self._links(device, leaves.c.seq == link.seq),
            below=below,
            above=above,
            named={one.event_hash: one for one in named},
        )

    def _one(self, device: bytes, column: Any, where: ColumnElement[bool]) -> Any:
        return select(column).where(leaves.c.device == device, where).scalar_subquery()

    def _links(self, device: bytes, where: ColumnElement[bool]) -> list[Link]:
        query = select(*LINK_COLUMNS).where(leaves.c.device == device, where).order_by(leaves.c.position)
        return [link_of(row) for row in self._connection.execute(query)]

    def _add(self, verified: VerifiedMessage, codes: tuple[Code, ...]) -> None:
        """Adds a row of `leaves`."""
        event = verified.event
        self._rows.append(
            (
                self.size, leaf_hash(verified.message), verified.event_hash, verified.message, event.device, event.boot,
                event.seq, event.prev, event.captured_ms, event.type, event.task, event.actor,
                self._now_seconds, ",".join(codes),
            )
        )  # fmt: skip
        self._known[verified.event_hash] = self.size
        self.size += 1

    def _remember(self, device: bytes, link: Link) -> None:
        last = self._last.get(device)
        if last is None or link.seq > last[0]:
            self._last[device] = (link.seq, link.boot, link.event_hash)
            self._moved.add(device)

    def _write_leaves(self) -> None:
        if self._rows:
            insert_rows(self._connection, leaves, self._rows)
            self._rows = []


def _conflict_row(device: bytes, conflict: Conflict) -> dict[str, Any]:
    return {
        "device": device,
        "code": conflict.code.value,
        "first_index": conflict.first_index,
        "second_index": conflict.second_index,
        "counts_until_ms": conflict.counts_until_ms,
    }
