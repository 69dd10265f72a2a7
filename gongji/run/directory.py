"""Tells the service events what the chain says about devices and tasks, from the mirror (`iot.directory.Directory`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.mirror import current_version, current_versions
from indexer.projections.anchor import anchors, holds
from indexer.projections.device import devices, enrolments
from indexer.projections.service import services
from indexer.projections.task import tasks
from iot.directory import Anchor, DeviceRecord, Enrolment, Revocation, TaskRecord
from ledger_api.mirror import open_rows

if TYPE_CHECKING:
    from sqlalchemy import Engine, Select

    from indexer.projections.device import Device
    from indexer.projections.device import Enrolment as EnrolmentRow
    from register.places import PlaceRegister


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
        found = current_version(self._engine, devices, device)
        if found is None:
            return None
        enrolled = current_versions(self._engine, enrolments, enrolments.table.c.device == device)
        return DeviceRecord(
            device=device,
            enrolments=tuple(map(_enrolment, enrolled)),
            suspended=found.suspended,
            revocation=_revocation(found),
        )

    def task(self, task: bytes) -> TaskRecord | None:
        """What the time bank tells of a task (16 bytes), or None."""
        found = current_version(self._engine, tasks, task)
        if found is None:
            return None
        rule = current_version(self._engine, services, found.service)
        return TaskRecord(
            task=task,
            service=found.service,
            min_minutes=rule.min_minutes if rule else 0,
            authorised_minutes=found.authorised_minutes,
            beneficiary=found.beneficiary,
            volunteer=found.volunteer,
        )

    def place_of(self, commitment: bytes) -> bytes | None:
        """Pseudonym of the place behind a commitment, 16 bytes, or None."""
        return self._places.place_of(commitment)

    def last_anchor(self) -> Anchor | None:
        """The latest anchored head that holds, or None."""
        return self._anchor(open_rows(anchors).where(holds()).order_by(anchors.table.c.size.desc()))

    def anchor_above(self, index: int) -> Anchor | None:
        """The first anchored head above a leaf that holds, or None."""
        size = anchors.table.c.size
        return self._anchor(open_rows(anchors).where(holds(), size > index).order_by(size))

    def _anchor(self, query: Select[tuple[object, ...]]) -> Anchor | None:
        with self._engine.connect() as connection:
            row = connection.execute(query.limit(1)).first()
        if row is None:
            return None
        found = anchors.version(row)
        return Anchor(
            size=found.size,
            root=found.root,
            block_number=found.block_number,
            time_seconds=found.anchored_at,
        )


def _enrolment(row: EnrolmentRow) -> Enrolment:
    return Enrolment(
        device_class=row.device_class,
        algorithm=row.algorithm,
        key_class=row.key_class,
        key_x=row.key_x,
        key_y=row.key_y,
        owner=row.owner,
        place=row.place,
        valid_from_seconds=row.valid_from,
        valid_until_seconds=row.valid_until,
        settled_from_seconds=row.settled_from,
    )


def _revocation(device: Device) -> Revocation | None:
    if device.compromised_from is None or device.revoked_block is None:
        return None
    return Revocation(compromised_from_seconds=device.compromised_from, block_number=device.revoked_block)
