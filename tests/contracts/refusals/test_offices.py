"""Offices: who signs for one, what of it holds at once, what waits, and who carries that out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from contracts.abi import encode_call
from contracts.enums import MemberKind, Office
from contracts.errors import UnknownRevertError
from contracts.roles import (
    CHANGE_DELAY_SECONDS,
    CHANGES,
    PERSONS_OFFICES,
    AuthorityRole,
    holder_role,
    kinds_mask,
    roles_of,
)
from tests.conftest import held_by, member_id, p256, passkey, signer
from tests.contracts.changing import change, operation_of
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import DAY, DEADLINE, FUND, fresh_nonce
from tests.offices import DIRECT
from wallets.intents import ActOnCall, CallAct, CancelIntent

if TYPE_CHECKING:
    from wallets.signer import Signer

ADMIN, GUARDIAN, STEWARD, REGISTRAR = (signer(name) for name in ("admin", "guardian", "steward", "registrar"))
STRANGER = signer("stranger")
NEW_PURPOSE = FUND << 16 | 99


@pytest.fixture
def founded(place: EvmTown) -> EvmTown:
    """The neighbourhood, whose founding has ended."""
    place.send(ADMIN, "Authority", "endFounding")
    return place


def signed(
    place: EvmTown, act: CallAct, office: Office, contract: str, function: str, *args: Any
) -> ActOnCall:
    """What the holder of an office signs."""
    target, data = bytes.fromhex(place.address(contract)[2:]), encode_call(contract, function, *args)
    return ActOnCall(act=act, office=office, target=target, data=data, nonce=fresh_nonce(), deadline=DEADLINE)


def purpose(place: EvmTown, **changes: Any) -> ActOnCall:
    """Routine of the steward: a new purpose, which is empty."""
    act = CallAct.ACT_FOR_OFFICE
    return replace(signed(place, act, Office.STEWARD, "Funds", "openPurpose", NEW_PURPOSE), **changes)


def window(place: EvmTown, act: CallAct = CallAct.SCHEDULE_FOR_OFFICE, **changes: Any) -> ActOnCall:
    """A change of the steward's: how long visits can be challenged."""
    return replace(signed(place, act, Office.STEWARD, "TimeBank", "setChallenge", 3 * DAY), **changes)


def run(place: EvmTown, office: Office, contract: str, data: bytes, by: Signer = STRANGER) -> None:
    """Somebody carries out a change of an office."""
    place.call(
        by.address, "Offices", encode_call("Offices", "runForOffice", office, place.address(contract), data)
    )


