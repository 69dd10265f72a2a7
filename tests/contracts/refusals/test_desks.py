"""Service desks: what a delegation is, what a clerk may do by it, who ends it, and that no seat, key or office is within it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from contracts.abi import encode_call
from contracts.accounts import AccountKind
from contracts.acts import acts
from contracts.enums import Area, KeyKind, MemberKind, RedemptionState, Role
from contracts.ids import lot_id
from contracts.roles import AuthorityRole
from tests.conftest import held_by, member_id, signer
from tests.contracts.desk import (
    CLERK,
    COOL_OFF,
    DELEGATION,
    GUARDIAN,
    KIN,
    MAX_DAILY,
    MAX_SECONDS,
    PERSON,
    REGISTRAR,
    account,
    act_for,
    acting,
    open_delegation,
    staffed,
)
from tests.contracts.earning import ORDER, order, proceeds, publish, settle
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import COMMITTEE, DAY, DEADLINE, FAR, FUND, HAIRCUT, KEY_DELAY, fresh_nonce
from tests.contracts.neighbourhood import account as ledger_account
from tests.contracts.visiting import credited as served
from wallets.intents import (
    ActOnGuardian,
    ActOnLot,
    ActOnRedemption,
    DecideLot,
    GuardianAct,
    LotAct,
    Redeem,
    RedemptionAct,
    RefuseKey,
    TakeLot,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.acts import Act
    from tests.contracts.evm import EvmTown

HOUR = 3600
CONFIRM = RedemptionAct.CONFIRM


@pytest.fixture
def place(place: EvmTown) -> EvmTown:
    """The neighbourhood with a clerk, and the volunteer with an hour and a guardian."""
    served(staffed(place))
    guardian = member_id(GUARDIAN)
    place.act(signer(PERSON), ActOnGuardian(act=GuardianAct.NAME, guardian=guardian, nonce=0, deadline=0))
    return place


@pytest.fixture
def desk(place: EvmTown) -> EvmTown:
    """The volunteer's delegation works since an hour, at ten in the morning in China."""
    place.wait(DAY - (place.now + 8 * HOUR) % DAY + 9 * HOUR)
    open_delegation(place)
    place.wait(COOL_OFF + HOUR)
    return place


def haircut(number: int = 1, **changes: Any) -> Redeem:
    fields: dict[str, Any] = {
        "redemption": bytes([number]) * 16, "provider": member_id("barber"), "fund": FUND, "service": HAIRCUT,
        "held_minutes": 10, "nonce": 0, "deadline": 0,
    } | changes  # fmt: skip
    return Redeem(**fields)


def on_haircut(what: RedemptionAct, number: int = 1) -> ActOnRedemption:
    return ActOnRedemption(act=what, redemption=bytes([number]) * 16, document=bytes(32), nonce=0, deadline=0)


def argument_words(act: Act) -> int:
    """Words of an act's arguments, its authorization aside."""
    return sum(len(field.fields) or 1 for field in act.fields if field.kind != "authorization")


