"""Redemptions: what they refuse, and how each state ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind
from contracts.enums import RedemptionState, Role, TaskState
from tests.conftest import member_id, signer
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import DAY, FAR, FUND, HAIRCUT, account
from tests.contracts.visiting import act as act_on_task
from tests.contracts.visiting import credited as served
from wallets.intents import ActOnRedemption, Redeem, RedemptionAct, TaskAct

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown

ONE, ANOTHER = b"h" * 16, b"i" * 16
HELD_SECONDS, CONFIRMATION_SECONDS, DECISION_SECONDS = 60 * DAY, 7 * DAY, 14 * DAY
REVERSAL_SECONDS = 365 * DAY
ACCEPT, SERVE, CONFIRM, DISPUTE = (
    RedemptionAct.ACCEPT, RedemptionAct.SERVE, RedemptionAct.CONFIRM, RedemptionAct.DISPUTE,
)  # fmt: skip
CANCEL, DECLINE, VOID = RedemptionAct.CANCEL, RedemptionAct.DECLINE, RedemptionAct.VOID
REVERSE = RedemptionAct.REVERSE
DECISIONS = {
    RedemptionAct.DECIDE_FOR_PROVIDER: RedemptionState.DONE,
    RedemptionAct.DECIDE_FOR_MEMBER: RedemptionState.RETURNED,
}
# How a redemption comes to a state.
WAY = {
    RedemptionState.OPEN: (),
    RedemptionState.ACCEPTED: (ACCEPT,),
    RedemptionState.SERVED: (ACCEPT, SERVE),
    RedemptionState.DISPUTED: (ACCEPT, SERVE, DISPUTE),
}
WAY_TO_DONE = {RedemptionState.DONE: (ACCEPT, CONFIRM)}
BY_PROVIDER = (ACCEPT, SERVE, DECLINE)
# The states in which each act may be done; the first is the one that a refusal names.
OPEN, ACCEPTED, SERVED, DISPUTED = WAY
DONE_IN = {
    ACCEPT: (OPEN,), SERVE: (ACCEPTED,), CONFIRM: (ACCEPTED, SERVED, DISPUTED), DISPUTE: (SERVED,), CANCEL: (OPEN,),
    DECLINE: (OPEN, ACCEPTED), VOID: (OPEN, ACCEPTED), **dict.fromkeys(DECISIONS, (DISPUTED,)),
    REVERSE: (RedemptionState.DONE,),
}  # fmt: skip


@pytest.fixture
def place(place: EvmTown) -> EvmTown:
    """The neighbourhood, with an hour of the volunteer's."""
    served(place)
    return place


def redeem(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "redemption": ONE, "provider": member_id("barber"), "fund": FUND, "service": HAIRCUT, "held_minutes": 30,
    } | changes  # fmt: skip
    place.act(signer("volunteer"), Redeem(**fields, nonce=0, deadline=0))


def act(place: EvmTown, name: str, what: RedemptionAct) -> None:
    intent = ActOnRedemption(act=what, redemption=ONE, document=b"d" * 32, nonce=0, deadline=0)
    place.act(signer(name), intent)


def who(what: RedemptionAct) -> str:
    """Whose act it is."""
    if what is VOID or what in DECISIONS:
        return "coordinator"
    if what is REVERSE:
        return "second coordinator"
    return "barber" if what in BY_PROVIDER else "volunteer"


def come(place: EvmTown, state: RedemptionState, provider: str = "barber") -> None:
    """A redemption comes to a state."""
    redeem(place, provider=member_id(provider))
    for step in (WAY | WAY_TO_DONE)[state]:
        act(place, provider if step in BY_PROVIDER else "volunteer", step)


def end(place: EvmTown, function: str) -> None:
    place.send(signer("anyone"), "Redemptions", function, ONE)


def state(place: EvmTown) -> RedemptionState:
    return RedemptionState(place.read("Redemptions", "redemptionRecord", ONE)[0])


def held(place: EvmTown, name: str) -> int:
    minutes: int = place.read("Ledger", "balanceOf", account(AccountKind.MEMBER_MINUTES, member_id(name)))
    return minutes


def escrow(place: EvmTown) -> int:
    minutes: int = place.read("Ledger", "balanceOf", account(AccountKind.MINUTES_ESCROW))
    return minutes