class TestHolders:
    """Who signs for an office."""

    def test_routine_signed_by_the_holder_is_carried_by_anybody(self, founded: EvmTown) -> None:
        founded.carry(STEWARD, purpose(founded))
        with refused("LedgerAccountExists"):
            founded.carry(STEWARD, purpose(founded))

    @pytest.mark.parametrize("by", [STRANGER, REGISTRAR, ADMIN, signer("treasurer")])
    def test_whoever_does_not_hold_the_office_signs_nothing_for_it(
        self, founded: EvmTown, by: Signer
    ) -> None:
        for intent in (purpose(founded), window(founded), window(founded, CallAct.CANCEL_FOR_OFFICE)):
            with refused("OfficeNotHeld", office=Office.STEWARD, key=by.address.lower()):
                founded.carry(by, intent)

    def test_the_relayer_holds_none_and_alters_nothing(self, founded: EvmTown) -> None:
        intent = purpose(founded)
        signature = STEWARD.sign_intent(intent, founded.domain("Offices")).signature
        altered = replace(intent, data=encode_call("Funds", "openPurpose", NEW_PURPOSE + 1))
        for each in (
            altered,
            replace(intent, act=CallAct.SCHEDULE_FOR_OFFICE),
            replace(intent, office=Office.REGISTRAR),
        ):
            call = each.call(signature)
            with refused("OfficeNotHeld"):
                founded.send(signer("relayer"), call.contract, call.function, *call.args)

    @pytest.mark.parametrize("key", [passkey("steward"), p256("steward"), signer("second steward")])
    def test_a_second_holder_acts_with_a_key_of_any_kind_and_needs_to_be_no_member(
        self, founded: EvmTown, key: Signer
    ) -> None:
        change(founded, ADMIN, "Authority", "grantRole", holder_role(AuthorityRole.STEWARD), key.address, 0)
        founded.carry(key, purpose(founded, deadline=founded.now))
        founded.carry(key, window(founded, deadline=founded.now))

    def test_a_member_who_holds_an_office_signs_for_both_with_one_key(self, founded: EvmTown) -> None:
        key = signer("cashier")
        change(founded, ADMIN, "Authority", "grantRole", holder_role(AuthorityRole.STEWARD), key.address, 0)
        founded.carry(key, purpose(founded))

    def test_who_is_released_signs_no_more_and_what_was_signed_before_is_void(self, founded: EvmTown) -> None:
        before = purpose(founded)
        role = holder_role(AuthorityRole.STEWARD)
        change(founded, ADMIN, "Authority", "revokeRole", role, STEWARD.address)
        with refused("OfficeNotHeld"):
            founded.carry(STEWARD, before)

    def test_an_act_is_carried_once(self, founded: EvmTown) -> None:
        data = encode_call("Funds", "freeze", FUND)
        intent = signed(founded, CallAct.ACT_FOR_OFFICE, Office.GUARDIAN, "Funds", "freeze", FUND)
        assert intent.data == data
        founded.carry(GUARDIAN, intent)
        with refused("MembersNonceUsed", nonce=intent.nonce):
            founded.carry(GUARDIAN, intent)

    def test_an_act_that_arrives_after_its_deadline_is_refused(self, founded: EvmTown) -> None:
        intent = purpose(founded, deadline=founded.now - 1)
        with refused("IntentExpired", deadline=founded.now - 1):
            founded.carry(STEWARD, intent)

    def test_the_key_of_an_office_calls_back_what_it_signed(self, founded: EvmTown) -> None:
        intent = purpose(founded)
        taker = bytes.fromhex(founded.address("Offices")[2:])
        founded.carry(
            STEWARD,
            CancelIntent(taker=taker, cancelled_nonce=intent.nonce, nonce=fresh_nonce(), deadline=DEADLINE),
        )
        with refused("MembersNonceUsed"):
            founded.carry(STEWARD, intent)

    def test_the_key_of_an_office_moves_no_contract_but_through_it(self, founded: EvmTown) -> None:
        calls = (
            ("Funds", "openPurpose", (NEW_PURPOSE,)),
            ("Authority", "stop", (bytes(32),)),
            ("Members", "endKey", (signer("worker").address,)),
        )
        for (contract, function, args), by in zip(calls, (STEWARD, GUARDIAN, REGISTRAR), strict=True):
            with refused("AccessManagedUnauthorized", caller=by.address.lower()):
                founded.call(by.address, contract, encode_call(contract, function, *args))

    def test_an_account_obeys_its_contract_alone(self, founded: EvmTown) -> None:
        """Its error is of no contract that a town knows: the call fails as a whole."""
        account = founded.ways.account(STEWARD.address)
        called = founded.address("Funds"), encode_call("Funds", "openPurpose", NEW_PURPOSE)
        forward = keccak(text="forward(address,bytes)")[:4] + encode(["address", "bytes"], called)
        refusal = keccak(text="ForwardingAccountNotYours(address)")[:4].hex()
        with pytest.raises(RuntimeError, match=refusal):
            founded.evm.message_call(STEWARD.address, account, forward)