class TestOpening:
    def test_taken_or_zero_delegation_is_refused(self, place: EvmTown) -> None:
        open_delegation(place)
        for delegation in (DELEGATION, bytes(16)):
            with refused("DelegationExists", delegation=delegation):
                open_delegation(place, delegation=delegation)

    @pytest.mark.parametrize("person", [member_id("firm"), b"?" * 16])
    def test_desk_acts_for_no_organisation_and_no_stranger(self, place: EvmTown, person: bytes) -> None:
        with refused("DelegationPersonInvalid", member=person):
            open_delegation(place, person=person)

    def test_delegation_is_for_an_area_with_a_consent(self, place: EvmTown) -> None:
        with refused("DelegationAreaMissing", delegation=DELEGATION):
            open_delegation(place, area=Area.NONE)
        with refused("DelegationConsentMissing", delegation=DELEGATION):
            open_delegation(place, consent=bytes(32))

    @pytest.mark.parametrize("daily_limit", [0, MAX_DAILY + 1])
    def test_no_act_or_too_many_a_day_are_refused(self, place: EvmTown, daily_limit: int) -> None:
        with refused("DelegationLimitInvalid", daily_limit=daily_limit, max=MAX_DAILY):
            open_delegation(place, daily_limit=daily_limit)
        open_delegation(place, daily_limit=MAX_DAILY)

    @pytest.mark.parametrize("seconds", [0, COOL_OFF, MAX_SECONDS + 1])
    def test_end_before_it_works_or_after_a_year_is_refused(self, place: EvmTown, seconds: int) -> None:
        until = place.now + seconds
        limits = {"earliest": place.now + COOL_OFF + 1, "latest": place.now + MAX_SECONDS}
        with refused("DelegationTermInvalid", valid_until=until, **limits):
            open_delegation(place, valid_until=until)

    def test_delegations_alone_bring_keys_of_desks(self, place: EvmTown) -> None:
        key = signer("thief").address
        for by in [signer(role.name.lower()) for role in AuthorityRole] + [signer("thief")]:
            with refused("AccessManagedUnauthorized"):
                place.send(
                    by, "Members", "addDeskKey", member_id(PERSON), key, member_id(KIN), place.now, FAR
                )
            with refused("AccessManagedUnauthorized"):
                place.send(by, "Members", "noteDeskAct", b"t" * 16, member_id("coordinator"))

    def test_somebody_else_with_a_key_is_named_who_may_end_it(self, place: EvmTown) -> None:
        """A person who never had a key has no guardian: then the registrar alone would end it."""
        with refused("MembersGuardianSelf", member=member_id(PERSON)):
            open_delegation(place, guardian=member_id(PERSON))
        with refused("MembersMemberUnknown", member=bytes(16)):
            open_delegation(place, guardian=bytes(16))
        place.send(REGISTRAR, "Members", "endKey", signer(KIN).address)
        with refused("MembersGuardianWithoutKey", guardian=member_id(KIN)):
            open_delegation(place)

    def test_key_of_a_desk_is_no_key_with_which_the_person_works(self, place: EvmTown) -> None:
        """Else a first key of one's own would wait behind the desk."""
        newcomer = member_id("newcomer")
        first = held_by("newcomer", signer("newcomer"))
        place.send(REGISTRAR, "Members", "register", newcomer, MemberKind.PERSON, bytes(16), *first)
        open_delegation(place, person=newcomer)
        place.send(REGISTRAR, "Members", "endKey", first[0])
        place.wait(KEY_DELAY)
        second = held_by("newcomer", signer("new phone"))
        place.send(REGISTRAR, "Members", "addKey", newcomer, *second)
        assert place.read("Members", "memberOf", second[0]) == newcomer, "acts at once"

    def test_key_of_a_desk_says_no_more_once_it_is_over(self, place: EvmTown) -> None:
        """What is ended lately still objects, but for the key of a desk (p60)."""
        open_delegation(place)
        place.wait(MAX_SECONDS)
        with refused("MembersKeyEnded"):
            place.read("Members", "objectorKey", account(place))