class TestOpening:
    def test_taken_or_zero_redemption_is_refused(self, place: EvmTown) -> None:
        redeem(place)
        for redemption in (ONE, bytes(16)):
            with refused("RedemptionExists", redemption=redemption):
                redeem(place, redemption=redemption)

    def test_provider_is_another_member(self, place: EvmTown) -> None:
        for provider in (member_id("volunteer"), b"?" * 16):
            with refused("RedemptionProviderInvalid", provider=provider):
                redeem(place, provider=provider)

    @pytest.mark.parametrize("fund", [0, 99])
    def test_fund_without_coordinators_is_refused(self, place: EvmTown, fund: int) -> None:
        with refused("RedemptionFundUnknown", fund=fund):
            redeem(place, fund=fund)

    def test_unknown_service_is_refused(self, place: EvmTown) -> None:
        with refused("TimeServiceUnknown", service=99):
            redeem(place, service=99)

    def test_more_than_is_held_is_not_redeemed(self, place: EvmTown) -> None:
        redeem(place, held_minutes=50)
        with refused("LedgerBalanceInsufficient", balance=10, amount=11):
            redeem(place, redemption=ANOTHER, held_minutes=11)

    @pytest.mark.parametrize(
        ("rule", "least", "most"), [((10, 60, 0), 10, 60), ((10, 60, 40), 40, 40), ((0, 60, 0), 1, 60)]
    )
    def test_other_minutes_than_the_service_is_worth_are_refused(
        self, place: EvmTown, rule: tuple[int, int, int], least: int, most: int
    ) -> None:
        """Nobody has an hour of service for a minute (p31)."""
        place.send(signer("steward"), "TimeBank", "setService", HAIRCUT, *rule)
        for minutes in (least - 1, most + 1):
            with refused("RedemptionMinutesInvalid", got=minutes, max=most):
                redeem(place, held_minutes=minutes)
        snapshot = place.evm.snapshot()
        redeem(place, held_minutes=least)
        place.evm.revert(snapshot)
        redeem(place, held_minutes=most)


class TestSides:
    @pytest.mark.parametrize("what", [ACCEPT, SERVE, CONFIRM, DISPUTE, CANCEL, DECLINE])
    def test_act_of_one_side_is_not_the_others_or_a_neighbours(
        self, place: EvmTown, what: RedemptionAct
    ) -> None:
        """(p30)"""
        come(place, DONE_IN[what][0])
        for name in {"barber", "volunteer", "worker", "coordinator"} - {who(what)}:
            with refused("RedemptionNotYours", redemption=ONE, member=member_id(name)):
                act(place, name, what)
        act(place, who(what), what)

    @pytest.mark.parametrize("what", list(RedemptionAct))
    @pytest.mark.parametrize("before", list(WAY | WAY_TO_DONE))
    def test_act_is_done_in_its_states_alone(
        self, place: EvmTown, what: RedemptionAct, before: RedemptionState
    ) -> None:
        """Who accepted the service does not take the minutes back after it (p30)."""
        come(place, before)
        if before in DONE_IN[what]:
            act(place, who(what), what)
            assert state(place) is not before
        else:
            with refused("RedemptionNotIn", redemption=ONE, needed=DONE_IN[what][0], found=before):
                act(place, who(what), what)

    @pytest.mark.parametrize("ending", [CONFIRM, *DECISIONS])
    def test_nothing_is_done_to_a_redemption_that_is_over(
        self, place: EvmTown, ending: RedemptionAct
    ) -> None:
        come(place, DISPUTED)
        act(place, who(ending), ending)
        for what in set(RedemptionAct) - {REVERSE}:
            with refused("RedemptionNotIn"):
                act(place, who(what), what)
        place.wait(HELD_SECONDS)
        for function in ("settleRedemption", "lapseRedemption"):
            with refused("RedemptionNotIn"):
                end(place, function)

    def test_redemption_that_does_not_exist_is_not_acted_on(self, place: EvmTown) -> None:
        for what in RedemptionAct:
            with refused("RedemptionNotIn", found=RedemptionState.NONE):
                act(place, who(what), what)


class TestCoordinator:
    @pytest.mark.parametrize("what", [VOID, REVERSE, *DECISIONS])
    def test_neither_side_decides_as_coordinator(self, place: EvmTown, what: RedemptionAct) -> None:
        """Two persons at least stand behind a decision (p33)."""
        come(place, DONE_IN[what][0])
        for name in ("volunteer", "barber"):
            with refused("MembersRoleMissing", member=member_id(name)):
                act(place, name, what)
            registrar = signer("registrar")
            place.send(registrar, "Members", "grantRole", member_id(name), Role.COORDINATOR, FUND, FAR)
            with refused("RedemptionOwnDecision", redemption=ONE, member=member_id(name)):
                act(place, name, what)
        act(place, "coordinator", what)

    def test_coordinator_of_another_fund_does_not_decide(self, place: EvmTown) -> None:
        registrar = signer("registrar")
        place.send(registrar, "Members", "grantRole", member_id("worker"), Role.COORDINATOR, FUND + 1, FAR)
        come(place, DISPUTED)
        for what in DECISIONS:
            with refused("MembersRoleMissing", scope=FUND):
                act(place, "worker", what)

    @pytest.mark.parametrize("before", [OPEN, ACCEPTED])
    def test_hours_parked_in_escrow_come_back_and_are_taken_back(
        self, place: EvmTown, before: RedemptionState
    ) -> None:
        """Nobody keeps hours from a reversal by holding them for a service (p33)."""
        come(place, before)
        with refused("LedgerBalanceInsufficient", balance=30, amount=60):
            act_on_task(place, "second coordinator", TaskAct.REVERSE_CREDIT)
        act(place, "coordinator", VOID)
        act_on_task(place, "second coordinator", TaskAct.REVERSE_CREDIT)
        assert place.read("TimeBank", "taskRecord", b"t" * 16)[0] == TaskState.REVERSED
        assert (held(place, "volunteer"), escrow(place)) == (0, 0)


