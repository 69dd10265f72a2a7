"""A change that waits in public is stopped by the guardian, and by most seats of a committee that it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import Level, Role, SeatClass
from contracts.roles import CHANGE_DELAY_SECONDS, CHANGES, HOLDER, AuthorityRole, holder_role
from tests.conftest import GENESIS_TIME, member_id, signer
from tests.contracts.changing import execute_itself, operation_of, schedule
from tests.contracts.evm import EvmTown, refused
from tests.contracts.neighbourhood import (
    BANK,
    COMMITTEE,
    DAY,
    DEADLINE,
    FAR,
    FUND,
    GENERAL,
    MATCHING,
    OTHERS,
    SEATS,
    SMALL_TIER,
    STAIRWELL,
    STREET,
    fresh_nonce,
)
from wallets.intents import ActOnChange, ChangeAct

if TYPE_CHECKING:
    from wallets.signer import LocalSigner

ADMIN, GUARDIAN, STEWARD, REGISTRAR = (signer(name) for name in ("admin", "guardian", "steward", "registrar"))
SEATED = [name for name, _ in SEATS]
STREET_SEATED = OTHERS[:5]
STREET_COMMITTEE, NEXT_DOOR, NEXT_DOOR_COMMITTEE = 21, 3, 22
ADDRESS = signer("somebody else").address


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A change that waits."""

    by: LocalSigner
    contract: str
    data: bytes
    operation: bytes


@pytest.fixture
def town(place: EvmTown) -> EvmTown:
    """The neighbourhood with a committee of the street, and one of the fund next door; the founding has ended."""
    place.send(STEWARD, "Funds", "openFund", NEXT_DOOR, STREET, Level.COMMUNITY, BANK)
    for committee, fund in ((STREET_COMMITTEE, STREET), (NEXT_DOOR_COMMITTEE, NEXT_DOOR)):
        place.send(STEWARD, "Committees", "openCommittee", committee, fund, [SeatClass.RESIDENT] * 5)
    for seat, name in enumerate(STREET_SEATED):
        place.send(STEWARD, "Committees", "fillSeat", STREET_COMMITTEE, seat, member_id(name), FAR)
    place.send(ADMIN, "Authority", "endFounding")
    return place


def waiting(place: EvmTown, by: LocalSigner, contract: str, function: str, *args: Any) -> Waiting:
    data = schedule(place, by, contract, function, *args)
    return Waiting(by=by, contract=contract, data=data, operation=operation_of(place, by, contract, data))


def laxer_rules(place: EvmTown) -> Waiting:
    return waiting(place, STEWARD, "Committees", "setRules", COMMITTEE, [SMALL_TIER])


def vote(act: ChangeAct, operation: bytes, committee: int = COMMITTEE, nonce: int = 1) -> ActOnChange:
    return ActOnChange(
        act=act, operation_id=operation, operation_nonce=nonce, committee=committee, nonce=fresh_nonce(),
        deadline=DEADLINE,
    )  # fmt: skip


def veto(operation: bytes, committee: int = COMMITTEE, nonce: int = 1) -> ActOnChange:
    return vote(ChangeAct.VETO, operation, committee, nonce)


def retraction(operation: bytes) -> ActOnChange:
    return vote(ChangeAct.RETRACT_VETO, operation)


def vetoed(
    place: EvmTown, change: Waiting, names: list[str], committee: int = COMMITTEE, nonce: int = 1
) -> None:
    for name in names:
        place.carry(signer(name), veto(change.operation, committee, nonce))


def carried_out(place: EvmTown, change: Waiting) -> None:
    place.wait(CHANGE_DELAY_SECONDS)
    execute_itself(place, change.by, change.contract, change.data)