class TestActing:
    def test_person_without_a_phone_has_a_haircut_by_the_desk(self, desk: EvmTown) -> None:
        act_for(desk, haircut())
        for what in (RedemptionAct.ACCEPT, RedemptionAct.SERVE):
            desk.act(signer("barber"), on_haircut(what))
        act_for(desk, on_haircut(CONFIRM))
        state, _, _, _, member, _, _ = desk.read("Redemptions", "redemptionRecord", b"\1" * 16)
        assert (state, member) == (RedemptionState.DONE, member_id(PERSON))
        minutes = ledger_account(AccountKind.MEMBER_MINUTES, member_id("barber"))
        assert desk.read("Ledger", "balanceOf", minutes) == 10

    def test_clerk_without_a_relayer_acts_by_a_direct_call(self, desk: EvmTown) -> None:
        desk.act(signer(CLERK), acting(desk, haircut(), nonce=0, deadline=0))
        assert desk.read("Redemptions", "isKnown", b"\1" * 16)

    def test_unknown_delegation_is_refused(self, desk: EvmTown) -> None:
        with refused("DelegationUnknown", delegation=b"?" * 16):
            act_for(desk, haircut(), delegation=b"?" * 16)

    def test_nobody_but_a_clerk_of_its_fund_acts(self, desk: EvmTown) -> None:
        for by in ("barber", PERSON, "coordinator"):
            with refused("MembersRoleMissing", role=Role.CLERK, scope=FUND):
                act_for(desk, haircut(), by=by)
        desk.send(REGISTRAR, "Members", "endRole", member_id(CLERK), Role.CLERK, FUND)
        with refused("MembersRoleMissing", member=member_id(CLERK)):
            act_for(desk, haircut())

    def test_clerk_is_never_the_own_clerk(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "grantRole", member_id(PERSON), Role.CLERK, FUND, FAR)
        with refused("DelegationOwnClerk", clerk=member_id(PERSON)):
            act_for(desk, haircut(), by=PERSON)

    def test_who_is_named_to_end_it_does_not_act_by_it(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "grantRole", member_id(KIN), Role.CLERK, FUND, FAR)
        with refused("DelegationGuardianActs", clerk=member_id(KIN)):
            act_for(desk, haircut(), by=KIN)

    def test_nothing_is_done_in_the_week_before_it_works(self, place: EvmTown) -> None:
        open_delegation(place)
        place.wait(COOL_OFF - 1)
        with refused("DelegationNotInForce", valid_from=place.now + 1):
            act_for(place, haircut())
        place.wait(1)
        act_for(place, haircut())

    def test_nothing_is_done_from_its_end_on(self, place: EvmTown) -> None:
        until = place.now + COOL_OFF + HOUR
        open_delegation(place, valid_until=until)
        place.wait(COOL_OFF + HOUR - 1)
        act_for(place, haircut())
        place.wait(1)
        with refused("DelegationNotInForce", ends_at=until):
            act_for(place, haircut(2))

    def test_signed_act_of_a_desk_is_carried_once(self, desk: EvmTown) -> None:
        intent = acting(desk, haircut())
        desk.carry(signer(CLERK), intent)
        with refused("MembersNonceUsed"):
            desk.carry(signer(CLERK), intent)

    def test_act_that_the_module_refuses_counts_for_nothing(self, desk: EvmTown) -> None:
        with refused("RedemptionProviderInvalid"):
            act_for(desk, haircut(provider=member_id(PERSON)))
        assert desk.read("Delegations", "actsOf", member_id(PERSON)) == (0, 0)


class TestDailyLimit:
    def test_acts_of_a_day_are_used_up_and_begin_anew_at_midnight_in_china(self, desk: EvmTown) -> None:
        for number in (1, 2):
            act_for(desk, haircut(number))
        with refused("DelegationSpent", delegation=DELEGATION, daily_limit=2):
            act_for(desk, haircut(3))
        desk.wait(DAY - (desk.now + 8 * HOUR) % DAY - 1)
        with refused("DelegationSpent"):
            act_for(desk, haircut(3))
        desk.wait(1)
        act_for(desk, haircut(3))

    def test_second_delegation_gives_no_second_day(self, place: EvmTown) -> None:
        open_delegation(place, daily_limit=1)
        open_delegation(place, daily_limit=1, delegation=b"E" * 16)
        place.wait(COOL_OFF)
        act_for(place, haircut())
        with refused("DelegationSpent", delegation=b"E" * 16):
            act_for(place, haircut(2), delegation=b"E" * 16)