class TestMinutes:
    @pytest.mark.parametrize(("provider", "earned"), [("barber", 30), ("firm", 0)])
    @pytest.mark.parametrize("ending", [CONFIRM, RedemptionAct.DECIDE_FOR_PROVIDER, None])
    def test_neighbour_who_served_earns_the_minutes_and_an_organisation_none(
        self, place: EvmTown, provider: str, earned: int, ending: RedemptionAct | None
    ) -> None:
        """An hour for an hour (p32)."""
        come(place, DISPUTED if ending in DECISIONS else SERVED, provider)
        if ending is None:
            place.wait(CONFIRMATION_SECONDS)
            end(place, "settleRedemption")
        else:
            act(place, who(ending), ending)
        assert state(place) is RedemptionState.DONE
        assert (held(place, "volunteer"), held(place, provider), escrow(place)) == (30, earned, 0)
        assert place.read("Ledger", "balanceOf", account(AccountKind.ISSUED_MINUTES)) == -30 - earned

    @pytest.mark.parametrize(
        ("before", "ending", "after"),
        [
            (OPEN, CANCEL, RedemptionState.CANCELLED),
            (ACCEPTED, DECLINE, RedemptionState.DECLINED),
            (ACCEPTED, VOID, RedemptionState.VOIDED),
            (DISPUTED, RedemptionAct.DECIDE_FOR_MEMBER, RedemptionState.RETURNED),
        ],
    )
    def test_minutes_of_a_service_that_was_not_given_come_back(
        self, place: EvmTown, before: RedemptionState, ending: RedemptionAct, after: RedemptionState
    ) -> None:
        come(place, before)
        act(place, who(ending), ending)
        assert state(place) is after
        assert (held(place, "volunteer"), held(place, "barber"), escrow(place)) == (60, 0, 0)


class TestReversing:
    """What was said to be done and was not is taken back by another person (p42)."""

    @pytest.mark.parametrize(("provider", "earned"), [("barber", 30), ("firm", 0)])
    @pytest.mark.parametrize("ending", [CONFIRM, RedemptionAct.DECIDE_FOR_PROVIDER, None])
    def test_minutes_of_a_service_that_was_never_given_go_back_to_who_redeemed(
        self, place: EvmTown, provider: str, earned: int, ending: RedemptionAct | None
    ) -> None:
        come(place, DISPUTED if ending in DECISIONS else SERVED, provider)
        if ending is None:
            place.wait(CONFIRMATION_SECONDS)
            end(place, "settleRedemption")
        else:
            act(place, who(ending), ending)
        assert held(place, provider) == earned
        act(place, "second coordinator", REVERSE)
        assert state(place) is RedemptionState.REVERSED
        assert (held(place, "volunteer"), held(place, provider), escrow(place)) == (60, 0, 0)
        assert place.read("Ledger", "balanceOf", account(AccountKind.ISSUED_MINUTES)) == -60
        with refused("RedemptionNotIn", found=RedemptionState.REVERSED):
            act(place, "coordinator", REVERSE)

    def test_minutes_that_the_neighbour_has_spent_are_not_taken_from_others(self, place: EvmTown) -> None:
        come(place, RedemptionState.DONE)
        redemption = Redeem(
            redemption=ANOTHER, provider=member_id("firm"), fund=FUND, service=HAIRCUT, held_minutes=1, nonce=0,
            deadline=0,
        )  # fmt: skip
        place.act(signer("barber"), redemption)
        spent = {"provider": member_id("barber"), "balance_minutes": 29, "earned_minutes": 30}
        with refused("RedemptionMinutesSpent", redemption=ONE, **spent):
            act(place, "coordinator", REVERSE)
        cancel = ActOnRedemption(act=CANCEL, redemption=ANOTHER, document=bytes(32), nonce=0, deadline=0)
        place.act(signer("barber"), cancel)
        act(place, "coordinator", REVERSE)
        assert (held(place, "volunteer"), held(place, "barber")) == (60, 0)

    def test_coordinator_who_decided_it_does_not_take_it_back(self, place: EvmTown) -> None:
        come(place, DISPUTED)
        act(place, "coordinator", RedemptionAct.DECIDE_FOR_PROVIDER)
        with refused("RedemptionSecondPersonNeeded", redemption=ONE, member=member_id("coordinator")):
            act(place, "coordinator", REVERSE)
        act(place, "second coordinator", REVERSE)

    def test_redemption_is_reversed_within_a_year_of_its_end_to_the_second(self, place: EvmTown) -> None:
        come(place, SERVED)
        place.wait(CONFIRMATION_SECONDS + DAY)
        end(place, "settleRedemption")
        until = place.now + REVERSAL_SECONDS
        place.wait(REVERSAL_SECONDS - 1)
        snapshot = place.evm.snapshot()
        act(place, "coordinator", REVERSE)
        place.evm.revert(snapshot)
        place.wait(1)
        with refused("RedemptionReversalOver", redemption=ONE, until=until):
            act(place, "coordinator", REVERSE)