class TestCommittee:
    """What most seats of a committee stop."""

    def test_more_than_half_of_all_seats_stop_a_change(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:4])
        with refused("AuthorityStopped", operation_id=change.operation):
            carried_out(town, change)

    def test_half_of_the_seats_or_fewer_stop_nothing(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:3])
        carried_out(town, change)
        assert town.read("Committees", "tierOf", COMMITTEE, 2, 0)[0] == SMALL_TIER[0]

    def test_it_is_stopped_until_the_last_moment(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        town.wait(CHANGE_DELAY_SECONDS + DAY)
        vetoed(town, change, SEATED[:4])
        with refused("AuthorityStopped"):
            execute_itself(town, change.by, change.contract, change.data)

    def test_what_is_scheduled_anew_waits_anew_and_is_voted_on_anew(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:4])
        with refused("AccessManagerAlreadyScheduled"):
            laxer_rules(town)
        town.send(STEWARD, "Authority", "cancel", STEWARD.address, town.address("Committees"), change.data)
        again = laxer_rules(town)
        assert again.operation == change.operation
        with refused("VetoChangeNotWaiting", operation_nonce=1):
            vetoed(town, again, SEATED[4:5])
        vetoed(town, again, SEATED[:3], nonce=2)
        carried_out(town, again)

    def test_a_vote_that_was_taken_back_counts_no_more(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:3])
        town.carry(signer(SEATED[0]), retraction(change.operation))
        vetoed(town, change, SEATED[3:4])
        assert town.read("Vetoes", "vetoesOf", change.operation, 1, COMMITTEE) == 0b1110
        carried_out(town, change)

    @pytest.mark.parametrize("taken", [False, True], ids=["vacated", "filled by another"])
    def test_a_vote_counts_while_its_member_holds_the_seat_and_who_takes_the_seat_votes_anew(
        self, town: EvmTown, taken: bool
    ) -> None:
        leaving = waiting(town, STEWARD, "Committees", "vacateSeat", COMMITTEE, member_id(SEATED[0]))
        filling = waiting(town, STEWARD, "Committees", "fillSeat", COMMITTEE, 0, MEMBER, FAR)
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:3])
        carried_out(town, leaving)
        vetoed(town, change, SEATED[3:4])
        assert town.read("Vetoes", "vetoesOf", change.operation, 1, COMMITTEE) == 0b1110
        if taken:
            execute_itself(town, filling.by, filling.contract, filling.data)
            with refused("VetoUnchanged", seat=0):
                town.carry(signer("worker"), retraction(change.operation))
        vetoed(town, change, ["worker"] if taken else SEATED[4:5])
        with refused("AuthorityStopped"):
            execute_itself(town, change.by, change.contract, change.data)

    def test_a_seat_votes_once_and_takes_back_only_its_own_vote(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:1])
        with refused("VetoUnchanged", seat=0):
            vetoed(town, change, SEATED[:1])
        with refused("VetoUnchanged", seat=1):
            town.carry(signer(SEATED[1]), retraction(change.operation))

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("neighbour one", "CommitteeSeatMissing"),
            ("stranger", "MembersKeyUnknown"),
        ],
    )
    def test_who_has_no_vote_stops_nothing(self, town: EvmTown, name: str, error: str) -> None:
        change = laxer_rules(town)
        with refused(error):
            vetoed(town, change, [name])

    def test_a_supervisor_has_no_vote(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        with refused("VetoSupervisorHasNoVote", member=member_id("supervisor")):
            vetoed(town, change, ["supervisor"])

    def test_a_seat_whose_term_is_over_has_no_vote(self, town: EvmTown) -> None:
        town.wait(FAR - GENESIS_TIME)
        change = laxer_rules(town)
        with refused("CommitteeSeatMissing"):
            town.act(signer(SEATED[0]), veto(change.operation))

    def test_who_left_the_seat_has_no_vote(self, town: EvmTown) -> None:
        gone = waiting(town, STEWARD, "Committees", "vacateSeat", COMMITTEE, member_id(SEATED[0]))
        carried_out(town, gone)
        change = laxer_rules(town)
        with refused("CommitteeSeatMissing"):
            vetoed(town, change, SEATED[:1])

    def test_a_change_concerns_no_committee_that_there_is_not(self, town: EvmTown) -> None:
        assert not town.read("Vetoes", "concerns", laxer_rules(town).operation, 0)

    def test_what_does_not_wait_is_not_stopped(self, town: EvmTown) -> None:
        with refused("VetoChangeNotWaiting"):
            town.carry(signer(SEATED[0]), veto(b"n" * 32, nonce=0))
        change = laxer_rules(town)
        carried_out(town, change)
        with refused("VetoChangeNotWaiting"):
            vetoed(town, change, SEATED[:1])

    def test_what_is_stopped_already_is_not_voted_on(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        vetoed(town, change, SEATED[:4])
        with refused("VetoChangeNotWaiting"):
            vetoed(town, change, SEATED[4:5])


# A campaign of the stairwell that locks the pot of the community fund.
TERMS = STAIRWELL, 1_000, 0, bytes(16), GENESIS_TIME + 90 * DAY, MATCHING, 100, 10_000, 100, False
MEMBER, OFFICIAL = member_id("worker"), member_id("official")

# What is changed, and which committees may stop it: that of the community fund, of the fund next door. The street's may
# stop everything.
OWN, NEIGHBOUR = {COMMITTEE}, {NEXT_DOOR_COMMITTEE}
CONCERNED: dict[str, tuple[LocalSigner, str, str, tuple[Any, ...], set[int]]] = {
    "rules": (STEWARD, "Committees", "setRules", (COMMITTEE, [SMALL_TIER]), OWN),
    "rules next door": (STEWARD, "Committees", "setRules", (NEXT_DOOR_COMMITTEE, [SMALL_TIER]), NEIGHBOUR),
    "a seat": (STEWARD, "Committees", "fillSeat", (COMMITTEE, 255, MEMBER, FAR), OWN),
    "the end of a seat": (STEWARD, "Committees", "vacateSeat", (COMMITTEE, OFFICIAL), OWN),
    "a committee for a fund without one": (STEWARD, "Committees", "openCommittee", (30, 9, [1] * 5), set()),
    "a budget line": (STEWARD, "Budgets", "setBudgetLine", (77, GENERAL, 100), OWN),
    "a pot that is locked (p03)": (STEWARD, "Campaigns", "openCampaign", (9, TERMS), OWN),
    "a campaign without a pot": (STEWARD, "Campaigns", "openCampaign", (9, (*TERMS[:5], 0, 0, 0, 0, False)), OWN),
    "spending that is allowed again": (GUARDIAN, "Funds", "unfreeze", (FUND,), OWN),
    "a treasurer": (REGISTRAR, "Members", "grantRole", (MEMBER, Role.TREASURER, NEXT_DOOR, FAR), NEIGHBOUR),
    "a resident": (REGISTRAR, "Members", "grantRole", (MEMBER, Role.RESIDENT, FUND, FAR), OWN),
    "a foreman": (REGISTRAR, "Members", "grantRole", (MEMBER, Role.FOREMAN, FUND, FAR), set()),
    "a key of a member of the committee (p02)": (REGISTRAR, "Members", "addKey", (OFFICIAL, ADDRESS, b""), OWN),
    "the household of a member of the committee": (REGISTRAR, "Members", "changeHousehold", (OFFICIAL, b"h" * 16), OWN),
    "a membership that is restored": (REGISTRAR, "Members", "restoreMembership", (OFFICIAL,), OWN),
    "the end of a fund": (STEWARD, "Funds", "closeFund", (FUND,), OWN),
    "a fund that is opened again": (STEWARD, "Funds", "reopenFund", (FUND,), OWN),
    "a key of somebody else": (REGISTRAR, "Members", "addKey", (MEMBER, ADDRESS, b""), set()),
    "the challenge window": (STEWARD, "TimeBank", "setChallenge", (86_400,), set()),
    "a module": (ADMIN, "Ledger", "admitModule", (ADDRESS, 1), set()),
    "an office": (ADMIN, "Authority", "grantRole", (holder_role(AuthorityRole.STEWARD), ADDRESS, 0), set()),
}  # fmt: skip


@pytest.mark.parametrize("situation", CONCERNED)
def test_a_committee_stops_what_concerns_its_fund_and_no_other(town: EvmTown, situation: str) -> None:
    by, contract, function, args, concerned = CONCERNED[situation]
    change = waiting(town, by, contract, function, *args)
    committees = {COMMITTEE, NEXT_DOOR_COMMITTEE, STREET_COMMITTEE, 99}
    found = {c for c in committees if town.read("Vetoes", "concerns", change.operation, c)}
    assert found == concerned | {STREET_COMMITTEE}


def test_a_key_of_who_left_the_committee_concerns_it_no_more(town: EvmTown) -> None:
    carried_out(town, waiting(town, STEWARD, "Committees", "vacateSeat", COMMITTEE, OFFICIAL))
    change = waiting(town, REGISTRAR, "Members", "addKey", OFFICIAL, ADDRESS, b"")
    assert not town.read("Vetoes", "concerns", change.operation, COMMITTEE)


def test_a_committee_that_is_not_concerned_stops_nothing(town: EvmTown) -> None:
    change = waiting(town, STEWARD, "TimeBank", "setChallenge", 86_400)
    with refused("VetoCommitteeNotConcerned", committee=COMMITTEE):
        vetoed(town, change, SEATED[:1])
    vetoed(town, change, list(STREET_SEATED[:3]), STREET_COMMITTEE)
    with refused("AuthorityStopped"):
        carried_out(town, change)


class TestGuardian:
    """What the guardian stops, and what it does not."""

    def test_the_guardian_stops_a_change_by_its_number(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        town.send(GUARDIAN, "Authority", "stop", change.operation)
        assert town.read("Authority", "getSchedule", change.operation) == 0
        with refused("AuthorityStopped"):
            carried_out(town, change)
        with refused("AccessManagerNotScheduled"):
            town.send(GUARDIAN, "Authority", "stop", change.operation)

    @pytest.mark.parametrize("name", ["stranger", "admin", "steward", "registrar"])
    def test_nobody_else_stops_one_by_its_number(self, town: EvmTown, name: str) -> None:
        change = laxer_rules(town)
        with refused("AccessManagedUnauthorized"):
            town.send(signer(name), "Authority", "stop", change.operation)

    def test_what_is_scheduled_anew_after_a_stop_holds_once_it_has_waited(self, town: EvmTown) -> None:
        change = laxer_rules(town)
        town.send(GUARDIAN, "Authority", "stop", change.operation)
        town.wait(CHANGE_DELAY_SECONDS + 7 * DAY)
        again = laxer_rules(town)
        carried_out(town, again)

    @pytest.mark.parametrize(
        "role", [AuthorityRole.GUARDIAN, AuthorityRole.GUARDIAN | CHANGES, AuthorityRole.GUARDIAN | HOLDER]
    )
    @pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
    def test_a_change_of_the_guardian_is_stopped_by_committees_alone(
        self, town: EvmTown, function: str, role: int
    ) -> None:
        args = (role, ADDRESS, 0) if function == "grantRole" else (role, GUARDIAN.address)
        change = waiting(town, ADMIN, "Authority", function, *args)
        with refused("AuthorityOwnChange", operation_id=change.operation):
            town.send(GUARDIAN, "Authority", "stop", change.operation)
        with refused("AuthorityHolderNotCalledOff" if role & HOLDER else "AccessManagerUnauthorizedCancel"):
            town.send(GUARDIAN, "Authority", "cancel", ADMIN.address, town.address("Authority"), change.data)
        vetoed(town, change, list(STREET_SEATED[:3]), STREET_COMMITTEE)
        with refused("AuthorityStopped"):
            carried_out(town, change)

    def test_change_of_the_guardian_that_another_office_proposed_is_called_off_by_none(
        self, town: EvmTown
    ) -> None:
        """An administrator may have another office say who is the guardian, and has no part in it from then on."""
        guardians = holder_role(AuthorityRole.GUARDIAN)
        handed_on = waiting(
            town, ADMIN, "Authority", "setRoleAdmin", guardians, AuthorityRole.STEWARD | CHANGES
        )
        carried_out(town, handed_on)
        change = waiting(town, STEWARD, "Authority", "grantRole", guardians, ADDRESS, 0)
        for by in (ADMIN, GUARDIAN, STEWARD):
            with refused("AuthorityHolderNotCalledOff", operation_id=change.operation):
                town.send(by, "Authority", "cancel", STEWARD.address, town.address("Authority"), change.data)
        carried_out(town, change)

    def test_change_of_a_holder_is_announced_anew_once_it_was_stopped_and_called_off(
        self, town: EvmTown
    ) -> None:
        role = holder_role(AuthorityRole.ADMIN)
        change = waiting(town, ADMIN, "Authority", "grantRole", role, ADDRESS, 0)
        town.send(GUARDIAN, "Authority", "stop", change.operation)
        town.send(ADMIN, "Authority", "cancel", ADMIN.address, town.address("Authority"), change.data)
        carried_out(town, waiting(town, ADMIN, "Authority", "grantRole", role, ADDRESS, 0))
