"""Who ends a key, a role or a membership at once silences nobody: for as long as a change waits, whoever had it still objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import Role
from tests.conftest import held_by, member_id, signer
from tests.contracts.changing import execute_itself, operation_of, schedule
from tests.contracts.deciding import act, submitted
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import REGISTRAR, attestation
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    DEADLINE,
    FUND,
    KEY_DELAY,
    SEATS,
    SMALL_TIER,
    fresh_nonce,
)
from wallets.intents import ActOnChange, ChangeAct, ProposalAct, RefuseAddedKey

if TYPE_CHECKING:
    from wallets.signer import LocalSigner

ADMIN, STEWARD = signer("admin"), signer("steward")
NEIGHBOUR = "neighbour one"


def key_ended(place: EvmTown) -> None:
    place.send(REGISTRAR, "Members", "endKey", signer(NEIGHBOUR).address)


class TestObjection:
    """What residents whose key has ended still object to, `test_notice.py` shows (p60)."""

    def test_ended_key_does_nothing_else(self, place: EvmTown) -> None:
        request = submitted(place)
        place.send(REGISTRAR, "Members", "endKey", signer(SEATS[0][0]).address)
        place.send(REGISTRAR, "Members", "endKey", signer("treasurer").address)
        with refused("MembersKeyEnded"):
            act(place, request, SEATS[0][0], ProposalAct.REJECT)
        with refused("MembersKeyEnded"):
            place.carry(signer("treasurer"), attestation())


class TestVeto:
    def test_committee_whose_keys_the_registrar_ends_stops_a_change(self, place: EvmTown) -> None:
        """(p60)"""
        place.send(ADMIN, "Authority", "endFounding")
        data = schedule(place, STEWARD, "Committees", "setRules", COMMITTEE, [SMALL_TIER])
        operation = operation_of(place, STEWARD, "Committees", data)
        for name, _ in SEATS[:4]:
            place.send(REGISTRAR, "Members", "endKey", signer(name).address)
            place.carry(signer(name), veto(operation))
        with refused("AuthorityStopped"):
            carried_out(place, STEWARD, "Committees", data)

    def test_fifteen_days_after_the_end_it_has_no_vote(self, place: EvmTown) -> None:
        place.send(ADMIN, "Authority", "endFounding")
        place.send(REGISTRAR, "Members", "endKey", signer(SEATS[0][0]).address)
        place.wait(DAY)
        data = schedule(place, STEWARD, "Committees", "setRules", COMMITTEE, [SMALL_TIER])
        place.wait(KEY_DELAY - DAY)
        with refused("MembersKeyEnded"):
            place.carry(signer(SEATS[0][0]), veto(operation_of(place, STEWARD, "Committees", data)))


class TestAddedKey:
    """A registrar who ends somebody's key and brings another is stopped by whoever has the ended one."""

    def test_ended_key_refuses_the_one_that_is_to_replace_it(self, place: EvmTown) -> None:
        """(p61)"""
        data, operation = self.replaced(place)
        place.carry(signer(NEIGHBOUR), refusal_of(operation))
        with refused("AuthorityStopped"):
            carried_out(place, REGISTRAR, "Members", data)

    def test_key_that_works_refuses_it_as_well(self, place: EvmTown) -> None:
        place.send(ADMIN, "Authority", "endFounding")
        data = self.adding(place)
        place.carry(signer(NEIGHBOUR), refusal_of(operation_of(place, REGISTRAR, "Members", data)))
        with refused("AuthorityStopped"):
            carried_out(place, REGISTRAR, "Members", data)

    def test_whoever_found_a_lost_key_holds_the_new_one_up_for_fifteen_days_at_most(
        self, place: EvmTown
    ) -> None:
        data, operation = self.replaced(place)
        place.carry(signer(NEIGHBOUR), refusal_of(operation))
        place.wait(KEY_DELAY)
        place.send(REGISTRAR, "Authority", "cancel", REGISTRAR.address, place.address("Members"), data)
        self.adding(place)
        with refused("MembersKeyEnded"):
            place.carry(signer(NEIGHBOUR), refusal_of(operation, nonce=2))
        carried_out(place, REGISTRAR, "Members", data)
        assert place.read("Members", "memberOf", signer("new").address) == member_id(NEIGHBOUR)

    def test_nobody_refuses_the_key_of_another(self, place: EvmTown) -> None:
        _, operation = self.replaced(place)
        with refused("VetoNotOwnKey", member=member_id("neighbour two")):
            place.carry(signer("neighbour two"), refusal_of(operation))

    def test_no_other_change_is_refused_by_its_member_alone(self, place: EvmTown) -> None:
        place.send(ADMIN, "Authority", "endFounding")
        data = schedule(
            place, REGISTRAR, "Members", "grantRole", member_id(NEIGHBOUR), Role.TREASURER, FUND, DEADLINE
        )
        with refused("VetoNotOwnKey"):
            place.carry(signer(NEIGHBOUR), refusal_of(operation_of(place, REGISTRAR, "Members", data)))

    def test_what_does_not_wait_any_more_is_not_refused(self, place: EvmTown) -> None:
        _, operation = self.replaced(place)
        place.carry(signer(NEIGHBOUR), refusal_of(operation))
        for nonce in (1, 2):
            with refused("VetoChangeNotWaiting", operation_nonce=nonce):
                place.carry(signer(NEIGHBOUR), refusal_of(operation, nonce=nonce))

    def replaced(self, place: EvmTown) -> tuple[bytes, bytes]:
        place.send(ADMIN, "Authority", "endFounding")
        key_ended(place)
        data = self.adding(place)
        return data, operation_of(place, REGISTRAR, "Members", data)

    def adding(self, place: EvmTown) -> bytes:
        held = held_by(NEIGHBOUR, signer("new"))
        return schedule(place, REGISTRAR, "Members", "addKey", member_id(NEIGHBOUR), *held)


def veto(operation: bytes) -> ActOnChange:
    return ActOnChange(
        act=ChangeAct.VETO, operation_id=operation, operation_nonce=1, committee=COMMITTEE, nonce=fresh_nonce(),
        deadline=DEADLINE,
    )  # fmt: skip


def refusal_of(operation: bytes, nonce: int = 1) -> RefuseAddedKey:
    return RefuseAddedKey(
        operation_id=operation, operation_nonce=nonce, nonce=fresh_nonce(), deadline=DEADLINE
    )


def carried_out(place: EvmTown, by: LocalSigner, contract: str, data: bytes) -> None:
    place.wait(KEY_DELAY)
    execute_itself(place, by, contract, data)
