"""Checks of one message that need no database: shape, key, signature (`docs/service-events.md` §4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iot.codes import Code
from iot.errors import DeviceKeyInvalidError, EventRefusedError
from iot.event.cose import parse, public_key, verifies
from iot.event.event import Event, decode, event_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iot.directory import DeviceRecord, Enrolment
    from iot.event.cose import Domain, Envelope


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedMessage:
    """A message whose signature is that of an enrolled device.

    Attributes:
        message: COSE message as it came in.
        event: What it says.
        event_hash: SHA-256 of the payload, 32 bytes.
    """

    message: bytes
    event: Event
    event_hash: bytes


def message_hash(message: bytes) -> bytes:
    """SHA-256 of a message as it came, 32 bytes."""
    return hashlib.sha256(message).digest()


def verify(
    message: bytes,
    *,
    device: Callable[[bytes], DeviceRecord | None],
    domain: Domain,
    other_domains: Sequence[Domain] = (),
) -> VerifiedMessage:
    """Checks size, encoding, version, device, signature, validity and revocation, in this order.

    Args:
        message: COSE message as it came in.
        device: What the registry says of a device id, or None.
        domain: Deployment that it must be signed for.
        other_domains: Deployments it may have been signed for by mistake.

    Raises:
        EventRefusedError: With the code of the first check that fails.
    """
    envelope = parse(message)
    event = decode(envelope.payload)
    if event.device != envelope.kid:
        raise EventRefusedError(
            Code.E_CBOR, f"expected dev {envelope.kid.hex()} as in kid, got {event.device.hex()}"
        )
    record = device(envelope.kid)
    if record is None:
        raise EventRefusedError(Code.E_KID_UNKNOWN, f"expected an enrolled device, got {envelope.kid.hex()}")
    enrolment = record.enrolment_at(event.captured_ms)
    _check_signature(envelope, enrolment or record.enrolments[-1], domain, other_domains)
    if enrolment is None:
        raise EventRefusedError(
            Code.E_KEY_EXPIRED, f"expected t under a valid key, got {event.captured_ms} ms"
        )
    if record.revocation is not None:
        # Not in the log yet, so its anchor can only come after the revocation: it is void whatever its t.
        raise EventRefusedError(
            Code.E_REVOKED,
            f"expected a device in use, got one revoked in block {record.revocation.block_number}",
        )
    return VerifiedMessage(message=message, event=event, event_hash=event_hash(envelope.payload))


def _check_signature(
    envelope: Envelope, enrolment: Enrolment, domain: Domain, other_domains: Sequence[Domain]
) -> None:
    if envelope.algorithm is not enrolment.algorithm:
        raise EventRefusedError(
            Code.E_SIG, f"expected {enrolment.algorithm.name}, got {envelope.algorithm.name}"
        )
    try:
        key = public_key(enrolment.algorithm, enrolment.key_x, enrolment.key_y)
    except DeviceKeyInvalidError as error:
        raise EventRefusedError(Code.E_SIG, str(error)) from None
    if verifies(envelope, key, domain):
        return
    for other in other_domains:
        if verifies(envelope, key, other):
            raise EventRefusedError(
                Code.E_AAD, f"expected a signature for chain {domain.chain_id}, got one for {other.chain_id}"
            )
    raise EventRefusedError(Code.E_SIG, f"expected a signature of device {envelope.kid.hex()}, got another")
