"""Limits at their edge, and conditions that refuse for one reason alone: what is just allowed, and what just is not.

`python -m tests.contracts.mutants` found that nothing else misses these.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from contracts.abi import encode_call
from contracts.enums import AssuranceLevel, CampaignState, ProposalState, Role, SeatClass
from contracts.roles import CHANGES, AuthorityRole
from tests.conftest import member_id, signer
from tests.contracts import earning as earnings
from tests.contracts import visiting as hours
from tests.contracts.changing import change, operation_of, schedule
from tests.contracts.deciding import (
    FIVE,
    TIER_FIELDS,
    act,
    add_key,
    approve,
    approved,
    budget,
    executed,
    fund,
    rotation,
    state,
    submit,
    submitted,
)
from tests.contracts.deciding import execute as execute_request
from tests.contracts.evm import EvmTown, refused
from tests.contracts.giving import CAMPAIGN
from tests.contracts.neighbourhood import (
    BUDGET_LINE,
    CHALLENGE_SECONDS,
    COMMITTEE,
    DAY,
    FAR,
    GENERAL,
    KEY_DELAY,
    LARGE_TIER,
    MATCHING,
    OBJECTION_GRACE,
    SMALL_TIER,
    STAIRWELL,
    STREET,
    line,
    proposal,
)
from tests.contracts.refusals.campaign_acts import CampaignActs as Campaigns
from tests.contracts.refusals.test_authority import ADDRESS, selector
from tests.contracts.refusals.test_redemptions import redeem
from wallets.intents import ProposalAct, ReverseDonation, TaskAct

ADMIN, GUARDIAN, STEWARD = (signer(name) for name in ("admin", "guardian", "steward"))
# Rules that could be laxer in each respect.
STRICT = (500_000, 5, 7, 1, 2, 1, 1, 7 * DAY, 5 * DAY, 3, 30 * DAY)
LAXER = {
    "yes_numerator": 4, "min_donor": 0, "min_resident": 1, "min_official": 0, "min_enterprise": 0,
    "notice_seconds": 4 * DAY, "objections_to_suspend": 4,
}  # fmt: skip


class TestAuthority:
    @pytest.fixture
    def founded(self, place: EvmTown) -> EvmTown:
        place.send(ADMIN, "Authority", "endFounding")
        return place

    def test_the_administrator_calls_off_the_own_change_of_the_guardians_office(
        self, founded: EvmTown
    ) -> None:
        """It names no holder, and could not be carried out."""
        guardian = AuthorityRole.GUARDIAN
        data = schedule(founded, ADMIN, "Authority", "grantRole", guardian, ADDRESS, 0)
        founded.send(ADMIN, "Authority", "cancel", ADMIN.address, founded.address("Authority"), data)

    def test_guardian_stops_what_only_looks_like_a_change_of_the_guardian(self, founded: EvmTown) -> None:
        """The same words said to another contract say nothing of the guardian."""
        data = encode_call("Authority", "grantRole", AuthorityRole.GUARDIAN, ADDRESS, 0)
        founded.send(ADMIN, "Authority", "schedule", ADDRESS, data, 0)
        founded.send(GUARDIAN, "Authority", "cancel", ADMIN.address, ADDRESS, data)

    def test_routine_moves_from_one_office_to_another(self, founded: EvmTown) -> None:
        chosen = founded.address("Funds"), [selector("Funds", "openPurpose")]
        change(founded, ADMIN, "Authority", "setTargetFunctionRole", *chosen, int(AuthorityRole.REGISTRAR))
        founded.send(signer("registrar"), "Funds", "openPurpose", GENERAL + 98)
        change(
            founded, ADMIN, "Authority", "setTargetFunctionRole", *chosen, CHANGES | AuthorityRole.REGISTRAR
        )


class TestBudgets:
    def test_line_of_no_purpose_is_refused(self, place: EvmTown) -> None:
        with refused("BudgetLineInvalid"):
            place.send(STEWARD, "Budgets", "setBudgetLine", BUDGET_LINE + 1, 0, 1)

    def test_line_stays_in_its_purpose(self, place: EvmTown) -> None:
        with refused("BudgetLineInvalid"):
            place.send(STEWARD, "Budgets", "setBudgetLine", BUDGET_LINE, STAIRWELL, 1)

    def test_limit_falls_to_what_was_spent(self, place: EvmTown) -> None:
        executed(place)
        budget(place, 300_000)
        with refused("BudgetLineInvalid"):
            budget(place, 299_999)

    def test_request_may_take_all_that_is_left(self, place: EvmTown) -> None:
        budget(place, 300_000)
        assert state(place, submitted(place)) == ProposalState.SUBMITTED

    def test_line_is_open_until_the_proof_is_due_and_no_longer(self, place: EvmTown) -> None:
        executed(place)
        place.wait(30 * DAY)
        assert not place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]
        place.wait(1)
        assert place.read("Budgets", "budgetLineRecord", BUDGET_LINE)[3]

    def test_fourth_open_proof_of_a_line_is_refused(self, place: EvmTown) -> None:
        fund(place)
        requests = [submitted(place, 1_000) for _ in range(4)]
        for request in requests:
            approve(place, request, *FIVE)
        place.wait(3 * DAY + OBJECTION_GRACE)
        for request in requests[:3]:
            execute_request(place, request)
        with refused("BudgetLineBlocked"):
            execute_request(place, requests[3])


class TestCommittees:
    def steward(self, place: EvmTown, function: str, *args: Any) -> None:
        place.send(STEWARD, "Committees", function, *args)

    def rules(self, place: EvmTown, **changes: int) -> None:
        tier = dict(zip(TIER_FIELDS, STRICT, strict=True)) | changes
        self.steward(place, "setRules", COMMITTEE, [tuple(tier.values())])

    @pytest.mark.parametrize("seats", [5, 15])
    def test_smallest_and_largest_committee_are_opened(self, place: EvmTown, seats: int) -> None:
        self.steward(place, "openCommittee", 2, STREET, [SeatClass.DONOR] * seats)

    def test_four_tiers_are_taken(self, place: EvmTown) -> None:
        self.steward(place, "setRules", COMMITTEE, [(n, *SMALL_TIER[1:]) for n in range(1, 5)])

    @pytest.mark.parametrize("field", LAXER)
    def test_rules_that_are_laxer_in_one_respect_do_not_hold_for_what_waits(
        self, place: EvmTown, field: str
    ) -> None:
        self.rules(place)
        self.rules(place, **{field: LAXER[field]})
        assert place.read("Committees", "stricterRule", COMMITTEE, 1, 0, 2, 0)[1] == 2

    @pytest.mark.parametrize("field", [*LAXER, "proof_seconds"])
    def test_rules_that_are_laxer_in_no_respect_hold_at_once(self, place: EvmTown, field: str) -> None:
        self.rules(place, **LAXER)
        self.rules(place, **LAXER | {field: dict(zip(TIER_FIELDS, STRICT, strict=True))[field]})
        assert place.read("Committees", "stricterRule", COMMITTEE, 1, 0, 2, 0)[1] == 3

    def test_who_left_a_seat_votes_no_more(self, place: EvmTown) -> None:
        request = submitted(place)
        self.steward(place, "vacateSeat", COMMITTEE, member_id("donor one"))
        with refused("CommitteeSeatMissing", member=member_id("donor one")):
            approve(place, request, "donor one")

    def test_rules_that_need_an_enterprise_wait_for_it(self, place: EvmTown) -> None:
        self.rules(place)
        request = submitted(place)
        approve(place, request, *FIVE)
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, "firm")
        assert state(place, request) == ProposalState.APPROVED

    def test_amount_at_the_end_of_a_tier_is_in_it(self, place: EvmTown) -> None:
        assert LARGE_TIER[0] == 5_000_000
        submit(place, proposal(5_000_000))
        assert place.read("Committees", "ruleFor", COMMITTEE, 500_000, 0)[2] == 0
        assert place.read("Committees", "ruleFor", COMMITTEE, 500_001, 0)[2] == 1


class TestGifts:
    campaigns = Campaigns()

    def record(self, place: EvmTown) -> Any:
        return place.read("Campaigns", "campaignRecord", CAMPAIGN)

    def test_gift_to_a_campaign_that_never_was_is_refused(self, place: EvmTown) -> None:
        with refused("CampaignsNotIn", needed=CampaignState.OPEN, found=CampaignState.NONE):
            self.campaigns.give(place)

    def test_treasurer_of_another_fund_takes_no_donation_back(self, place: EvmTown) -> None:
        fund(place)
        role = member_id("worker"), Role.TREASURER, STREET, FAR
        place.send(signer("registrar"), "Members", "grantRole", *role)
        with refused("FundsDonationUnknown", bank_line=line("funds")):
            place.act(
                signer("worker"),
                ReverseDonation(
                    fund=STREET, bank_line=line("funds"), outgoing_bank_line=bytes(32), new_purpose=0,
                    document=b"d" * 32, nonce=0, deadline=0,
                ),
            )  # fmt: skip

    def test_organisation_that_gives_is_no_household(self, place: EvmTown) -> None:
        self.campaigns.matched(place)
        self.campaigns.give(place, "a", donor=member_id("firm") + bytes(16), household=0)
        assert self.record(place)[1:4] == (500, 400, 0)

    @pytest.mark.parametrize(("needed", "found"), [(2, CampaignState.REACHED), (3, CampaignState.MISSED)])
    def test_as_many_households_as_were_asked_for_are_enough(
        self, place: EvmTown, needed: int, found: CampaignState
    ) -> None:
        self.campaigns.open(place, households=needed)
        self.campaigns.list(place)
        for name in ("resident one", "resident two"):
            self.campaigns.give(place, name)
        place.wait(DAY + place.read("Campaigns", "GRACE_SECONDS"))
        self.campaigns.settle(place)
        assert self.record(place)[0] == found


class TestHours:
    def test_service_of_no_minutes_is_refused(self, place: EvmTown) -> None:
        with refused("TimeServiceInvalid"):
            place.send(STEWARD, "TimeBank", "setService", 7, 0, 0, 0)

    def test_service_of_one_length_that_is_its_tariff_is_taken(self, place: EvmTown) -> None:
        place.send(STEWARD, "TimeBank", "setService", 9, 60, 60, 60)

    @pytest.mark.parametrize("days", [1, 30])
    def test_shortest_and_longest_challenge_are_taken(self, place: EvmTown, days: int) -> None:
        place.send(STEWARD, "TimeBank", "setChallenge", days * DAY)

    def test_no_minutes_are_none_even_if_a_service_has_no_least_ones(self, place: EvmTown) -> None:
        hours.credited(place)
        place.send(STEWARD, "TimeBank", "setService", 9, 0, 60, 0)
        with refused("TimeMinutesOutOfRange", got=0, min=0):
            hours.open_task(place, task=b"u" * 16, service=9, authorised_minutes=0)
        with refused("RedemptionMinutesInvalid"):
            redeem(place, service=9, held_minutes=0)

    @pytest.mark.parametrize("minutes", [15, 120])
    def test_least_and_most_minutes_of_a_service_are_taken(self, place: EvmTown, minutes: int) -> None:
        hours.open_task(place, authorised_minutes=minutes)

    def test_visit_of_the_second_level_is_credited_without_a_word(self, place: EvmTown) -> None:
        hours.anchor(place)
        hours.accepted(place)
        hours.claim(place, level=AssuranceLevel.A2, minutes=15)
        place.wait(CHALLENGE_SECONDS)
        place.send(signer("anyone"), "TimeBank", "credit", hours.TASK)

    def test_visit_of_the_first_level_is_credited_once_a_coordinator_said_so(self, place: EvmTown) -> None:
        hours.anchor(place)
        hours.accepted(place)
        hours.claim(place, level=AssuranceLevel.A1, minutes=15)
        hours.act(place, "coordinator", TaskAct.ACKNOWLEDGE)
        place.wait(CHALLENGE_SECONDS)
        place.send(signer("anyone"), "TimeBank", "credit", hours.TASK)

    def test_device_that_nobody_enrolled_is_not_suspended(self, place: EvmTown) -> None:
        with refused("DeviceStateUnchanged"):
            place.send(signer("device_registrar"), "DeviceRegistry", "setSuspended", b"d" * 8, True)


class TestEventLog:
    """Paths that lead to the root of another log (RFC 9162, section 2.1.3.2)."""

    LEAVES = tuple(sha256(b"\x00" + bytes([n])).digest() for n in range(3))

    def includes(self, place: EvmTown, leaf: bytes, index: int, *path: bytes) -> bool:
        size = place.read("EventLog", "anchoredSize")
        return bool(place.read("EventLog", "includes", size, leaf, index, path))

    def test_log_of_one_event_has_no_second(self, place: EvmTown) -> None:
        hours.anchor(place, 1, self.LEAVES[0])
        assert self.includes(place, self.LEAVES[0], 0)
        assert not self.includes(place, self.LEAVES[0], 1)

    def test_root_is_no_event_of_its_own_log(self, place: EvmTown) -> None:
        hours.anchor(place)
        assert not self.includes(place, hours.ROOT, 0)

    def test_log_that_was_never_anchored_has_no_event(self, place: EvmTown) -> None:
        assert not place.read("EventLog", "includes", 1, bytes(32), 0, [])

    def test_each_of_three_events_is_where_it_is(self, place: EvmTown) -> None:
        first, second, third = self.LEAVES
        both = sha256(b"\x01" + first + second).digest()
        hours.anchor(place, 3, sha256(b"\x01" + both + third).digest())
        assert self.includes(place, first, 0, second, third)
        assert self.includes(place, second, 1, first, third)
        assert self.includes(place, third, 2, both)
        assert not self.includes(place, third, 1, both)


class TestKeys:
    def test_key_that_goes_on_is_not_added_again(self, place: EvmTown) -> None:
        with refused("MembersKeyTaken"):
            add_key(place, "worker", "worker")

    def test_signature_without_anything_behind_its_key_is_one_of_a_wallet(self, place: EvmTown) -> None:
        with refused("ECDSAInvalidSignatureLength", length=84):
            place.read("Members", "signerOf", bytes(32), bytes(84))

    @pytest.mark.parametrize(("seconds_before", "waits"), [(1, True), (0, False)])
    def test_key_after_the_last_one_waits_until_that_would_have_ended(
        self, place: EvmTown, seconds_before: int, waits: bool
    ) -> None:
        place.act(signer("worker"), rotation("worker", signer("new")))
        for name in ("new", "worker"):
            place.send(signer("registrar"), "Members", "endKey", signer(name).address)
        place.wait(KEY_DELAY - seconds_before)
        add_key(place, "worker", "third")
        record = place.read("Members", "keyRecord", signer("third").address)
        assert (record[2] > place.now) == waits


class TestVotes:
    @pytest.mark.parametrize("vote", [ProposalAct.REJECT, ProposalAct.RECUSE])
    def test_approval_that_its_seat_gave_up_counts_no_more(self, place: EvmTown, vote: ProposalAct) -> None:
        request = submitted(place)
        approve(place, request, "firm")
        act(place, request, "firm", vote)
        approve(place, request, *FIVE[:4])
        assert state(place, request) == ProposalState.SUBMITTED
        approve(place, request, "official")
        assert state(place, request) == ProposalState.APPROVED

    def test_request_that_nobody_submitted_is_not_withdrawn(self, place: EvmTown) -> None:
        with refused("ProposalNotIn", found=ProposalState.NONE):
            act(place, proposal(), "requester", ProposalAct.WITHDRAW)

    def test_suspended_request_is_withdrawn(self, place: EvmTown) -> None:
        request = approved(place)
        for name in ("neighbour one", "neighbour two"):
            act(place, request, name, ProposalAct.OBJECT)
        assert state(place, request) == ProposalState.SUSPENDED
        act(place, request, "requester", ProposalAct.WITHDRAW)
        assert state(place, request) == ProposalState.WITHDRAWN


class TestEnterprises:
    def test_fund_may_take_all_and_parts_may_be_all(self, place: EvmTown) -> None:
        place.send(STEWARD, "Enterprises", "openEnterprise", 9, GENERAL, STAIRWELL, MATCHING, 10_000)
        earnings.publish(place, worker_bps=6_500, reserve_bps=500, fund_bps=3_000)


class TestVetoes:
    def test_what_nobody_scheduled_and_who_is_no_committee_concern_each_other_not(
        self, place: EvmTown
    ) -> None:
        place.send(STEWARD, "Committees", "openCommittee", 2, STREET, [SeatClass.RESIDENT] * 5)
        data = schedule(place, ADMIN, "Ledger", "closeModule", place.address("Donations"))
        operation = operation_of(place, ADMIN, "Ledger", data)
        assert place.read("Vetoes", "concerns", operation, 2)
        assert not place.read("Vetoes", "concerns", operation, 99)
        assert not place.read("Vetoes", "concerns", bytes(32), 2)
