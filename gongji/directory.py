"""Tells the service events what the chain says about devices and tasks, from the mirror (`iot.directory.Directory`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from contracts.enums import Algorithm, DeviceClass, KeyClass
from contracts.events import (
    DeviceEnrolled,
    DeviceRevoked,
    DeviceSuspended,
    HeadAnchored,
    ServiceSet,
    TaskAccepted,
    TaskOpened,
    TaskReleased,
)
from indexer.history import EVENT_TABLES
from indexer.tables import blocks
from iot.directory import Anchor, DeviceRecord, Enrolment, Revocation, TaskRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine, Row

    from contracts.types import Event
    from gongji.places import PlaceRegister


class MirrorDirectory:
    """Answers from the mirror and the register of places."""

    def __init__(self, engine: Engine, places: PlaceRegister) -> None:
        """Remembers where to ask.

        Args:
            engine: Reads the mirror.
            places: Which place stands behind a commitment.
        """
        self._engine, self._places = engine, places

    def device(self, device: bytes) -> DeviceRecord | None:
        """What the registry tells of a device (8 bytes), or None."""
        enrolments = tuple(_enrolment(row) for row in self._of(DeviceEnrolled, device=device))
        if not enrolments:
            return None
        suspensions = self._of(DeviceSuspended, device=device)
        revocations = self._of(DeviceRevoked, device=device)
        return DeviceRecord(
            device=device,
            enrolments=enrolments,
            suspended=bool(suspensions and suspensions[-1].suspended),
            revocation=_revocation(revocations[0]) if revocations else None,
        )

    def task(self, task: bytes) -> TaskRecord | None:
        """What the time bank tells of a task (16 bytes), or None."""
        opened = self._of(TaskOpened, task=task)
        if not opened:
            return None
        rule = self._of(ServiceSet, service=opened[0].service)[-1]
        return TaskRecord(
            task=task,
            service=opened[0].service,
            min_minutes=rule.min_minutes,
            authorised_minutes=opened[0].authorised_minutes,
            beneficiary=opened[0].beneficiary,
            volunteer=_volunteer(self._of(TaskAccepted, task=task), self._of(TaskReleased, task=task)),
        )

    def place_of(self, commitment: bytes) -> bytes | None:
        """Pseudonym of the place behind a commitment, 16 bytes, or None."""
        return self._places.place_of(commitment)

    def anchors(self) -> Sequence[Anchor]:
        """Anchored heads, in rising size."""
        table = EVENT_TABLES[HeadAnchored]
        query = (
            select(table, blocks.c.time)
            .join(blocks, blocks.c.number == table.c.block_number)
            .order_by(table.c.block_number, table.c.log_index)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Anchor(size=r.size, root=r.root, block_number=r.block_number, time_seconds=r.time) for r in rows
        ]

    def _of(self, event: type[Event], **values: Any) -> Sequence[Row[Any]]:
        table = EVENT_TABLES[event]
        query = select(table).filter_by(**values).order_by(table.c.block_number, table.c.log_index)
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _enrolment(row: Row[Any]) -> Enrolment:
    return Enrolment(
        device_class=DeviceClass(row.device_class),
        algorithm=Algorithm(row.algorithm),
        key_class=KeyClass(row.key_class),
        key_x=row.key_x,
        key_y=row.key_y,
        owner=row.owner,
        place=row.place,
        valid_from_seconds=row.valid_from,
        valid_until_seconds=row.valid_until,
    )


def _revocation(row: Row[Any]) -> Revocation:
    return Revocation(compromised_from_seconds=row.compromised_from, block_number=row.block_number)


def _volunteer(accepted: Sequence[Row[Any]], released: Sequence[Row[Any]]) -> bytes | None:
    if not accepted:
        return None
    last = accepted[-1]
    given_back = any((r.block_number, r.log_index) > (last.block_number, last.log_index) for r in released)
    return None if given_back else bytes(last.volunteer)