class TestScope:
    @pytest.mark.parametrize("area", list(Area))
    def test_area_has_the_acts_that_say_so_and_no_others(self, place: EvmTown, area: Area) -> None:
        """No vote of a seat, no key, guardian, office, request or bank line is in any."""
        for act in acts().values():
            words = place.read("Delegations", "argumentWords", area, keccak(text=act.signature)[:4])
            assert words == (argument_words(act) if act.desk == area.name else 0), act.act

    def test_nobody_elses_signature_is_carried_behind_the_arguments(self, desk: EvmTown) -> None:
        """The clerk would leave the trace of the person on what the barber signed."""
        theirs = haircut(provider=member_id(PERSON), nonce=fresh_nonce(), deadline=DEADLINE)
        signed = signer("barber").sign_intent(theirs, desk.domain("Redemptions")).signature
        call = theirs.call(signed)
        data = encode_call(call.contract, call.function, *call.args)
        with refused("DelegationDataInvalid", needed=4 + 5 * 32, got=len(data)):
            act_for(desk, theirs, data=data)

    def test_act_of_another_area_is_refused(self, place: EvmTown) -> None:
        open_delegation(place, area=Area.WORK)
        place.wait(COOL_OFF)
        with refused("DelegationActOutside", selector=keccak(text=acts()["Redeem"].signature)[:4]):
            act_for(place, haircut())

    def test_contract_that_is_no_module_of_the_ledger_is_not_called(self, desk: EvmTown) -> None:
        for contract in ("Members", "Delegations"):
            target = bytes.fromhex(desk.address(contract)[2:])
            with refused("DelegationActOutside", target=desk.address(contract).lower()):
                act_for(desk, haircut(), target=target)

    def test_hours_do_not_go_to_the_clerk_who_acts(self, desk: EvmTown) -> None:
        with refused("DelegationClerkGains", clerk=member_id(CLERK)):
            act_for(desk, haircut(provider=member_id(CLERK)))
        desk.act(signer(PERSON), haircut(provider=member_id(CLERK)))
        desk.act(signer(CLERK), on_haircut(RedemptionAct.ACCEPT))
        with refused("DelegationClerkGains", clerk=member_id(CLERK)):
            act_for(desk, on_haircut(CONFIRM))

    def test_desk_has_no_vote_of_who_holds_a_seat(self, place: EvmTown) -> None:
        open_delegation(place, person=member_id("resident one"))
        place.wait(COOL_OFF)
        with refused("CommitteeDeskHasNoVote", member=member_id("resident one")):
            place.read("Committees", "voterOf", COMMITTEE, "0x" + account(place).hex())

    def test_account_obeys_nobody_but_its_delegation(self, desk: EvmTown) -> None:
        harmless = desk.address("Ledger"), encode_call("Ledger", "sequence")
        forward = keccak(text="forward(address,bytes)")[:4] + encode(["address", "bytes"], harmless)
        with pytest.raises(RuntimeError, match=keccak(text="ForwardingAccountNotYours(address)")[:4].hex()):
            desk.evm.message_call(signer("thief").address, "0x" + account(desk).hex(), forward)


class TestDeciding:
    """Who began something for a person at the desk decides it no more than the person."""

    def test_clerk_who_coordinates_decides_no_redemption_of_the_desk(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "grantRole", member_id("coordinator"), Role.CLERK, FUND, FAR)
        act_for(desk, haircut(), by="coordinator")
        barred = {"thing": b"\1" * 16, "member": member_id("coordinator")}
        with refused("MembersActedAtDesk", **barred):
            desk.act(signer("coordinator"), on_haircut(RedemptionAct.VOID))
        for what in (RedemptionAct.ACCEPT, RedemptionAct.SERVE):
            desk.act(signer("barber"), on_haircut(what))
        act_for(desk, on_haircut(RedemptionAct.DISPUTE))
        for what in (RedemptionAct.DECIDE_FOR_MEMBER, RedemptionAct.DECIDE_FOR_PROVIDER):
            with refused("MembersActedAtDesk", **barred):
                desk.act(signer("coordinator"), on_haircut(what))
        desk.act(signer("second coordinator"), on_haircut(RedemptionAct.DECIDE_FOR_PROVIDER))
        with refused("MembersActedAtDesk", **barred):
            desk.act(signer("coordinator"), on_haircut(RedemptionAct.REVERSE))

    def test_clerk_who_coordinates_decides_what_another_clerk_began(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "grantRole", member_id("coordinator"), Role.CLERK, FUND, FAR)
        act_for(desk, haircut(2), by="coordinator")
        desk.wait(DAY)
        act_for(desk, haircut())
        desk.act(signer("coordinator"), on_haircut(RedemptionAct.VOID))
        assert desk.read("Redemptions", "redemptionRecord", b"\1" * 16)[0] == RedemptionState.VOIDED

    def test_clerk_who_is_foreman_or_treasurer_settles_and_decides_no_lot_of_the_desk(
        self, place: EvmTown
    ) -> None:
        begun = self.working(place, "foreman", "treasurer")
        for name in ("foreman", "treasurer"):
            act_for(place, begun(name), by=name)
        first, second = (begun(name).lot for name in ("foreman", "treasurer"))
        with refused("MembersActedAtDesk", thing=first, member=member_id("foreman")):
            settle(place, 4, 6, lot=first)
        settle(place, 4, 6, lot=second)
        act_for(place, _on_lot(LotAct.DISPUTE, second))
        decision = DecideLot(lot=second, accepted_pieces=6, document=b"d" * 32, nonce=0, deadline=0)
        barred = {"thing": second, "member": member_id("treasurer")}
        with refused("MembersActedAtDesk", **barred):
            place.act(signer("treasurer"), decision)
        place.act(signer("cashier"), decision)
        with refused("MembersActedAtDesk", **barred):
            place.act(signer("treasurer"), _on_lot(LotAct.REVERSE, second))

    def test_foreman_who_settled_a_lot_does_not_dispute_it_at_the_desk(self, place: EvmTown) -> None:
        begun = self.working(place, "foreman")("supervisor")
        act_for(place, begun)
        settle(place, 4, 6, lot=begun.lot)
        # Of who settled it the lot keeps the end of the id.
        tail = bytes(12) + member_id("foreman")[-4:]
        with refused("MembersActedAtDesk", thing=begun.lot, member=tail):
            act_for(place, _on_lot(LotAct.DISPUTE, begun.lot), by="foreman")
        act_for(place, _on_lot(LotAct.DISPUTE, begun.lot))

    @staticmethod
    def working(place: EvmTown, *clerks: str) -> Callable[[str], TakeLot]:
        """A factory with an order, a delegation for work, and clerks more; how each takes a lot for the person."""
        publish(place)
        proceeds(place)
        open_delegation(place, area=Area.WORK, daily_limit=MAX_DAILY)
        place.wait(COOL_OFF)
        order(place)
        for name in clerks:
            place.send(REGISTRAR, "Members", "grantRole", member_id(name), Role.CLERK, FUND, FAR)
        return lambda by: TakeLot(
            lot=lot_id(ORDER, keccak(text=by)), order=ORDER, pieces=10, nonce=0, deadline=0
        )


