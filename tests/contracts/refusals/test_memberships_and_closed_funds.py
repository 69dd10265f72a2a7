"""People marry, move, leave and die, and funds close (p54): what each of that stops, and what nobody can do by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.enums import Level, MemberKind, Role
from contracts.roles import CHANGE_DELAY_SECONDS
from tests.conftest import held_by, member_id, signer
from tests.contracts.changing import change, execute, schedule
from tests.contracts.deciding import add_key, fund, rotation, submitted
from tests.contracts.evm import EvmTown, refused
from tests.contracts.keyholding import attestation, on_guardian, recovery, refusal
from tests.contracts.neighbourhood import (
    BANK,
    DEADLINE,
    FAR,
    FUND,
    KEY_DELAY,
    STREET,
    donation,
    fresh_nonce,
    household,
)
from wallets.intents import AttestDonations, AttestProceeds

if TYPE_CHECKING:
    from wallets.signer import LocalSigner

REGISTRAR, STEWARD, ADMIN = (signer(name) for name in ("registrar", "steward", "admin"))
NOBODY = bytes(16)
EMPTY, BELOW = 7, 8


@pytest.fixture
def founded(place: EvmTown) -> EvmTown:
    """The neighbourhood, whose founding has ended."""
    place.send(ADMIN, "Authority", "endFounding")
    return place


def left(place: EvmTown, name: str) -> EvmTown:
    place.send(REGISTRAR, "Members", "endMembership", member_id(name))
    return place


class TestHouseholds:
    def test_household_after_a_marriage_waits_in_public(self, founded: EvmTown) -> None:
        married = (member_id("worker"), household("barber"))
        with refused("AccessManagerNotScheduled"):
            founded.send(REGISTRAR, "Members", "changeHousehold", *married)
        change(founded, REGISTRAR, "Members", "changeHousehold", *married)
        assert founded.read("Members", "householdOf", member_id("worker")) == household("barber")

    def test_who_moves_to_nowhere_is_of_no_household(self, place: EvmTown) -> None:
        place.send(REGISTRAR, "Members", "changeHousehold", member_id("worker"), NOBODY)
        assert place.read("Members", "householdOf", member_id("worker")) == NOBODY

    def test_household_of_a_stranger_or_the_same_one_is_refused(self, place: EvmTown) -> None:
        with refused("MembersMemberUnknown", member=member_id("stranger")):
            place.send(REGISTRAR, "Members", "changeHousehold", member_id("stranger"), household("worker"))
        same = place.read("Members", "householdOf", member_id("worker"))
        with refused("MembersHouseholdUnchanged", member=member_id("worker"), household=same):
            place.send(REGISTRAR, "Members", "changeHousehold", member_id("worker"), same)

    def test_nobody_but_the_registrar_moves_a_member(self, place: EvmTown) -> None:
        with refused("AccessManagedUnauthorized"):
            place.send(STEWARD, "Members", "changeHousehold", member_id("worker"), NOBODY)


class TestMemberships:
    def test_who_died_signs_nothing_from_that_moment_on(self, founded: EvmTown) -> None:
        left(founded, "treasurer")
        with refused("MembersKeyEnded", key=signer("treasurer").address.lower(), ends_at=founded.now):
            founded.carry(signer("treasurer"), attestation())
        assert founded.read("Members", "membershipEndedAt", member_id("treasurer")) == founded.now

    def test_old_and_new_key_of_a_rotation_end_together_and_a_key_that_waits_as_well(
        self, place: EvmTown
    ) -> None:
        place.carry(signer("treasurer"), rotation("treasurer", signer("new"), DEADLINE))
        add_key(place, "treasurer", "waiting")
        left(place, "treasurer").wait(KEY_DELAY)
        for name in ("treasurer", "new", "waiting"):
            with refused("MembersKeyEnded"):
                place.read("Members", "memberOf", signer(name).address)

    def test_key_that_goes_on_because_its_successor_ended_ends_as_well(self, place: EvmTown) -> None:
        """The successor stands before it in the list: it was brought and refused before."""
        add_key(place, "treasurer", "new")
        place.carry(signer("treasurer"), refusal(signer("new")))
        add_key(place, "treasurer", "second")
        place.wait(KEY_DELAY)
        place.carry(signer("second"), rotation("treasurer", signer("new"), DEADLINE))
        left(place, "treasurer")
        for name in ("treasurer", "second", "new"):
            with refused("MembersKeyEnded"):
                place.read("Members", "memberOf", signer(name).address)

    def test_seat_of_who_left_casts_no_vote(self, place: EvmTown) -> None:
        request = submitted(place)
        left(place, "donor one")
        with refused("MembersKeyEnded"):
            place.read("Committees", "voterOf", request.committee, signer("donor one").address)

    def test_who_left_gets_no_key_role_guardian_or_household(self, place: EvmTown) -> None:
        for name in ("worker", "barber"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        member, ended_at = member_id("treasurer"), left(place, "treasurer").now
        with refused("MembersMembershipEnded", member=member, ended_at=ended_at):
            add_key(place, "treasurer", "new")
        with refused("MembersMembershipEnded"):
            place.carry(signer("worker"), recovery("treasurer", signer("new")))
        with refused("MembersMembershipEnded"):
            place.send(REGISTRAR, "Members", "grantRole", member, Role.RESIDENT, FUND, FAR)
        with refused("MembersMembershipEnded"):
            place.send(REGISTRAR, "Members", "changeHousehold", member, NOBODY)
        with refused("MembersMembershipEnded"):
            place.carry(signer("worker"), on_guardian("NAME", "treasurer"))
        with refused("MembersMembershipEnded"):
            left(place, "treasurer")

    def test_signature_of_a_guardian_who_died_since_does_not_count(self, place: EvmTown) -> None:
        for name in ("worker", "barber", "foreman"):
            place.carry(signer("treasurer"), on_guardian("NAME", name))
        place.carry(signer("worker"), recovery("treasurer", signer("new")))
        left(place, "worker")
        with refused("MembersGuardianMissing", guardian=member_id("worker")):
            place.carry(signer("barber"), recovery("treasurer", signer("new")))
        place.wait(KEY_DELAY)
        for name in ("barber", "foreman"):
            place.carry(signer(name), recovery("treasurer", signer("new")))

    def test_membership_that_ended_by_mistake_is_restored_after_a_wait_and_takes_a_new_key(
        self, founded: EvmTown
    ) -> None:
        left(founded, "treasurer")
        with refused("AccessManagerNotScheduled"):
            founded.send(REGISTRAR, "Members", "restoreMembership", member_id("treasurer"))
        restored = schedule(founded, REGISTRAR, "Members", "restoreMembership", member_id("treasurer"))
        added = schedule(
            founded,
            REGISTRAR,
            "Members",
            "addKey",
            member_id("treasurer"),
            *held_by("treasurer", signer("new")),
        )
        founded.wait(CHANGE_DELAY_SECONDS)
        execute(founded, REGISTRAR, "Members", restored)
        with refused("MembersKeyEnded"):
            founded.carry(signer("treasurer"), attestation())
        execute(founded, REGISTRAR, "Members", added)
        founded.carry(signer("new"), attestation())

    def test_registrar_does_not_slip_a_key_in_by_ending_and_restoring(self, founded: EvmTown) -> None:
        """A guardian who could refuse the key before can refuse it after."""
        founded.carry(signer("treasurer"), on_guardian("NAME", "worker"))
        left(founded, "treasurer")
        change(founded, REGISTRAR, "Members", "restoreMembership", member_id("treasurer"))
        change(
            founded,
            REGISTRAR,
            "Members",
            "addKey",
            member_id("treasurer"),
            *held_by("treasurer", signer("puppet")),
        )
        founded.carry(signer("worker"), refusal(signer("puppet")))
        with refused("MembersKeyEnded"):
            founded.carry(signer("puppet"), attestation())

    def test_stranger_or_going_membership_is_neither_ended_nor_restored(self, place: EvmTown) -> None:
        with refused("MembersMemberUnknown", member=member_id("stranger")):
            left(place, "stranger")
        for name in ("stranger", "worker"):
            with refused("MembersMembershipGoesOn", member=member_id(name)):
                place.send(REGISTRAR, "Members", "restoreMembership", member_id(name))

    def test_id_of_who_died_is_nobody_elses(self, place: EvmTown) -> None:
        left(place, "worker")
        with refused("MembersMemberExists", member=member_id("worker")):
            place.send(
                REGISTRAR, "Members", "register", member_id("worker"), MemberKind.PERSON, NOBODY,
                *held_by("worker", signer("heir")),
            )  # fmt: skip


class TestClosedFunds:
    @pytest.fixture
    def place(self, place: EvmTown) -> EvmTown:
        """A fund below the community's, with one below itself and a purpose."""
        for number, parent in ((EMPTY, STREET), (BELOW, EMPTY)):
            level = Level.COMMUNITY if number == EMPTY else Level.SPECIAL
            place.send(STEWARD, "Funds", "openFund", number, parent, level, BANK)
            place.send(REGISTRAR, "Members", "grantRole", member_id("treasurer"), Role.TREASURER, number, FAR)
        place.send(STEWARD, "Funds", "openPurpose", EMPTY << 16 | 1)
        return place

    def closed(self, place: EvmTown, *numbers: int) -> EvmTown:
        for number in numbers:
            place.send(STEWARD, "Funds", "closeFund", number)
        return place

    def gift(self, number: int) -> AttestDonations:
        late = donation("late", 100, purpose=number << 16 | 1)
        return AttestDonations(
            fund=number, bank=BANK, donations=(late,), nonce=fresh_nonce(), deadline=DEADLINE
        )

    def test_closed_fund_takes_no_gift_and_opens_nothing(self, place: EvmTown) -> None:
        self.closed(place, BELOW, EMPTY)
        attempts: list[tuple[LocalSigner, str, tuple[object, ...]]] = [
            (STEWARD, "openPurpose", (EMPTY << 16 | 2,)),
            (STEWARD, "openFund", (9, EMPTY, Level.SPECIAL, BANK)),
            (STEWARD, "closeFund", (EMPTY,)),
        ]
        for by, function, args in attempts:
            with refused("FundsFundClosed", fund=EMPTY):
                place.send(by, "Funds", function, *args)
        with refused("FundsFundClosed", fund=EMPTY):
            place.carry(signer("treasurer"), self.gift(EMPTY))
        with refused("FundsFundClosed", fund=EMPTY):
            place.read("Funds", "payingBank", EMPTY)
        assert place.read("Funds", "isClosed", EMPTY)

    def test_number_of_a_closed_fund_is_never_another_funds(self, place: EvmTown) -> None:
        self.closed(place, BELOW, EMPTY)
        with refused("FundsIdTaken", id=EMPTY):
            place.send(STEWARD, "Funds", "openFund", EMPTY, STREET, Level.COMMUNITY, BANK)

    def test_fund_with_a_fen_in_one_purpose_stays_open_until_it_is_spent(self, place: EvmTown) -> None:
        self.closed(place, BELOW)
        place.carry(signer("treasurer"), self.gift(EMPTY))
        with refused("FundsFundNotEmpty", fund=EMPTY, accounts=1):
            self.closed(place, EMPTY)

    def test_fund_whose_enterprise_holds_proceeds_stays_open(self, place: EvmTown) -> None:
        """Wages and proceeds are the fund's money as well, though no purpose holds them."""
        sold = AttestProceeds(
            enterprise=1, bank=BANK, bank_line=donation("sold", 1).bank_line, amount_fen=500, nonce=fresh_nonce(),
            deadline=DEADLINE,
        )  # fmt: skip
        place.carry(signer("treasurer"), sold)
        with refused("FundsFundNotEmpty", fund=FUND, accounts=1):
            self.closed(place, FUND)

    def test_accounts_that_are_emptied_count_no_more(self, place: EvmTown) -> None:
        fund(place, "first")
        assert place.read("Ledger", "filledAccounts", FUND) == 1
        fund(place, "second")
        assert place.read("Ledger", "filledAccounts", FUND) == 1

    def test_fund_with_an_open_one_below_stays_open(self, place: EvmTown) -> None:
        with refused("FundsFundsBelowOpen", fund=EMPTY, funds=1):
            self.closed(place, EMPTY)

    def test_closing_waits_in_public_and_is_taken_back_by_reopening(self, place: EvmTown) -> None:
        place.send(ADMIN, "Authority", "endFounding")
        with refused("AccessManagerNotScheduled"):
            place.send(STEWARD, "Funds", "closeFund", BELOW)
        change(place, STEWARD, "Funds", "closeFund", BELOW)
        change(place, STEWARD, "Funds", "closeFund", EMPTY)
        below = schedule(place, STEWARD, "Funds", "reopenFund", BELOW)
        above = schedule(place, STEWARD, "Funds", "reopenFund", EMPTY)
        place.wait(CHANGE_DELAY_SECONDS)
        with refused("FundsFundClosed", fund=EMPTY):
            execute(place, STEWARD, "Funds", below)
        execute(place, STEWARD, "Funds", above)
        execute(place, STEWARD, "Funds", below)
        with refused("FundsFundsBelowOpen", fund=EMPTY, funds=1):
            change(place, STEWARD, "Funds", "closeFund", EMPTY)
        place.carry(signer("treasurer"), self.gift(EMPTY))

    def test_unknown_or_open_fund_is_not_closed_or_opened_again(self, place: EvmTown) -> None:
        with refused("FundsFundUnknown", fund=99):
            self.closed(place, 99)
        for number in (99, EMPTY):
            with refused("FundsFundOpen", fund=number):
                place.send(STEWARD, "Funds", "reopenFund", number)
