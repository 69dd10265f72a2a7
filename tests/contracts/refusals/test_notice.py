"""The notice of a request: what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import MemberKind, ProposalState, Role
from tests.conftest import held_by, member_id, signer
from tests.contracts.deciding import (
    FIVE,
    NOBODY,
    TIER_FIELDS,
    act,
    approve,
    approved,
    execute,
    fund,
    rotation,
    state,
    submitted,
    suspended_and_answered,
)
from tests.contracts.evm import refused
from tests.contracts.keyholding import refusal
from tests.contracts.neighbourhood import (
    COMMITTEE,
    DAY,
    FAR,
    FUND,
    SMALL_TIER,
)
from wallets.intents import (
    ProposalAct,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


class TestNotice:
    def test_objection_is_a_residents_once_and_within_the_notice(self, place: EvmTown) -> None:
        request = approved(place)
        with refused("MembersRoleMissing"):
            act(place, request, "worker", ProposalAct.OBJECT)
        act(place, request, "neighbour one", ProposalAct.OBJECT)
        with refused("ProposalObjectedAlready"):
            act(place, request, "neighbour one", ProposalAct.OBJECT)
        place.wait(3 * DAY)
        with refused("ProposalNoticeOver"):
            act(place, request, "neighbour two", ProposalAct.OBJECT)

    def test_answer_is_the_requesters_and_to_a_suspension(self, place: EvmTown) -> None:
        request = approved(place)
        with refused("ProposalNotIn", needed=ProposalState.SUSPENDED, found=ProposalState.APPROVED):
            act(place, request, "requester", ProposalAct.ANSWER)
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        with refused("ProposalNotRequester"):
            act(place, request, "donor one", ProposalAct.ANSWER)

    def test_execution_within_the_notice_is_refused_to_the_second(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(3 * DAY - 1)
        with refused("ProposalNoticeRunning", notice_ends_at=place.now + 1):
            execute(place, request)
        place.wait(1)
        with refused("ProposalGraceRunning"):
            execute(place, request)

    def test_approval_lapses_ninety_days_after_the_notice(self, place: EvmTown) -> None:
        request = approved(place)
        place.wait(93 * DAY)
        with refused("ProposalLapsed", lapsed_at=place.now):
            execute(place, request)

    def test_key_added_during_the_round_does_not_object(self, place: EvmTown) -> None:
        """Nobody stops a payment with a key that the member did not have as it began (p02)."""
        request = submitted(place)
        place.wait(1)
        place.act(signer("neighbour one"), rotation("neighbour one", signer("new key")))
        fund(place)
        approve(place, request, *FIVE)
        with refused("ProposalKeyTooNew", member=member_id("neighbour one")):
            act(place, request, "new key", ProposalAct.OBJECT)

    @pytest.mark.parametrize(
        ("function", "args"),
        [
            ("endKey", (signer("neighbour one").address,)),
            ("endRole", (member_id("neighbour one"), Role.RESIDENT, FUND)),
            ("endMembership", (member_id("neighbour one"),)),
        ],
    )
    def test_resident_whom_the_registrar_ended_still_objects(
        self, place: EvmTown, function: str, args: tuple[Any, ...]
    ) -> None:
        """For as long as the longest notice: a registrar silences nobody (p60)."""
        place.wait(1)
        place.send(signer("registrar"), "Members", function, *args)
        place.wait(14 * DAY)
        request = approved(place)
        place.wait(DAY - 1)
        snapshot = place.evm.snapshot()
        act(place, request, "neighbour one", ProposalAct.OBJECT)
        place.evm.revert(snapshot)
        place.wait(1)
        with refused("MembersRoleMissing" if function == "endRole" else "MembersKeyEnded"):
            act(place, request, "neighbour one", ProposalAct.OBJECT)

    def test_key_that_was_refused_before_it_was_settled_does_not_object(self, place: EvmTown) -> None:
        """What ended lately was a resident's for as long as it could be refused, or it is a thief's (p60)."""
        place.act(signer("neighbour one"), rotation("neighbour one", signer("thief")))
        request = submitted(place)
        place.carry(signer("neighbour one"), refusal(signer("thief")))
        fund(place)
        approve(place, request, *FIVE)
        with refused("MembersKeyEnded", key=signer("thief").address.lower()):
            act(place, request, "thief", ProposalAct.OBJECT)

    def test_two_residents_suspend_once_and_other_residents_again(self, place: EvmTown) -> None:
        """Nobody has a permanent veto (p22)."""
        request = approved(place)
        objectors = iter(("neighbour one", "neighbour two", "resident one", "resident two"))
        for round_number in (2, 3):
            suspended_and_answered(place, request, next(objectors), next(objectors))
            approve(place, request, *FIVE, round_number=round_number)
        for name in ("neighbour one", "resident two"):
            with refused("ProposalObjectedAlready", member=member_id(name)):
                act(place, request, name, ProposalAct.OBJECT)

    def test_fourth_round_that_is_suspended_is_the_last(self, place: EvmTown) -> None:
        """Rounds come to an end (p22)."""
        for number in range(8):
            name = f"tenant {number}"
            args = (member_id(name), MemberKind.PERSON, NOBODY, *held_by(name, signer(name)))
            place.send(signer("registrar"), "Members", "register", *args)
            place.send(signer("registrar"), "Members", "grantRole", member_id(name), Role.RESIDENT, FUND, FAR)
        request = approved(place)
        for number in (0, 2, 4):
            suspended_and_answered(place, request, f"tenant {number}", f"tenant {number + 1}")
            approve(place, request, *FIVE, round_number=number // 2 + 2)
        for name in ("tenant 6", "tenant 7"):
            act(place, request, name, ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.FAILED
        with refused("ProposalNotIn", needed=ProposalState.SUSPENDED, found=ProposalState.FAILED):
            act(place, request, "requester", ProposalAct.ANSWER)

    def test_state_is_the_one_of_this_second(self, place: EvmTown) -> None:
        """What can no longer be done is not called submitted, approved or suspended for ever (p25)."""
        request, waiting, stopped = approved(place), submitted(place, 100_000), submitted(place, 100_000)
        approve(place, stopped, *FIVE)
        for name in ("neighbour one", "neighbour two"):
            act(place, stopped, name, ProposalAct.OBJECT)
        place.wait(7 * DAY)
        assert state(place, waiting) == ProposalState.SUBMITTED
        place.wait(1)
        assert state(place, waiting) == ProposalState.FAILED
        place.wait(86 * DAY - 2)
        assert [state(place, r) for r in (request, stopped)] == [
            ProposalState.APPROVED,
            ProposalState.SUSPENDED,
        ]
        place.wait(1)
        assert [state(place, r) for r in (request, stopped)] == [ProposalState.LAPSED, ProposalState.LAPSED]
        with refused("ProposalLapsed"):
            act(place, stopped, "requester", ProposalAct.ANSWER)
        for ended, found in ((waiting, ProposalState.FAILED), (request, ProposalState.LAPSED)):
            with refused("ProposalNotIn", found=found):
                act(place, ended, "requester", ProposalAct.WITHDRAW)

    @pytest.mark.parametrize(
        ("changes", "needed"),
        [({"yes_numerator": 1, "yes_denominator": 1}, 7), ({"yes_numerator": 4, "yes_denominator": 7}, 5)],
        ids=["stricter", "laxer"],
    )
    def test_new_vote_is_decided_by_rules_that_became_stricter_and_not_by_laxer_ones(
        self, place: EvmTown, changes: dict[str, int], needed: int
    ) -> None:
        """Who waits with the answer until rules change gains nothing (p2a)."""
        request = approved(place)
        tier = dict(zip(TIER_FIELDS, SMALL_TIER, strict=True)) | changes
        place.send(signer("steward"), "Committees", "setRules", COMMITTEE, [tuple(tier.values())])
        suspended_and_answered(place, request, "neighbour one", "neighbour two")
        everybody = (*FIVE, "donor two", "firm")
        approve(place, request, *everybody[: needed - 1], round_number=2)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, everybody[needed - 1], round_number=2)
        assert state(place, request) == ProposalState.APPROVED
