"""The payload: round trip, and refusal of everything that is not in the one form."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot.codes import Code
from iot.errors import EventInvalidError, EventRefusedError
from iot.event.cddl import INT_LIMIT
from iot.event.event import Event, Location, decode, encode

uints = st.integers(0, INT_LIMIT - 1)
ints = st.integers(-INT_LIMIT, INT_LIMIT - 1)
hashes = st.binary(min_size=32, max_size=32)
ids = st.none() | st.binary(min_size=16, max_size=16)
events = st.builds(
    Event,
    id=st.binary(min_size=16, max_size=16),
    device=st.binary(min_size=8, max_size=8),
    boot=uints,
    seq=uints,
    captured_ms=uints,
    clock_class=st.integers(0, 3),
    clock_uncertainty_seconds=uints,
    type=uints,
    mono_ms=st.none() | uints,
    task=ids,
    actor=ids,
    place=ids,
    measurements=st.dictionaries(
        uints, ints | st.lists(ints, max_size=3).map(tuple) | st.binary(max_size=16), max_size=3
    ),
    prev=st.none() | hashes,
    location=st.none() | st.builds(Location, cell=uints, accuracy_m=uints, distance_m=st.none() | uints),
    refs=st.lists(hashes, max_size=2).map(tuple),
    nonce=st.none() | st.binary(min_size=8, max_size=8),
)
PLAIN = Event(
    id=bytes(16), device=bytes(8), boot=1, seq=0, captured_ms=1, clock_class=3, clock_uncertainty_seconds=1, type=901
)  # fmt: skip
RAW: dict[int, Any] = cbor2.loads(encode(PLAIN))


def code_of(payload: bytes) -> Code | None:
    try:
        decode(payload)
    except EventRefusedError as error:
        return error.code
    return None


@given(events)
def test_an_event_is_the_same_after_encoding_and_decoding(event: Event) -> None:
    assert decode(encode(event)) == event


@given(events, st.randoms())
def test_any_other_order_of_the_fields_is_not_canonical(event: Event, random: Any) -> None:
    raw = cbor2.loads(encode(event))
    items = list(raw.items())
    random.shuffle(items)
    payload = cbor2.dumps(dict(items))
    assert code_of(payload) == (None if items == list(raw.items()) else Code.E_NONCANONICAL)


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_with_a_code_and_nothing_else(payload: bytes) -> None:
    assert code_of(payload) in (Code.E_CBOR, Code.E_NONCANONICAL, Code.E_SIZE)


@given(events, st.data())
def test_a_changed_byte_never_reads_as_the_same_event(event: Event, data: st.DataObject) -> None:
    payload = bytearray(encode(event))
    place = data.draw(st.integers(0, len(payload) - 1))
    payload[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(EventRefusedError):
        assert decode(bytes(payload)) != event


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({5: 1.0}, Code.E_CBOR),
        ({5: -1}, Code.E_CBOR),
        ({5: True}, Code.E_CBOR),
        ({5: INT_LIMIT}, Code.E_CBOR),
        ({5: 1 << 64}, Code.E_CBOR),
        ({5: "text"}, Code.E_CBOR),
        ({7: 4}, Code.E_CBOR),
        ({2: bytes(15)}, Code.E_CBOR),
        ({14: {}}, Code.E_CBOR),
        ({14: {1: "text"}}, Code.E_CBOR),
        ({14: {1: [1, None]}}, Code.E_CBOR),
        ({14: {-1: 1}}, Code.E_CBOR),
        ({16: {1: 1}}, Code.E_CBOR),
        ({17: []}, Code.E_CBOR),
        ({19: 1}, Code.E_CBOR),
        ({6: cbor2.CBORTag(1, 5)}, Code.E_CBOR),
        ({1: 2}, Code.E_VERSION),
        ({1: "1"}, Code.E_CBOR),
    ],
)
def test_a_field_that_breaks_the_cddl_is_refused(change: dict[int, Any], code: Code) -> None:
    assert code_of(cbor2.dumps(RAW | change, canonical=True)) == code


@pytest.mark.parametrize("missing", [1, 2, 3, 4, 5, 6, 7, 8, 10])
def test_a_missing_field_is_refused(missing: int) -> None:
    raw = {key: value for key, value in RAW.items() if key != missing}
    assert code_of(cbor2.dumps(raw, canonical=True)) == Code.E_CBOR


@pytest.mark.parametrize(
    ("canonical", "other"),
    [
        (b"\x04\x01", b"\x04\x18\x01"),  # a longer integer
        (b"\x05\x00", b"\x05\x00\x05\x00"),  # a key twice, the map one larger
    ],
)
def test_another_encoding_of_the_same_map_is_not_canonical(canonical: bytes, other: bytes) -> None:
    payload = encode(PLAIN)
    assert canonical in payload
    changed = payload.replace(canonical, other, 1)
    if len(other) > 3:
        changed = bytes([changed[0] + 1]) + changed[1:]
    assert code_of(changed) == Code.E_NONCANONICAL


def test_bytes_after_the_map_are_refused() -> None:
    assert code_of(encode(PLAIN) + b"\x00") == Code.E_NONCANONICAL


def test_our_own_programs_cannot_make_an_event_that_breaks_the_cddl() -> None:
    for wrong in (
        replace(PLAIN, id=b""),
        replace(PLAIN, seq=-1),
        replace(PLAIN, measurements={1: bytes(600)}),
    ):
        with pytest.raises(EventInvalidError):
            encode(wrong)
