"""What a visit is judged on: the task's events in the log, and what surrounds them.

`gather` asks store and directory; `Evidence` is plain data, from which `iot.visits.visits.assemble` computes without asking
anyone. The head sets how much of the log is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from iot.event.cose import parse
from iot.event.event import Event, EventType, decode
from iot.log.append import LINK_COLUMNS, link_of
from iot.log.device_chain import conflicts
from iot.log.tables import conflicts as conflict_rows
from iot.log.tables import leaves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from iot.directory import Anchor, DeviceRecord, Directory, TaskRecord
    from iot.log.device_chain import Conflict, Link

VISIT_TYPES = (EventType.CHECK_IN, EventType.CHECK_OUT, EventType.CONFIRMATION)


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedEvent:
    """An event that stands in the log under an anchored head.

    Attributes:
        event: What it says.
        event_hash: SHA-256 of the payload, 32 bytes.
        leaf_hash: Hash of the leaf, 32 bytes.
        index: Place in the log, from 0.
        anchor: First anchored head above it.
    """

    event: Event
    event_hash: bytes
    leaf_hash: bytes
    index: int
    anchor: Anchor


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All that a visit is judged on.

    Attributes:
        task: What the time bank says of the task, or None if it knows none.
        task_id: Id of the task, 16 bytes.
        events: Check-ins, check-outs and confirmations of the task, in the order of the log.
        others: Check-ins and check-outs of other tasks in which the volunteer may have been at the same time.
        devices: What the registry says of every device that signed one of these.
        chains: For each device of the task: its events that are not void, from one before the task's first to its last.
        conflicts: Conflicts of each device of the task.
        places: Place pseudonyms behind the commitments of the beneficiary and the devices, as far as known.
    """

    task: TaskRecord | None
    task_id: bytes
    events: tuple[LoggedEvent, ...]
    others: tuple[LoggedEvent, ...]
    devices: Mapping[bytes, DeviceRecord]
    chains: Mapping[bytes, tuple[Link, ...]]
    conflicts: Mapping[bytes, tuple[Conflict, ...]]
    places: Mapping[bytes, bytes]


def gather(connection: Connection, directory: Directory, task_id: bytes, head: Anchor) -> Evidence:
    """Collects the evidence of one task.

    Args:
        connection: Of `EventStore.reading()`.
        directory: Who knows about devices, tasks, places and anchors.
        task_id: The task, 16 bytes.
        head: Anchored head that the claim will name. To show a visit that is not anchored yet, one with the size of the
            log and the time now.
    """
    reader = _Reader(connection, directory, head)
    task = directory.task(task_id)
    volunteer = task.volunteer if task else None
    events = reader.events(leaves.c.task == task_id, VISIT_TYPES)
    others = reader.overlapping(events, task_id, volunteer) if volunteer else ()
    ids = dict.fromkeys(logged.event.device for logged in (*events, *others))
    devices = {i: record for i in ids if (record := directory.device(i)) is not None}
    commitments = [e.place for record in devices.values() for e in record.enrolments]
    return Evidence(
        task=task,
        task_id=task_id,
        events=events,
        others=others,
        devices=devices,
        chains=reader.chains(events, devices),
        conflicts={i: reader.conflicts(i, devices.get(i)) for i in {e.event.device for e in events}},
        places=_places(directory, commitments + ([task.beneficiary] if task else [])),
    )


def tasks_in_log(connection: Connection, tasks: Collection[bytes], size: int) -> list[bytes]:
    """Those of some tasks that have a check-in, check-out or confirmation among the first `size` leaves.

    Args:
        connection: Of `EventStore.reading()`.
        tasks: Their ids, 16 bytes each.
        size: Number of leaves that are looked at.
    """
    found = select(leaves.c.task).distinct().where(
        leaves.c.task.in_(tasks), leaves.c.type.in_(VISIT_TYPES), leaves.c.position < size
    )  # fmt: skip
    return sorted(connection.execute(found).scalars())


