"""Devices, and every enrolment that a device ever had: an event is judged by the one that was valid when it was captured."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import Algorithm, DeviceClass, KeyClass
from contracts.events import DeviceEnrolled, DeviceRevoked, DeviceSuspended
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Device(Version):
    """A device that was enrolled."""

    device: bytes = column("EUI-64, 8 bytes.")
    suspended: bool = column("Whether it is suspended.")
    compromised_from: int | None = column(
        "Its events from this second on are void, since 1970; null unless it is revoked."
    )
    revoked_block: int | None = column("Block of the revocation: earlier events count if anchored before it.")


@dataclass(kw_only=True)
class Enrolment(Version):
    """A key of a device and how long it counts. It never changes."""

    device: bytes = column("EUI-64, 8 bytes.")
    device_class: DeviceClass = column("What kind of device it is.")
    algorithm: Algorithm = column("Signature algorithm.")
    key_class: KeyClass = column("How well its key is kept.")
    key_x: bytes = column("x of the P-256 point, or the Ed25519 key, 32 bytes.")
    key_y: bytes = column("y of the P-256 point, or zeros, 32 bytes.")
    owner: bytes = column("Member whose phone it is, 16 bytes; zeros for devices of a place.")
    place: bytes = column("Commitment to the place it is fixed at, 32 bytes, or zeros.")
    valid_from: int = column("First second at which its events count, since 1970.")
    valid_until: int = column("First second at which they do not count any more.")
    settled_from: int = column("First second from which they support a visit above A1.")


devices = Noun("devices", Device, key=("device",))
enrolments = Noun(
    "enrolments",
    Enrolment,
    key=("device", "block_number", "log_index"),
    open_indexes=[("block_number", "log_index"), ("owner",)],
)


@devices.sets(DeviceEnrolled)
def _registered(device: Device | None, event: DeviceEnrolled, _: Block) -> Device:
    if device is None:
        return Device(device=event.device, suspended=False, compromised_from=None, revoked_block=None)
    _require_not_revoked(device, event)
    return device


@devices.changes(DeviceSuspended)
def _suspended(device: Device, event: DeviceSuspended, _: Block) -> None:
    _require_not_revoked(device, event)
    suspended = bool(event.suspended)
    require(suspended != device.suspended, event, f"suspended {device.suspended} to change", suspended)
    device.suspended = suspended


@devices.changes(DeviceRevoked)
def _revoked(device: Device, event: DeviceRevoked, block: Block) -> None:
    _require_not_revoked(device, event)
    device.compromised_from, device.revoked_block = event.compromised_from, block.number


def _require_not_revoked(device: Device, event: object) -> None:
    revoked = device.revoked_block is not None
    require(not revoked, event, "a device in use", f"one revoked in block {device.revoked_block}")


@enrolments.begins(DeviceEnrolled)
def _enrolled(event: DeviceEnrolled, _: Block) -> Enrolment:
    return Enrolment(
        device=event.device,
        device_class=DeviceClass(event.device_class),
        algorithm=Algorithm(event.algorithm),
        key_class=KeyClass(event.key_class),
        key_x=event.key_x,
        key_y=event.key_y,
        owner=event.owner,
        place=event.place,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        settled_from=event.settled_from,
    )