class TestActs:
    """What holds at once."""

    def test_an_act_of_another_office_is_refused(self, founded: EvmTown) -> None:
        with refused("OfficeActOutside", office=Office.REGISTRAR):
            founded.carry(REGISTRAR, purpose(founded, office=Office.REGISTRAR))

    def test_a_change_is_not_done_at_once_though_it_is_signed_so(self, founded: EvmTown) -> None:
        with refused("OfficeActWaits", office=Office.STEWARD):
            founded.carry(STEWARD, window(founded, CallAct.ACT_FOR_OFFICE))

    def test_what_holds_at_once_is_not_announced(self, founded: EvmTown) -> None:
        with refused("AccessManagerUnauthorizedCall"):
            founded.carry(STEWARD, purpose(founded, act=CallAct.SCHEDULE_FOR_OFFICE))

    @pytest.mark.parametrize("function", ["schedule", "execute", "cancel", "renounceRole", "multicall"])
    def test_nothing_is_signed_as_done_that_the_authority_would_schedule_or_call_off(
        self, founded: EvmTown, function: str
    ) -> None:
        """Each of the three has an act of its own, which says so."""
        target, data = founded.address("TimeBank"), encode_call("TimeBank", "setChallenge", DAY)
        steward = founded.ways.account(STEWARD.address)
        args: dict[str, tuple[Any, ...]] = {
            "schedule": (target, data, 0), "execute": (target, data), "cancel": (steward, target, data),
            "renounceRole": (AuthorityRole.STEWARD, steward), "multicall": ([data],),
        }  # fmt: skip
        for office, by in ((Office.STEWARD, STEWARD), (Office.GUARDIAN, GUARDIAN)):
            intent = signed(founded, CallAct.ACT_FOR_OFFICE, office, "Authority", function, *args[function])
            with refused("OfficeActOutside"):
                founded.carry(by, intent)

    def test_what_the_authority_lets_offices_do_no_other_contract_is_asked(self, founded: EvmTown) -> None:
        ledger = bytes.fromhex(founded.address("Ledger")[2:])
        stop = signed(founded, CallAct.ACT_FOR_OFFICE, Office.GUARDIAN, "Authority", "stop", bytes(32))
        with refused("OfficeActOutside", office=Office.GUARDIAN):
            founded.carry(GUARDIAN, replace(stop, target=ledger))

    def test_an_office_that_is_none_is_refused_before_anybody_is_asked(self, founded: EvmTown) -> None:
        with pytest.raises(UnknownRevertError):
            founded.carry(STEWARD, purpose(founded, office=5))

    def test_the_guardian_stops_what_another_office_announced(self, founded: EvmTown) -> None:
        intent = window(founded)
        founded.carry(STEWARD, intent)
        operation = operation_of(founded, STEWARD, "TimeBank", intent.data)
        stop = signed(founded, CallAct.ACT_FOR_OFFICE, Office.GUARDIAN, "Authority", "stop", operation)
        founded.carry(GUARDIAN, stop)
        founded.wait(CHANGE_DELAY_SECONDS)
        with refused("OfficeChangeNotWaiting"):
            run(founded, Office.STEWARD, "TimeBank", intent.data)


