"""A device that exists only here: keeps its counters, links and signs its events, as firmware would."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from contracts.enums import Algorithm, DeviceClass, KeyClass
from iot.directory import DeviceRecord, Enrolment
from iot.event.cose import registry_key, sign
from iot.event.event import Event, encode, event_hash

if TYPE_CHECKING:
    from iot.event.cose import Domain, PrivateKey

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FOREVER_SECONDS = 2**48 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class EmittedEvent:
    """A signed event on its way.

    Attributes:
        device: Device id, 8 bytes.
        event: What it says.
        event_hash: SHA-256 of the payload, 32 bytes.
        message: COSE message.
    """

    device: bytes
    event: Event
    event_hash: bytes
    message: bytes


class SimulatedDevice:
    """A device with a key made from its name.

    Args:
        name: Anything; the same name gives the same id and key.
        domain: Deployment that it signs for.
        device_class: What kind of device it is.
        key_class: How well its key is said to be kept.
        algorithm: Signature algorithm.
        owner: Member whose phone it is, 16 bytes; needed for phones.
        place: Commitment to the place it is fixed at, 32 bytes.
        valid_from_seconds: First second at which its events count.
        valid_until_seconds: First second at which they do not count any more.
        settled_from_seconds: First second from which they support a visit above A1; None if that is the first one.
        booted_ms: When it was switched on.
    """

    def __init__(
        self,
        name: str,
        domain: Domain,
        device_class: DeviceClass,
        *,
        key_class: KeyClass = KeyClass.K3,
        algorithm: Algorithm = Algorithm.ESP256,
        owner: bytes = bytes(16),
        place: bytes = bytes(32),
        valid_from_seconds: int = 0,
        valid_until_seconds: int = FOREVER_SECONDS,
        settled_from_seconds: int | None = None,
        booted_ms: int = 0,
    ) -> None:
        secret = hashlib.sha256(f"device {name}".encode()).digest()
        self.id = hashlib.sha256(secret).digest()[:8]
        self.key = _private_key(algorithm, secret)
        algorithm, key_x, key_y = registry_key(self.key)
        self.enrolment = Enrolment(
            device_class=device_class,
            algorithm=algorithm,
            key_class=key_class,
            key_x=key_x,
            key_y=key_y,
            owner=owner,
            place=place,
            valid_from_seconds=valid_from_seconds,
            valid_until_seconds=valid_until_seconds,
            settled_from_seconds=valid_from_seconds if settled_from_seconds is None else settled_from_seconds,
        )
        self.boot = 1
        self.seq = 0
        self.prev: bytes | None = None
        self.domain = domain
        self._name = name
        self._booted_ms = booted_ms

    @property
    def record(self) -> DeviceRecord:
        """What the registry would say of it, had it been enrolled once."""
        return DeviceRecord(device=self.id, enrolments=(self.enrolment,))

    def registry_record(self) -> tuple[int, int, int, bytes, bytes, bytes, bytes, int, int]:
        """The record for `DeviceRegistry.enrol(device.id, record)`."""
        e = self.enrolment
        return (
            int(e.device_class), int(e.algorithm), int(e.key_class), e.key_x, e.key_y, e.owner, e.place,
            e.valid_from_seconds, e.valid_until_seconds,
        )  # fmt: skip

    def possession(self) -> bytes:
        """The proof that its owner holds its key, 64 bytes, as `DeviceRegistry.enrolPhone` takes it: s in the lower half.

        Raises:
            TypeError: Its key is no P-256 key.
        """
        if not isinstance(self.key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"expected a P-256 key, got {type(self.key).__name__}")
        signed = self.domain.possession(self.enrolment.owner)
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")

    def reboot(self, booted_ms: int) -> None:
        """Switches it off and on."""
        self.boot += 1
        self._booted_ms = booted_ms

    def next_event(self, event_type: int, captured_ms: int, **fields: Any) -> Event:
        """The event that would come next, linked to the last one, not yet signed nor counted.

        Args:
            event_type: What kind of event it is.
            captured_ms: When, milliseconds since 1970.
            fields: Further fields of `Event`, or others than the device would set.
        """
        unique = hashlib.sha256(self.id + self.seq.to_bytes(8, "big")).digest()
        defaults: dict[str, Any] = {
            "id": _uuid7(captured_ms, unique),
            "device": self.id,
            "boot": self.boot,
            "seq": self.seq,
            "captured_ms": captured_ms,
            "clock_class": 3,
            "clock_uncertainty_seconds": 1,
            "mono_ms": max(0, captured_ms - self._booted_ms),
            "type": event_type,
            "prev": self.prev,
        }
        return Event(**(defaults | fields))

    def sign(self, event: Event, domain: Domain | None = None) -> EmittedEvent:
        """Signs an event without counting it."""
        payload = encode(event)
        message = sign(payload, self.id, self.key, domain or self.domain)
        return EmittedEvent(device=self.id, event=event, event_hash=event_hash(payload), message=message)

    def sign_payload(self, payload: bytes) -> bytes:
        """Signs any bytes as if they were an event; for faults."""
        return sign(payload, self.id, self.key, self.domain)

    def twin(self, name: str) -> SimulatedDevice:
        """Another device of the same kind, with an id and key of its own; for faults."""
        return SimulatedDevice(
            f"{self._name}, {name}",
            self.domain,
            self.enrolment.device_class,
            algorithm=self.enrolment.algorithm,
            owner=self.enrolment.owner,
        )

    def emit(self, event_type: int, captured_ms: int, **fields: Any) -> EmittedEvent:
        """Signs the next event and counts it."""
        emitted = self.sign(self.next_event(event_type, captured_ms, **fields))
        self.seq = emitted.event.seq + 1
        self.prev = emitted.event_hash
        return emitted


def own_phone(name: str, domain: Domain, owner: bytes = bytes(16)) -> SimulatedDevice:
    """A phone as its owner enrols it: a P-256 key in software, of which its id is the hash.

    Args:
        name: Anything; the same name gives the same key.
        domain: Deployment that it signs for.
        owner: Member whose phone it is, 16 bytes.
    """
    phone = SimulatedDevice(name, domain, DeviceClass.PHONE, key_class=KeyClass.K2, owner=owner)
    phone.id = hashlib.sha256(phone.enrolment.key_x + phone.enrolment.key_y).digest()[:8]
    return phone


def _private_key(algorithm: Algorithm, secret: bytes) -> PrivateKey:
    if algorithm is Algorithm.ED25519:
        return ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    number = int.from_bytes(secret, "big") % (P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _uuid7(captured_ms: int, unique: bytes) -> bytes:
    """UUIDv7 (RFC 9562 §5.7) from a time and 10 unique bytes."""
    raw = bytearray((captured_ms % 2**48).to_bytes(6, "big") + unique[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return bytes(raw)