class _Reader:
    """Rows of the log below a head."""

    def __init__(self, connection: Connection, directory: Directory, head: Anchor) -> None:
        self._connection, self._directory = connection, directory
        self._head, self._size = head, head.size
        self._anchors: dict[int, Anchor] = {}

    def events(self, where: object, types: Sequence[EventType]) -> tuple[LoggedEvent, ...]:
        columns = (leaves.c.position, leaves.c.message, leaves.c.event_hash, leaves.c.leaf_hash)
        rows = select(*columns).where(where, leaves.c.type.in_(types), leaves.c.position < self._size)  # type: ignore[arg-type]
        return tuple(self._logged(row) for row in self._connection.execute(rows.order_by(leaves.c.position)))

    def overlapping(
        self, events: Iterable[LoggedEvent], task_id: bytes, volunteer: bytes
    ) -> tuple[LoggedEvent, ...]:
        """Check-ins and check-outs of the volunteer's other tasks whose span reaches into that of `events`."""
        times = [one.event.captured_ms for one in events]
        if not times:
            return ()
        tasks = (
            select(leaves.c.task)
            .where(
                leaves.c.actor == volunteer,
                leaves.c.task != task_id,
                leaves.c.type.in_(VISIT_TYPES[:2]),
                leaves.c.position < self._size,
            )
            .group_by(leaves.c.task)
            .having(func.min(leaves.c.captured_ms) < max(times), func.max(leaves.c.captured_ms) > min(times))
        )
        return self.events(leaves.c.task.in_(tasks), VISIT_TYPES[:2])

    def chains(
        self, events: Iterable[LoggedEvent], devices: Mapping[bytes, DeviceRecord]
    ) -> dict[bytes, tuple[Link, ...]]:
        seqs: dict[bytes, list[int]] = {}
        for logged in events:
            seqs.setdefault(logged.event.device, []).append(logged.event.seq)
        return {i: self._links(i, devices.get(i), min(s) - 1, max(s)) for i, s in seqs.items()}

    def conflicts(self, device: bytes, record: DeviceRecord | None) -> tuple[Conflict, ...]:
        # What was noted at receipt only tells whether there is any; the set decides, so that anyone can compute it.
        noted = select(func.count()).where(
            conflict_rows.c.device == device,
            conflict_rows.c.first_index < self._size,
            conflict_rows.c.second_index < self._size,
        )
        if not self._connection.execute(noted).scalar_one():
            return ()
        return tuple(conflicts(self._links(device, record, 0, None)))

    def _links(
        self, device: bytes, record: DeviceRecord | None, first_seq: int, last_seq: int | None
    ) -> tuple[Link, ...]:
        query = select(*LINK_COLUMNS).where(
            leaves.c.device == device, leaves.c.position < self._size, leaves.c.seq >= first_seq
        )
        if last_seq is not None:
            query = query.where(leaves.c.seq <= last_seq)
        links = map(link_of, self._connection.execute(query.order_by(leaves.c.position)))
        return tuple(
            one
            for one in links
            if not (record and record.revocation and record.voids(one.captured_ms, self._anchor(one.index)))
        )

    def _logged(self, row: Row[int, bytes, bytes, bytes]) -> LoggedEvent:
        index, message, event_hash, leaf_hash = row
        return LoggedEvent(
            event=decode(parse(message).payload),
            event_hash=event_hash,
            leaf_hash=leaf_hash,
            index=index,
            anchor=self._anchor(index),
        )

    def _anchor(self, index: int) -> Anchor:
        """The first anchored head above a leaf."""
        known = (a for first, a in self._anchors.items() if first <= index < a.size)
        anchor = next(known, None) or self._directory.anchor_above(index)
        if anchor is None or anchor.size > self._size:
            anchor = self._head
        self._anchors.setdefault(index, anchor)
        return anchor


def _places(directory: Directory, commitments: Iterable[bytes]) -> dict[bytes, bytes]:
    known = {c: directory.place_of(c) for c in commitments if any(c)}
    return {commitment: place for commitment, place in known.items() if place is not None}
