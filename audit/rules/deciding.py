"""What the votes on a request come to: its notice, its end, a higher tier, or a committee above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.rules.proposal import State
from audit.rules.referral import Referral
from audit.rules.votes import has_share, may_suffice, seats_of, suffices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.chain.history import Log
    from audit.rules.proposal import Proposal
    from audit.rules.proposal_replay import ProposalReplay
    from audit.rules.referral import Above

Values = dict[str, Any]


class Deciding:
    """Counts votes after each of them, and judges the events that must follow."""

    def __init__(self, replay: ProposalReplay) -> None:
        self._replay = replay
        self._referral = Referral(replay.history, replay.membership)

    def decide(self, log: Log, proposal: Proposal) -> None:
        """Enough approvals must start the notice in the same transaction, and too few that are left must end it, or refer it."""
        opened = self._replay.membership.committees.get(proposal.committee)
        here = self._replay.here(log)
        lost = proposal.rejections | proposal.recusals | proposal.retracted
        if opened is None:
            self._replay.expect(
                "C15.3", False, log, "应为已设立的管委会 expected a committee that was opened"
            )
            return
        if lost or has_share(opened.values, proposal.rule, proposal.approvals):
            self._raise_tier(log, proposal)
        if suffices(opened.values, proposal.rule, proposal.approvals):
            what = (
                f"票数已够而没有公示 enough seats had approved in {proposal.decided_at}, but no notice began"
            )
            self._replay.expect("C15.3", not proposal.decided_at, log, what)
            proposal.decided_at = here
        elif self._is_referred(log, opened.values, proposal):
            proposal.referred_at = here
        elif not may_suffice(opened.values, proposal.rule, lost):
            what = f"已不可能通过而没有终止 it could no longer pass in {proposal.fails_at}, but did not fail"
            self._replay.expect("C15.3", not proposal.fails_at, log, what)
            proposal.fails_at = here

    def _is_referred(self, log: Log, committee: Values, proposal: Proposal) -> bool:
        """Whether recusals alone leave too few seats, and a committee above can decide."""
        if may_suffice(committee, proposal.rule, proposal.recusals):
            return False
        return self._above(log, proposal) is not None

    def _above(self, log: Log, proposal: Proposal) -> Above | None:
        """The committee to which recusals refer a request, as the transaction of a log found the town."""

        def tier(tiers: Sequence[Values]) -> int | None:
            return self._replay.tier(tiers, proposal.request, log.block.time)

        return self._referral.above(proposal, log, tier)

    def _raise_tier(self, log: Log, proposal: Proposal) -> None:
        """What was approved since the round began may ask for a higher tier of the same rules."""
        version, tier = proposal.judge
        tiers = self._replay.membership.tiers(proposal.committee, version)
        reach = self._replay.tier(tiers, proposal.request, log.block.time)
        if reach is not None and reach > tier:
            proposal.rule, proposal.judge = tiers[reach], (version, reach)
            proposal.raised_at = self._replay.here(log)

    def referred(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Recusals sent it to a committee above."""
        self._replay.require_in("C15.3", log, proposal, State.SUBMITTED)
        here = self._replay.here(log)
        self._replay.expect(
            "C15.3",
            proposal.referred_at == here,
            log,
            "还能表决就转了上级 it was referred, but could still be decided",
        )
        above = self._above(log, proposal)
        proposal.referred_at = ""
        if (
            not self._replay.expect(
                "C15.3", above is not None, log, "没有上级管委会可以表决 no committee above could decide"
            )
            or not above
        ):
            return
        self._replay.equal("C15.3", log, "上级管委会 committee above", above.committee, v["committee"])
        self._replay.equal(
            "C15.3", log, "适用的规则 rules that judge", above.judge, (v["rules_version"], v["tier"])
        )
        self._replay.equal(
            "C15.3", log, "回避的席位 seats that stay out", above.recusals, seats_of(v["recusals"])
        )
        self._replay.equal("C15.3", log, "新一轮 new round", proposal.round + 1, v["round"])
        ends = log.block.time + above.rule["decide_seconds"]
        self._replay.equal("C15.3", log, "表决截止 end of the vote", ends, v["vote_ends_at"])
        proposal.committee, proposal.rule, proposal.judge = above.committee, above.rule, above.judge
        proposal.begin_round(log.block.time, above.recusals)

    def tier_raised(self, log: Log, proposal: Proposal, v: Values) -> None:
        """A higher tier judges it, because of what was approved lately."""
        here = self._replay.here(log)
        self._replay.expect(
            "C15.3", proposal.raised_at == here, log, "无故提高了档位 its tier was raised without a reason"
        )
        self._replay.equal("C15.3", log, "适用的档位 tier that judges", proposal.judge[1], v["tier"])
        proposal.raised_at = ""

    def failed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """It can no longer pass."""
        self._replay.require_in("C15.3", log, proposal, State.SUBMITTED, State.SUSPENDED)
        here = self._replay.here(log)
        self._replay.expect(
            "C15.3", proposal.fails_at == here, log, "还可能通过就终止了 it failed, but could still pass"
        )
        self._replay.equal("C15.3", log, "轮次 round", proposal.round, v["round"])
        proposal.state, proposal.fails_at = State.FAILED, ""

    def noticed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Its notice began."""
        here = self._replay.here(log)
        what = f"票数不够就开始公示 the notice began without enough approvals: seats {sorted(proposal.approvals)}"
        self._replay.expect("C15.3", proposal.decided_at == here, log, what)
        self._replay.require_in("C15.3", log, proposal, State.SUBMITTED)
        self._replay.equal("C15.3", log, "轮次 round", proposal.round, v["round"])
        ends = log.block.time + proposal.rule["notice_seconds"]
        self._replay.equal("C15.4", log, "公示截止 end of the notice", ends, v["notice_ends_at"])
        proposal.state, proposal.notice_ends_at, proposal.decided_at = State.APPROVED, ends, ""
        proposal.notice_started_at = log.block.time
        self._replay.recent.add(v["proposal_id"], proposal.request, log.block.time)
