"""What this package asks others: which key signs for a device, what a task is, which place stands behind a commitment.

`gongji` answers from the mirror. The methods are synchronous, may be called from any thread, and should be quick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contracts.enums import Algorithm, DeviceClass, KeyClass


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """One `DeviceEnrolled`: a key of a device and how long it counts.

    Attributes:
        device_class: What kind of device it is.
        algorithm: Signature algorithm.
        key_class: How well its key is kept.
        key_x: x of the P-256 point, or the Ed25519 key, 32 bytes.
        key_y: y of the P-256 point, or zeros, 32 bytes.
        owner: Member whose phone it is, 16 bytes; zeros for devices of a place.
        place: Commitment to the place it is fixed at, 32 bytes, or zeros.
        valid_from_seconds: First second at which its events count, since 1970.
        valid_until_seconds: First second at which they do not count any more.
        settled_from_seconds: First second from which they support a visit above A1.
    """

    device_class: DeviceClass
    algorithm: Algorithm
    key_class: KeyClass
    key_x: bytes
    key_y: bytes
    owner: bytes
    place: bytes
    valid_from_seconds: int
    valid_until_seconds: int
    settled_from_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Revocation:
    """A `DeviceRevoked`.

    Attributes:
        compromised_from_seconds: Events from this second on are void.
        block_number: Block of the revocation; earlier events stand only if anchored before it.
    """

    compromised_from_seconds: int
    block_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceRecord:
    """All that the registry says of a device.

    Attributes:
        device: EUI-64, 8 bytes.
        enrolments: At least one, in chain order.
        suspended: Whether it is suspended now.
        revocation: Its revocation, or None.
    """

    device: bytes
    enrolments: tuple[Enrolment, ...]
    suspended: bool = False
    revocation: Revocation | None = None

    def enrolment_at(self, captured_ms: int) -> Enrolment | None:
        """The latest enrolment that is valid at a time, or None."""
        seconds = captured_ms // 1000
        valid = (
            e for e in reversed(self.enrolments) if e.valid_from_seconds <= seconds < e.valid_until_seconds
        )
        return next(valid, None)

    def voids(self, captured_ms: int, anchor: Anchor) -> bool:
        """Whether the revocation makes an event as if it were not there (§5).

        Args:
            captured_ms: When the event was captured.
            anchor: First anchored head above it.
        """
        if self.revocation is None:
            return False
        is_compromised = captured_ms // 1000 >= self.revocation.compromised_from_seconds
        return is_compromised or anchor.block_number >= self.revocation.block_number


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRecord:
    """A task of the time bank, as the chain has it.

    Attributes:
        task: Its id, 16 bytes.
        service: Code of the service.
        min_minutes: Shorter visits earn nothing.
        authorised_minutes: No visit earns more.
        beneficiary: Commitment to who is served, 32 bytes.
        volunteer: Member who took it, 16 bytes, or None.
    """

    task: bytes
    service: int
    min_minutes: int
    authorised_minutes: int
    beneficiary: bytes
    volunteer: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """A `HeadAnchored` with its block.

    Attributes:
        size: Leaves under the head.
        root: Merkle tree hash over them, 32 bytes.
        block_number: Block that anchored it.
        time_seconds: Time of that block, since 1970.
    """

    size: int
    root: bytes
    block_number: int
    time_seconds: int


class Directory(Protocol):
    """Answers from the chain, and from the documents that the operator keeps."""

    def device(self, device: bytes) -> DeviceRecord | None:
        """What the registry says of a device (8 bytes), or None."""

    def task(self, task: bytes) -> TaskRecord | None:
        """What the time bank says of a task (16 bytes), or None."""

    def place_of(self, commitment: bytes) -> bytes | None:
        """Pseudonym (16 bytes) of the place that a commitment (32 bytes) of a beneficiary or a device was registered for."""

    def last_anchor(self) -> Anchor | None:
        """The latest anchored head, or None."""

    def anchor_above(self, index: int) -> Anchor | None:
        """The first anchored head above a leaf, or None."""