class TestDates:
    """No state is for ever, whoever is gone (p39)."""

    def test_times_are_those_of_the_rules(self, place: EvmTown) -> None:
        names = ("REDEMPTION_SECONDS", "CONFIRMATION_SECONDS", "DECISION_SECONDS", "REVERSAL_SECONDS")
        seconds = (HELD_SECONDS, CONFIRMATION_SECONDS, DECISION_SECONDS, REVERSAL_SECONDS)
        assert tuple(place.read("Redemptions", name) for name in names) == seconds

    @pytest.mark.parametrize(
        ("before", "seconds", "function", "after"),
        [
            (OPEN, HELD_SECONDS, "lapseRedemption", RedemptionState.LAPSED),
            (ACCEPTED, HELD_SECONDS, "lapseRedemption", RedemptionState.LAPSED),
            (SERVED, CONFIRMATION_SECONDS, "settleRedemption", RedemptionState.DONE),
            (DISPUTED, DECISION_SECONDS, "lapseRedemption", RedemptionState.LAPSED),
        ],
    )
    def test_anyone_ends_a_state_at_its_date_and_not_a_second_before(
        self, place: EvmTown, before: RedemptionState, seconds: int, function: str, after: RedemptionState
    ) -> None:
        """(p39)"""
        place.wait(5 * DAY)
        come(place, before)
        until = place.now + seconds
        place.wait(seconds - 1)
        with refused("RedemptionNotOver", redemption=ONE, until=until):
            end(place, function)
        place.wait(1)
        end(place, function)
        assert state(place) is after
        minutes = 30 if after is RedemptionState.DONE else 60
        assert (held(place, "volunteer"), escrow(place)) == (minutes, 0)

    @pytest.mark.parametrize(
        ("before", "seconds", "what"),
        [
            (OPEN, HELD_SECONDS, ACCEPT),
            (ACCEPTED, HELD_SECONDS, SERVE),
            (SERVED, CONFIRMATION_SECONDS, DISPUTE),
            *((DISPUTED, DECISION_SECONDS, decision) for decision in DECISIONS),
        ],
    )
    def test_what_prolongs_or_decides_is_done_before_the_date(
        self, place: EvmTown, before: RedemptionState, seconds: int, what: RedemptionAct
    ) -> None:
        come(place, before)
        until = place.now + seconds
        place.wait(seconds - 1)
        snapshot = place.evm.snapshot()
        act(place, who(what), what)
        place.evm.revert(snapshot)
        place.wait(1)
        with refused("RedemptionOver", redemption=ONE, until=until):
            act(place, who(what), what)

    def test_open_redemption_is_held_for_sixty_days_in_all_however_late_it_is_accepted(
        self, place: EvmTown
    ) -> None:
        """(p39)"""
        redeem(place)
        place.wait(HELD_SECONDS - 1)
        act(place, "barber", ACCEPT)
        place.wait(1)
        end(place, "lapseRedemption")

    @pytest.mark.parametrize("function", ["settleRedemption", "lapseRedemption"])
    @pytest.mark.parametrize("before", list(WAY))
    def test_silence_confirms_what_was_served_and_nothing_else(
        self, place: EvmTown, function: str, before: RedemptionState
    ) -> None:
        come(place, before)
        place.wait(HELD_SECONDS)
        if (before is SERVED) == (function == "settleRedemption"):
            end(place, function)
        else:
            with refused("RedemptionNotIn", found=before):
                end(place, function)
