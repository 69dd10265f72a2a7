"""Devices: what is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from contracts.enums import Algorithm, DeviceClass, KeyClass
from iot.event.clock import FUTURE_SECONDS
from iot.event.cose import Domain
from iot.simulator.device import P256_ORDER, SimulatedDevice, own_phone
from tests.conftest import CHAIN_ID, GENESIS_TIME, member_id, signer
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import DAY, FAR
from wallets.intents import EnrolPhone


def phone(place: EvmTown, owner: str, name: str = "phone", chain_id: int = CHAIN_ID) -> SimulatedDevice:
    """A phone; the same name gives the same key."""
    registry = bytes.fromhex(place.address("DeviceRegistry")[2:])
    return own_phone(name, Domain(chain_id=chain_id, registry=registry), member_id(owner))


ENROLMENT = own_phone("phone", Domain(chain_id=1, registry=bytes(20))).enrolment
POINT = ENROLMENT.key_x, ENROLMENT.key_y
OWN_PHONE = hashlib.sha256(b"".join(POINT)).digest()[:8]


def enrol_own(place: EvmTown, by: str, **changes: Any) -> None:
    """A member enrols the own phone for a year."""
    fields = {
        "key_x": POINT[0], "key_y": POINT[1], "valid_until": place.now + 365 * DAY, "possession": phone(place, by).possession(),
    } | changes  # fmt: skip
    place.act(signer(by), EnrolPhone(**fields, nonce=0, deadline=0))


class TestDevices:
    def test_own_phone_is_enrolled_for_as_long_as_may_be(self, place: EvmTown) -> None:
        most_seconds = place.read("DeviceRegistry", "MAX_PHONE_SECONDS")
        enrol_own(place, "worker", valid_until=place.now + most_seconds)
        assert place.read("DeviceRegistry", "recordHash", OWN_PHONE) != bytes(32)

    def enrol(self, place: EvmTown, device: bytes = b"d" * 8, **changes: Any) -> None:
        record = {
            "device_class": DeviceClass.PLACE_PAD, "algorithm": Algorithm.ESP256, "key_class": KeyClass.K3,
            "x": b"x" * 32, "y": b"y" * 32, "owner": bytes(16), "place": b"p" * 32, "from": place.now, "until": FAR,
        } | changes  # fmt: skip
        place.send(signer("device_registrar"), "DeviceRegistry", "enrol", device, tuple(record.values()))

    @pytest.mark.parametrize(
        "changes",
        [
            {"device_class": DeviceClass.NONE},
            {"algorithm": Algorithm.NONE, "y": bytes(32)},
            {"algorithm": Algorithm.ED25519},
            {"y": bytes(32)},
            {"x": bytes(32)},
            {"owner": b"m" * 16},
            {"device_class": DeviceClass.PHONE},
            {"until": GENESIS_TIME},
        ],
    )
    def test_record_that_does_not_fit_together_is_refused(
        self, place: EvmTown, changes: dict[str, Any]
    ) -> None:
        with refused("DeviceRecordInvalid"):
            self.enrol(place, **changes)

    def test_key_that_counts_from_more_than_a_day_before_its_enrolment_is_refused(
        self, place: EvmTown
    ) -> None:
        """What somebody signed with a key that nobody had enrolled proves nothing (p51)."""
        most = place.read("DeviceRegistry", "MOST_BACKDATED_SECONDS")
        assert most == DAY
        with refused("DeviceTooEarly", valid_from=place.now - most - 1, earliest=place.now - most):
            self.enrol(place, **{"from": place.now - most - 1})
        self.enrol(place, **{"from": place.now - most})

    def test_device_of_the_office_counts_after_a_fortnight_once_the_founding_has_ended(
        self, place: EvmTown
    ) -> None:
        """A pad that its registrar enrols for a thief is seen for as long as every change (p51)."""
        place.send(signer("admin"), "Authority", "endFounding")
        wait = place.read("DeviceRegistry", "WAIT_SECONDS")
        assert wait == place.read("Authority", "CHANGE_DELAY") == 15 * DAY
        for kind in ({}, {"device_class": DeviceClass.PHONE, "owner": b"m" * 16}):
            with refused("DeviceTooEarly", earliest=place.now + wait):
                self.enrol(place, **kind, **{"from": place.now + wait - 1})
        self.enrol(place, **{"from": place.now + wait})
        assert place.read("DeviceRegistry", "phoneOf", b"d" * 8) == (bytes(16), place.now + wait)
        place.send(signer("device_registrar"), "DeviceRegistry", "setSuspended", b"d" * 8, True)
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", b"d" * 8, 1)

    def test_own_phone_counts_at_once_and_in_full_after_a_fortnight(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        owner, until = member_id("volunteer"), place.now + 365 * DAY
        record = (
            DeviceClass.PHONE,
            Algorithm.ESP256,
            KeyClass.K2,
            *POINT,
            owner,
            bytes(32),
            place.now - place.read("DeviceRegistry", "CLOCK_TOLERANCE_SECONDS"),
            until,
        )
        types = ("uint8", "uint8", "uint8", "bytes32", "bytes32", "bytes16", "bytes32", "uint48", "uint48")
        assert place.read("DeviceRegistry", "recordHash", OWN_PHONE) == keccak(encode(types, record))
        assert place.read("DeviceRegistry", "phoneOf", OWN_PHONE) == (owner, place.now + 15 * DAY)

    def test_phone_counts_from_as_long_ago_as_an_event_may_be_ahead_of_its_receipt(
        self, place: EvmTown
    ) -> None:
        """What it signs in the second of its enrolment counts, whichever clock is ahead; above A1 nothing does so soon."""
        assert place.read("DeviceRegistry", "CLOCK_TOLERANCE_SECONDS") == FUTURE_SECONDS
        enrol_own(place, "volunteer", valid_until=place.now + 1)
        with refused("DeviceRecordInvalid", device=OWN_PHONE):
            enrol_own(place, "volunteer", valid_until=place.now)

    @pytest.mark.parametrize(
        "proof", ["none", "of another", "by another key", "elsewhere", "high s", "too long"]
    )
    def test_phone_is_enrolled_for_nobody_whom_its_key_does_not_name(
        self, place: EvmTown, proof: str
    ) -> None:
        """Whoever sees the public key of another's phone does not keep that phone out."""
        own = phone(place, "volunteer").possession()
        false = {
            "none": b"",
            "of another": phone(place, "barber").possession(),
            "by another key": phone(place, "volunteer", "another phone").possession(),
            "elsewhere": phone(place, "volunteer", chain_id=CHAIN_ID + 1).possession(),
            "high s": own[:32] + (P256_ORDER - int.from_bytes(own[32:], "big")).to_bytes(32, "big"),
            "too long": own + b"\0",
        }[proof]
        with refused("DevicePossessionMissing", device=OWN_PHONE, member=member_id("volunteer")):
            enrol_own(place, "volunteer", possession=false)
        enrol_own(place, "volunteer")

    def test_own_phone_that_is_enrolled_anew_does_not_wait_again(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        first = place.read("DeviceRegistry", "phoneOf", OWN_PHONE)
        place.wait(300 * DAY)
        enrol_own(place, "volunteer")
        assert place.read("DeviceRegistry", "phoneOf", OWN_PHONE) == first

    def test_phone_of_another_is_nobodys_to_enrol_and_a_revoked_one_stays_out(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        with refused("DeviceOfAnother", device=OWN_PHONE, member=member_id("barber")):
            enrol_own(place, "barber")
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", OWN_PHONE, 1)
        for by in ("volunteer", "barber"):
            with refused("DeviceIdInvalid", device=OWN_PHONE):
                enrol_own(place, by)

    def test_own_phone_that_is_suspended_is_not_resumed_by_its_owner(self, place: EvmTown) -> None:
        enrol_own(place, "volunteer")
        suspended = (signer("device_registrar"), "DeviceRegistry", "setSuspended", OWN_PHONE, True)
        place.send(*suspended)
        enrol_own(place, "volunteer")
        with refused("DeviceStateUnchanged"):
            place.send(*suspended)

    def test_own_phone_is_enrolled_for_a_year_at_most_and_by_a_member(self, place: EvmTown) -> None:
        latest = place.now + 366 * DAY
        with refused("DevicePhoneTooLong", valid_until=latest + 1, latest=latest):
            enrol_own(place, "volunteer", valid_until=latest + 1)
        with refused("DeviceRecordInvalid"):
            enrol_own(place, "volunteer", valid_until=place.now)
        with refused("MembersKeyUnknown"):
            enrol_own(place, "stranger")

    def test_zero_or_revoked_device_is_refused(self, place: EvmTown) -> None:
        with refused("DeviceIdInvalid"):
            self.enrol(place, bytes(8))
        self.enrol(place)
        place.send(signer("device_registrar"), "DeviceRegistry", "revoke", b"d" * 8, 1)
        with refused("DeviceIdInvalid"):
            self.enrol(place)

    def test_device_that_is_unknown_or_already_so_is_refused(self, place: EvmTown) -> None:
        registrar = signer("device_registrar")
        with refused("DeviceStateUnchanged"):
            place.send(registrar, "DeviceRegistry", "revoke", b"d" * 8, 1)
        self.enrol(place)
        with refused("DeviceStateUnchanged"):
            place.send(registrar, "DeviceRegistry", "setSuspended", b"d" * 8, False)
