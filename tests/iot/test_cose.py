"""COSE_Sign1: both algorithms, bound to one deployment, in one encoding only."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from contracts.enums import Algorithm, DeviceClass
from iot.codes import Code
from iot.errors import DeviceKeyInvalidError, EventRefusedError
from iot.event.cbor import split_sequence
from iot.event.cose import MAX_MESSAGE_BYTES, Domain, parse, public_key, verifies
from iot.event.event import EventType
from iot.simulator.device import SimulatedDevice
from tests.iot.town import DOMAIN, NOW, OTHER_DOMAIN

DEVICES = [
    SimulatedDevice(f"cose {a.name}", DOMAIN, DeviceClass.METER, algorithm=a)
    for a in (Algorithm.ESP256, Algorithm.ED25519)
]
MESSAGES = [device.emit(EventType.DEVICE_STATUS, NOW * 1000).message for device in DEVICES]


def key_of(device: SimulatedDevice) -> tuple[Algorithm, bytes, bytes]:
    return device.enrolment.algorithm, device.enrolment.key_x, device.enrolment.key_y


def code_of(message: bytes) -> Code | None:
    try:
        parse(message)
    except EventRefusedError as error:
        return error.code
    return None


@pytest.mark.parametrize("n", [0, 1])
def test_a_signature_verifies_under_its_key_and_deployment_only(n: int) -> None:
    envelope, key = parse(MESSAGES[n]), public_key(*key_of(DEVICES[n]))
    assert verifies(envelope, key, DOMAIN)
    assert not verifies(envelope, key, OTHER_DOMAIN)
    assert not verifies(envelope, key, Domain(chain_id=DOMAIN.chain_id, registry=bytes(20)))
    twin = DEVICES[n].twin("other")
    assert not verifies(envelope, public_key(*key_of(twin)), DOMAIN)


@given(st.sampled_from([0, 1]), st.data())
def test_a_changed_byte_of_the_message_never_verifies(n: int, data: st.DataObject) -> None:
    message = bytearray(MESSAGES[n])
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] ^= data.draw(st.integers(1, 255))
    try:
        envelope = parse(bytes(message))
    except EventRefusedError:
        return
    assert not verifies(envelope, public_key(*key_of(DEVICES[n])), DOMAIN)


def test_what_is_signed_is_the_sig_structure_of_rfc_9052() -> None:
    envelope = parse(MESSAGES[1])
    signed = bytes.fromhex("846a5369676e617475726531") + b"".join(
        cbor2.dumps(part) for part in (envelope.protected, DOMAIN.external_data(), envelope.payload)
    )
    key = public_key(*key_of(DEVICES[1]))
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert raw == DEVICES[1].enrolment.key_x
    key.verify(envelope.signature, signed)  # type: ignore[call-arg]
    assert DOMAIN.external_data() == b"gongji/1" + bytes.fromhex("0000000000012cc9") + b"\x11" * 20


def test_the_header_is_alg_and_kid_and_nothing_else() -> None:
    envelope = parse(MESSAGES[0])
    assert cbor2.loads(envelope.protected) == {1: -9, 4: DEVICES[0].id}
    assert cbor2.loads(parse(MESSAGES[1]).protected) == {1: -19, 4: DEVICES[1].id}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([cbor2.dumps({1: -7, 4: bytes(8)}), {}, b"", bytes(64)], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(7)}), {}, b"", bytes(64)], Code.E_CBOR),
        ([cbor2.dumps({1: -9}), {}, b"", bytes(64)], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(8), 5: 1}), {}, b"", bytes(64)], Code.E_CBOR),
        ([bytes.fromhex("a2180128") + b"\x04\x48" + bytes(8), {}, b"", bytes(64)], Code.E_NONCANONICAL),
        ([b"", {}, b"", bytes(64)], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(8)}), {1: 1}, b"", bytes(64)], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(8)}), {}, b"", bytes(63)], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(8)}), {}, b""], Code.E_CBOR),
        ([cbor2.dumps({1: -9, 4: bytes(8)}), {}, b"", bytes(64)], None),
    ],
)
def test_an_envelope_of_another_shape_is_refused(parts: list[object], code: Code | None) -> None:
    assert code_of(b"\xd2" + cbor2.dumps(parts)) == code


def test_a_message_without_its_tag_or_too_long_or_with_a_tail_is_refused() -> None:
    assert code_of(MESSAGES[0][1:]) == Code.E_CBOR
    assert code_of(b"") == Code.E_CBOR
    assert code_of(MESSAGES[0] + b"\x00") == Code.E_NONCANONICAL
    assert code_of(bytes(MAX_MESSAGE_BYTES + 1)) == Code.E_SIZE


@given(st.binary(max_size=MAX_MESSAGE_BYTES))
def test_any_bytes_are_refused_with_a_code_and_nothing_else(message: bytes) -> None:
    assert code_of(message) in (Code.E_CBOR, Code.E_NONCANONICAL)
    assert code_of(b"\xd2\x84" + message) in (Code.E_CBOR, Code.E_NONCANONICAL, Code.E_SIZE)


def test_a_key_that_is_no_point_of_the_curve_is_told() -> None:
    enrolment = replace(DEVICES[0].enrolment, key_y=bytes(32))
    with pytest.raises(DeviceKeyInvalidError):
        public_key(enrolment.algorithm, enrolment.key_x, enrolment.key_y)


@given(st.lists(st.sampled_from(MESSAGES), max_size=5), st.binary(max_size=40))
def test_a_sequence_splits_into_the_bytes_it_was_made_of(messages: list[bytes], tail: bytes) -> None:
    found = list(split_sequence(b"".join(messages) + tail))
    assert found[: len(messages)] == messages
    assert b"".join(found[len(messages) :]) == tail


def test_an_item_nested_too_deep_is_a_piece_of_its_own_and_refused() -> None:
    deep, deeper = b"\x81" * 500 + b"\x00", b"\x81" * 100_000 + b"\x00"
    assert list(split_sequence(deep + deeper + MESSAGES[0])) == [deep, deeper, MESSAGES[0]]
    assert code_of(b"\xd2" + deep) == Code.E_CBOR


@pytest.mark.parametrize("broken", [b"\x9f\x00\xff", b"\x9b" + b"\xff" * 8, b"\x5b" + b"\xff" * 8, b"\x81"])
def test_a_malformed_item_ends_the_sequence_as_one_piece(broken: bytes) -> None:
    assert list(split_sequence(MESSAGES[0] + broken)) == [MESSAGES[0], broken]