class TestChanges:
    """What waits."""

    def test_a_change_is_carried_out_by_anybody_once_it_has_waited(self, founded: EvmTown) -> None:
        intent = window(founded)
        founded.carry(STEWARD, intent)
        founded.wait(CHANGE_DELAY_SECONDS - 1)
        with refused("AccessManagerNotReady"):
            run(founded, Office.STEWARD, "TimeBank", intent.data)
        founded.wait(1)
        run(founded, Office.STEWARD, "TimeBank", intent.data)
        with refused("OfficeChangeNotWaiting"):
            run(founded, Office.STEWARD, "TimeBank", intent.data)

    def test_nobody_carries_out_what_no_office_announced(self, founded: EvmTown) -> None:
        """Routine needs no wait at the authority: it would do it for whoever asks."""
        routine = encode_call("Funds", "openPurpose", NEW_PURPOSE)
        newcomer = (
            member_id("newcomer"),
            MemberKind.PERSON,
            bytes(16),
            *held_by("newcomer", signer("newcomer")),
        )
        for office, contract, data in (
            (Office.STEWARD, "Funds", routine),
            (Office.REGISTRAR, "Members", encode_call("Members", "register", *newcomer)),
            (Office.GUARDIAN, "Funds", encode_call("Funds", "freeze", FUND)),
            (
                Office.ADMIN,
                "Ledger",
                encode_call("Ledger", "admitModule", STRANGER.address, kinds_mask("Funds")),
            ),
        ):
            with refused("OfficeChangeNotWaiting", office=office):
                run(founded, office, contract, data)

    def test_an_office_calls_off_its_own_change_and_no_other(self, founded: EvmTown) -> None:
        founded.carry(STEWARD, window(founded))
        for office, by in ((Office.ADMIN, ADMIN), (Office.REGISTRAR, REGISTRAR), (Office.GUARDIAN, GUARDIAN)):
            with refused("AccessManagerNotScheduled"):
                founded.carry(by, window(founded, CallAct.CANCEL_FOR_OFFICE, office=office))
        intent = window(founded, CallAct.CANCEL_FOR_OFFICE)
        founded.carry(STEWARD, intent)
        assert (
            founded.read("Authority", "getSchedule", operation_of(founded, STEWARD, "TimeBank", intent.data))
            == 0
        )

    def test_thief_of_an_administrators_key_does_not_call_off_its_end(self, founded: EvmTown) -> None:
        """Nor the office of whoever comes after; or no change of an office would ever have been carried out (p59)."""
        role = holder_role(AuthorityRole.ADMIN)
        authority = founded.address("Authority")
        calls = ("grantRole", role, STRANGER.address, 0), ("revokeRole", role, ADMIN.address)
        changes = [encode_call("Authority", *call) for call in calls]
        for call, data in zip(calls, changes, strict=True):
            founded.send(ADMIN, "Authority", "schedule", authority, data, 0)
            operation = operation_of(founded, ADMIN, "Authority", data)
            with refused("AuthorityHolderNotCalledOff", operation_id=operation):
                founded.carry(
                    ADMIN, signed(founded, CallAct.CANCEL_FOR_OFFICE, Office.ADMIN, "Authority", *call)
                )
        founded.wait(CHANGE_DELAY_SECONDS)
        for data in changes:
            run(founded, Office.ADMIN, "Authority", data)
        with refused("OfficeNotHeld", key=ADMIN.address.lower()):
            founded.carry(ADMIN, window(founded, office=Office.ADMIN))

    def test_a_change_goes_on_though_who_announced_it_was_released(self, founded: EvmTown) -> None:
        """It was the office's; the guardian, a committee, and who holds the office now can still call it off."""
        role, intent = holder_role(AuthorityRole.STEWARD), window(founded)
        release = encode_call("Authority", "revokeRole", role, STEWARD.address)
        founded.send(ADMIN, "Authority", "schedule", founded.address("Authority"), release, 0)
        founded.wait(CHANGE_DELAY_SECONDS - DAY)
        founded.carry(STEWARD, intent)
        founded.wait(DAY)
        run(founded, Office.ADMIN, "Authority", release)
        founded.wait(CHANGE_DELAY_SECONDS - DAY)
        run(founded, Office.STEWARD, "TimeBank", intent.data)

    def test_a_change_of_another_office_is_not_announced(self, founded: EvmTown) -> None:
        with refused("AccessManagerUnauthorizedCall"):
            founded.carry(REGISTRAR, window(founded, office=Office.REGISTRAR))


def test_the_accounts_alone_have_the_roles_of_offices(founded: EvmTown) -> None:
    accounts = [founded.ways.account(signer(office.name.lower()).address) for office in PERSONS_OFFICES]
    for office, account in zip(PERSONS_OFFICES, accounts, strict=True):
        assert founded.read("Offices", "accountOf", office) == account.lower()
        key = signer(office.name.lower()).address
        for role in (int(office), office | CHANGES):
            held = [founded.read("Authority", "hasRole", role, each)[0] for each in (account, key)]
            assert held == [role in roles_of(office), False]


def test_offices_are_numbered_as_their_roles() -> None:
    assert [office.name for office in PERSONS_OFFICES] == [office.name for office in Office]


def test_a_direct_call_needs_no_signature(founded: EvmTown) -> None:
    data = encode_call("Funds", "openPurpose", NEW_PURPOSE)
    args = Office.STEWARD, founded.address("Funds"), data, DIRECT
    founded.call(STEWARD.address, "Offices", encode_call("Offices", "actForOffice", *args))
    with refused("OfficeNotHeld", key=STRANGER.address.lower()):
        founded.call(STRANGER.address, "Offices", encode_call("Offices", "actForOffice", *args))