def _on_lot(what: LotAct, lot: bytes) -> ActOnLot:
    return ActOnLot(act=what, lot=lot, document=b"r" * 32, nonce=0, deadline=0)


class TestEnding:
    @pytest.mark.parametrize("by", [PERSON, GUARDIAN, KIN])
    @pytest.mark.parametrize("waited_seconds", [0, COOL_OFF + DAY])
    def test_person_and_guardian_end_it_at_any_time(
        self, place: EvmTown, by: str, waited_seconds: int
    ) -> None:
        open_delegation(place)
        place.wait(waited_seconds)
        place.carry(signer(by), RefuseKey(key=account(place), nonce=fresh_nonce(), deadline=DEADLINE))
        place.wait(COOL_OFF)
        with refused("DelegationNotInForce"):
            act_for(place, haircut())

    def test_person_without_any_key_has_somebody_who_ends_it(self, place: EvmTown) -> None:
        place.send(REGISTRAR, "Members", "endKey", signer(PERSON).address)
        open_delegation(place)
        other = signer("new phone")
        place.send(REGISTRAR, "Members", "addKey", member_id(PERSON), *held_by(PERSON, other))
        waiting = RefuseKey(key=bytes.fromhex(other.address[2:]), nonce=fresh_nonce(), deadline=DEADLINE)
        with refused("MembersGuardianMissing", guardian=member_id(KIN)):
            place.carry(signer(KIN), waiting)  # of that key alone, and no guardian of the person
        place.carry(signer(KIN), RefuseKey(key=account(place), nonce=fresh_nonce(), deadline=DEADLINE))
        assert place.read("Members", "keyRecord", account(place))[4] == place.now

    def test_registrar_ends_it_at_once(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "endKey", account(desk))
        with refused("DelegationNotInForce", ends_at=desk.now):
            act_for(desk, haircut())

    def test_clerk_cannot_keep_it_and_a_stranger_cannot_end_it(self, desk: EvmTown) -> None:
        for by in (CLERK, "barber"):
            with refused("MembersGuardianMissing"):
                desk.carry(signer(by), RefuseKey(key=account(desk), nonce=fresh_nonce(), deadline=DEADLINE))
        assert desk.read("Members", "keyRecord", account(desk))[1] == KeyKind.DESK

    def test_desk_does_nothing_for_who_has_left_and_begins_nothing_either(self, desk: EvmTown) -> None:
        desk.send(REGISTRAR, "Members", "endMembership", member_id(PERSON))
        with refused("DelegationNotInForce", delegation=DELEGATION):
            act_for(desk, haircut())
        with refused("MembersMembershipEnded", member=member_id(PERSON)):
            open_delegation(desk, delegation=b"E" * 16)
