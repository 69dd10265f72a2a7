"""The life of every proposal, replayed by the rules from its events and calls; each rule is counted under its check.

Rules: `IDisbursements` and `ICommittees`. A proposal is judged by the version of the rules in force when it was submitted, and
after a suspension by the one then in force if that is nowhere laxer; its tier reaches what was approved lately as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from audit.errors import DecodeError
from audit.rules.membership import SUPERVISOR, Membership, place_of
from audit.rules.proposal import Proposal, State
from audit.rules.receipts import ReceiptKeys, receipt_key
from audit.rules.recent import RecentApprovals
from audit.rules.referral import Referral
from audit.rules.signing import signed_digest, signing_key
from audit.rules.votes import (
    approval_nonce,
    approving_keys,
    has_share,
    is_nowhere_laxer,
    may_suffice,
    seats_of,
    suffices,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.chain.history import History, Log
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally
    from audit.rules.referral import Above

EXECUTION_SECONDS = 90 * 24 * 3600
OBJECTION_GRACE_SECONDS = 24 * 3600
MAX_ROUNDS = 4

Values = dict[str, Any]


class Proposals:
    """Replays the events; `tallies` gets every expectation under the id of its check."""

    def __init__(self, history: History, trust: Trust, tallies: Mapping[str, Tally]) -> None:
        self._history, self._trust, self._tallies = history, trust, tallies
        self._membership = Membership(history)
        self._recent = RecentApprovals()
        self._receipt_keys = ReceiptKeys(history)
        self._referral = Referral(history, self._membership)
        self.all: dict[bytes, Proposal] = {}

    def replay(self) -> None:
        """Goes through all events once."""
        for log in self._history.logs(*self._HANDLERS):
            if log.event == "ProposalSubmitted":
                self._submitted(log, log.values)
            elif self._expect(
                "C15.2",
                log.values["proposal_id"] in self.all,
                log,
                "应为已提出的申请 expected a submitted proposal",
            ):
                self._HANDLERS[log.name](self, log, self.all[log.values["proposal_id"]], log.values)
        for proposal in self.all.values():
            self._require_followed(proposal)

    def _expect(self, check: str, holds: bool, log: Log, what: str) -> bool:
        return self._tallies[check].expect(holds, log.where, what)

    def _equal(self, check: str, log: Log, what: str, expected: object, got: object) -> None:
        self._tallies[check].expect_equal(log.where, what, expected=expected, got=got)

    def _in(self, check: str, log: Log, proposal: Proposal, *states: State) -> None:
        names = ", ".join(states)
        self._expect(
            check, proposal.state in states, log, f"expected a proposal {names}, got one {proposal.state}"
        )

    def _require_followed(self, proposal: Proposal) -> None:
        for tally, where, what in (
            (self._tallies["C15.3"], proposal.decided_at, "enough seats approved, but no notice began"),
            (
                self._tallies["C15.5"],
                proposal.acknowledged[0] if proposal.acknowledged else "",
                "somebody objected after the notice without the event of a receipt",
            ),
            (
                self._tallies["C15.5"],
                proposal.suspends_at,
                "enough residents objected, but it was not suspended",
            ),
            (self._tallies["C15.3"], proposal.fails_at, "it could no longer pass, but did not fail"),
            (
                self._tallies["C15.3"],
                proposal.referred_at,
                "recusals left too few seats, but it was not referred to a committee above",
            ),
            (
                self._tallies["C15.3"],
                proposal.raised_at,
                "a higher tier was due for what was approved lately",
            ),
        ):
            if where:
                tally.fail(where, what)

    # DECIDING

    def _submitted(self, log: Log, v: Values) -> None:
        request, place = v["proposal"], place_of(log)
        tiers = self._membership.tiers(request["committee"], v["rules_version"])
        reach = self._tier(tiers, request, log.block.time)
        in_force = self._membership.rules_version(request["committee"], place)
        self._equal("C15.3", log, "version of the rules", in_force, v["rules_version"])
        self._equal("C15.3", log, "tier that reaches the amount", reach, v["tier"])
        new = v["proposal_id"] not in self.all
        if self._expect(
            "C15.2", new and reach is not None, log, "expected a new proposal within the committee's tiers"
        ):
            self.all[v["proposal_id"]] = Proposal(
                request=request,
                committee=request["committee"],
                rule=tiers[reach or 0],
                judge=(in_force, reach or 0),
                started=log.block.time,
            )

    def _approved(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.2", log, proposal, State.SUBMITTED)
        self._equal("C15.2", log, "round", proposal.round, v["round"])
        call = self._history.transaction_of(log)
        try:
            keys = approving_keys(call, proposal.request, proposal.round, self._trust)
        except (DecodeError, KeyError) as error:
            self._expect("C15.2", False, log, f"expected approvals in the call: {error}")
            return
        in_time = not call.args["signatures"] or log.block.time <= call.args["deadline"]
        self._expect("C15.2", in_time, log, "the signatures arrived after their deadline")
        if call.args["signatures"]:
            keys = [key for key in keys if not self._is_called_back(log, proposal, key)]
        voters = dict(voter for key in keys if (voter := self._voter(log, proposal, key)) is not None)
        self._equal("C15.2", log, "seats that approved", set(voters), seats_of(v["seats"]))
        self._expect("C15.2", bool(voters), log, "no approval in the call counts")
        proposal.approvals |= set(voters)
        proposal.approvers |= voters
        self._decide(log, proposal)

    def _is_called_back(self, log: Log, proposal: Proposal, key: bytes) -> bool:
        nonce = approval_nonce(log.values["proposal_id"], proposal.round)
        taker = self._history.transaction_of(log).to or b""
        return self._membership.is_called_back(key, taker, nonce, place_of(log))

    def _voter(self, log: Log, proposal: Proposal, key: bytes) -> tuple[int, bytes] | None:
        """The seat for which a key may approve now, and whose it is; None if it does not count."""
        place, time, requester = place_of(log), log.block.time, proposal.request["requester"]
        member = self._membership.member_of(key, place, time)
        seat = self._membership.seat_of(proposal.committee, member, place, time) if member else None
        if seat is None or member is None or seat.number == SUPERVISOR or member == requester:
            return None
        voted = proposal.approvals | proposal.rejections | proposal.retracted | proposal.recusals
        is_open = time <= proposal.started + proposal.rule["decide_seconds"]
        is_older = seat.since <= proposal.started and self._is_old_key(proposal, key)
        return (seat.number, member) if is_open and is_older and seat.number not in voted else None

    def _require_seat(self, log: Log, proposal: Proposal, v: Values) -> None:
        """Who acts with a seat in the running round must be its member, with a key as old as the round."""
        self._in("C15.2", log, proposal, State.SUBMITTED)
        seat = self._membership.seat_of(proposal.committee, v["member"], place_of(log), log.block.time)
        fits = seat is not None and seat.number == v["seat"] != SUPERVISOR and seat.since <= proposal.started
        fits = fits and v["seat"] not in proposal.recusals
        open_ = log.block.time <= proposal.started + proposal.rule["decide_seconds"]
        self._expect(
            "C15.2", fits and open_, log, f"expected a voting seat {v['seat']} of {v['member'].hex()}"
        )
        self._require_signed_by_old_key("C15.2", log, proposal)

    def _require_signed_by_old_key(self, check: str, log: Log, proposal: Proposal) -> None:
        try:
            key = signing_key(self._history.transaction_of(log), self._trust)
        except (DecodeError, KeyError, TypeError) as error:
            self._expect(check, False, log, f"expected the act of a key: {error}")
        else:
            self._require_old_key(check, log, proposal, key)

    def _require_old_key(self, check: str, log: Log, proposal: Proposal, key: bytes) -> None:
        what = f"key 0x{key.hex()} might not act yet as the round began"
        self._expect(check, self._is_old_key(proposal, key), log, what)

    def _is_old_key(self, proposal: Proposal, key: bytes) -> bool:
        """Whether a key might act as the round began."""
        valid_from = self._membership.valid_from(key)
        return valid_from is not None and valid_from <= proposal.started

    def _rejected(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._require_seat(log, proposal, v)
        self._equal("C15.2", log, "round", proposal.round, v["round"])
        self._expect("C15.2", v["seat"] not in proposal.rejections, log, "a seat voted twice against it")
        proposal.take_back(v["seat"])
        proposal.rejections.add(v["seat"])
        self._decide(log, proposal)

    def _retracted(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._require_seat(log, proposal, v)
        self._equal("C15.2", log, "round", proposal.round, v["round"])
        voted = proposal.approvals | proposal.rejections
        self._expect("C15.2", v["seat"] in voted, log, "a seat took back a vote that it had not given")
        proposal.take_back(v["seat"])
        self._decide(log, proposal)

    def _recused(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._require_seat(log, proposal, v)
        proposal.take_back(v["seat"])
        proposal.recused.add(v["member"])
        proposal.recusals.add(v["seat"])
        self._decide(log, proposal)

    def _decide(self, log: Log, proposal: Proposal) -> None:
        """Enough approvals must start the notice in the same transaction, and too few that are left must end it, or refer it."""
        opened = self._membership.committees.get(proposal.committee)
        here = self._history.transaction_of(log).where
        lost = proposal.rejections | proposal.recusals | proposal.retracted
        if opened is None:
            self._expect("C15.3", False, log, "expected a committee that was opened")
            return
        if lost or has_share(opened.values, proposal.rule, proposal.approvals):
            self._raise_tier(log, proposal)
        if suffices(opened.values, proposal.rule, proposal.approvals):
            what = f"enough seats had approved in {proposal.decided_at}, but no notice began"
            self._expect("C15.3", not proposal.decided_at, log, what)
            proposal.decided_at = here
        elif self._is_referred(log, opened.values, proposal):
            proposal.referred_at = here
        elif not may_suffice(opened.values, proposal.rule, lost):
            what = f"it could no longer pass in {proposal.fails_at}, but did not fail"
            self._expect("C15.3", not proposal.fails_at, log, what)
            proposal.fails_at = here

    def _is_referred(self, log: Log, committee: Values, proposal: Proposal) -> bool:
        """Whether recusals alone leave too few seats, and a committee above can decide."""
        if may_suffice(committee, proposal.rule, proposal.recusals):
            return False
        return self._above(log, proposal) is not None

    def _above(self, log: Log, proposal: Proposal) -> Above | None:
        """The committee to which recusals refer a request, as the transaction of a log found the town."""

        def tier(tiers: Sequence[Values]) -> int | None:
            return self._tier(tiers, proposal.request, log.block.time)

        return self._referral.above(proposal, place_of(log), tier)

    def _referred(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.3", log, proposal, State.SUBMITTED)
        here = self._history.transaction_of(log).where
        self._expect(
            "C15.3", proposal.referred_at == here, log, "it was referred, but could still be decided"
        )
        above = self._above(log, proposal)
        proposal.referred_at = ""
        if not self._expect("C15.3", above is not None, log, "no committee above could decide") or not above:
            return
        self._equal("C15.3", log, "committee above", above.committee, v["committee"])
        self._equal("C15.3", log, "rules that judge", above.judge, (v["rules_version"], v["tier"]))
        self._equal("C15.3", log, "seats that stay out", above.recusals, seats_of(v["recusals"]))
        self._equal("C15.3", log, "new round", proposal.round + 1, v["round"])
        ends = log.block.time + above.rule["decide_seconds"]
        self._equal("C15.3", log, "end of the vote", ends, v["vote_ends_at"])
        proposal.committee, proposal.rule, proposal.judge = above.committee, above.rule, above.judge
        proposal.begin_round(log.block.time, above.recusals)

    def _tier(self, tiers: Sequence[Values], request: Values, time: int) -> int | None:
        """The tier that reaches an amount and what was approved lately, or the last; None if none reaches the amount."""
        if not tiers or request["amount_fen"] > tiers[-1]["up_to_fen"]:
            return None
        together_fen = request["amount_fen"] + self._recent.fen(request, time)
        reach = (i for i, t in enumerate(tiers) if together_fen <= t["up_to_fen"])
        return next(reach, len(tiers) - 1)

    def _raise_tier(self, log: Log, proposal: Proposal) -> None:
        """What was approved since the round began may ask for a higher tier of the same rules."""
        version, tier = proposal.judge
        tiers = self._membership.tiers(proposal.committee, version)
        reach = self._tier(tiers, proposal.request, log.block.time)
        if reach is not None and reach > tier:
            proposal.rule, proposal.judge = tiers[reach], (version, reach)
            proposal.raised_at = self._history.transaction_of(log).where

    def _tier_raised(self, log: Log, proposal: Proposal, v: Values) -> None:
        here = self._history.transaction_of(log).where
        self._expect("C15.3", proposal.raised_at == here, log, "its tier was raised without a reason")
        self._equal("C15.3", log, "tier that judges", proposal.judge[1], v["tier"])
        proposal.raised_at = ""

    def _failed(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.3", log, proposal, State.SUBMITTED, State.SUSPENDED)
        here = self._history.transaction_of(log).where
        self._expect("C15.3", proposal.fails_at == here, log, "it failed, but could still pass")
        self._equal("C15.3", log, "round", proposal.round, v["round"])
        proposal.state, proposal.fails_at = State.FAILED, ""

    def _noticed(self, log: Log, proposal: Proposal, v: Values) -> None:
        here = self._history.transaction_of(log).where
        what = f"the notice began without enough approvals: seats {sorted(proposal.approvals)}"
        self._expect("C15.3", proposal.decided_at == here, log, what)
        self._in("C15.3", log, proposal, State.SUBMITTED)
        self._equal("C15.3", log, "round", proposal.round, v["round"])
        ends = log.block.time + proposal.rule["notice_seconds"]
        self._equal("C15.4", log, "end of the notice", ends, v["notice_ends_at"])
        proposal.state, proposal.notice_ends_at, proposal.decided_at = State.APPROVED, ends, ""
        proposal.notice_started_at = log.block.time
        self._recent.add(v["proposal_id"], proposal.request, log.block.time)

    # OBJECTING

    def _objected(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.5", log, proposal, State.APPROVED)
        if log.block.time >= proposal.notice_ends_at:
            self._require_receipt(log, proposal)
        self._expect("C15.5", v["member"] not in proposal.objectors, log, "a member objected twice")
        self._require_signed_by_old_key("C15.5", log, proposal)
        proposal.objectors.add(v["member"])
        proposal.objections += 1
        self._equal("C15.5", log, "objections so far", proposal.objections, v["objections"])
        if proposal.objections == proposal.rule["objections_to_suspend"]:
            proposal.suspends_at = self._history.transaction_of(log).where

    def _require_receipt(self, log: Log, proposal: Proposal) -> None:
        """After the notice an objection needs the receipt of a time within it, and arrives within the grace."""
        call = self._history.transaction_of(log)
        acknowledgement = call.args.get("acknowledgement")
        if not acknowledgement:
            self._expect("C15.5", False, log, "objected after the notice")
            return
        received_at = acknowledgement["received_at"]
        in_notice = proposal.notice_started_at <= received_at < proposal.notice_ends_at
        self._expect("C15.5", in_notice, log, f"the receipt is of {received_at}, which is not in the notice")
        in_grace = log.block.time < proposal.notice_ends_at + OBJECTION_GRACE_SECONDS
        self._expect("C15.5", in_grace, log, "objected after the grace")
        try:
            signed, signer = signed_digest(call, self._trust), signing_key(call, self._trust)
        except (DecodeError, KeyError, TypeError) as error:
            self._expect("C15.5", False, log, f"expected the act of a key: {error}")
            return
        key = receipt_key(signed, signer, acknowledgement, self._trust)
        counts = key is not None and self._receipt_keys.in_force(key, received_at)
        self._expect("C15.5", counts, log, "expected the receipt of a key that was in force at its date")
        proposal.acknowledged = call.where, received_at

    def _acknowledged(self, log: Log, proposal: Proposal, v: Values) -> None:
        here = self._history.transaction_of(log).where
        expected = proposal.acknowledged or ("", 0)
        self._expect("C15.5", expected[0] == here, log, "a receipt where nobody objected after the notice")
        self._equal("C15.5", log, "when it was received", expected[1], v["received_at"])
        self._expect(
            "C15.5", v["member"] in proposal.objectors, log, "a receipt of a member who did not object"
        )
        proposal.acknowledged = None

    def _suspended(self, log: Log, proposal: Proposal, v: Values) -> None:
        here = self._history.transaction_of(log).where
        self._recent.remove(v["proposal_id"], proposal.request)
        self._expect("C15.5", proposal.suspends_at == here, log, "suspended without enough objections")
        proposal.state, proposal.suspends_at = State.SUSPENDED, ""
        if proposal.round >= MAX_ROUNDS:
            proposal.fails_at = here

    def _answered(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.5", log, proposal, State.SUSPENDED)
        time = log.block.time
        in_time = time < proposal.notice_ends_at + EXECUTION_SECONDS
        self._expect("C15.5", in_time, log, f"expected an answer within 90 days after the notice, got {time}")
        self._equal("C15.5", log, "new round", proposal.round + 1, v["round"])
        self._judge_anew(log, proposal, v)
        recusals = self._membership.seats_held_by(proposal.recused, proposal.committee, place_of(log))
        self._equal("C15.5", log, "seats that stay out", recusals, seats_of(v["recusals"]))
        proposal.begin_round(time, recusals)
        ends = time + proposal.rule["decide_seconds"]
        self._equal("C15.5", log, "end of the vote", ends, v["vote_ends_at"])
        self._decide(log, proposal)

    def _judge_anew(self, log: Log, proposal: Proposal, v: Values) -> None:
        """The rules now in force judge the new round, unless they are laxer in anything."""
        committee = proposal.committee
        version = self._membership.rules_version(committee, place_of(log))
        tiers = self._membership.tiers(committee, version)
        reach = self._tier(tiers, proposal.request, log.block.time)
        opened = self._membership.committees.get(committee)
        fits = opened is not None and reach is not None
        self._expect("C15.5", fits, log, "expected a committee with a tier in force that reaches the amount")
        if opened is None or reach is None:
            return
        if is_nowhere_laxer(opened.values, tiers[reach], proposal.rule):
            proposal.rule, proposal.judge = tiers[reach], (version, reach)
        self._equal("C15.5", log, "rules that judge", proposal.judge, (v["rules_version"], v["tier"]))

    def _opinion(self, log: Log, proposal: Proposal, v: Values) -> None:
        seat = self._membership.seat_of(proposal.committee, v["member"], place_of(log), log.block.time)
        self._expect(
            "C15.2", seat is not None and seat.number == SUPERVISOR, log, "expected a supervisor's opinion"
        )

    def _withdrawn(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._recent.remove(v["proposal_id"], proposal.request)
        self._in("C15.4", log, proposal, State.SUBMITTED, State.APPROVED, State.SUSPENDED)
        ends = proposal.started + proposal.rule["decide_seconds"] + 1
        if proposal.state is not State.SUBMITTED:
            ends = proposal.notice_ends_at + EXECUTION_SECONDS
        self._expect("C15.4", log.block.time < ends, log, "withdrawn after it had failed or lapsed")
        proposal.state = State.WITHDRAWN

    # PAYING

    def _executed(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.4", log, proposal, State.APPROVED)
        time, ends = log.block.time, proposal.notice_ends_at
        first = ends + OBJECTION_GRACE_SECONDS
        in_time = first <= time < ends + EXECUTION_SECONDS
        self._expect("C15.4", in_time, log, f"expected execution from {first} on, within 90 days, got {time}")
        self._equal("C15.4", log, "amount executed", proposal.request["amount_fen"], v["amount_fen"])
        call = self._history.transaction_of(log)
        self._equal("C15.4", log, "proposal in the call", proposal.request, call.args.get("proposal"))
        at_once = call.function == "executeProven"
        # Who undoes an execution wins no time for the proof: the first date stays.
        due_at = proposal.proof_due_at or time + proposal.rule["proof_seconds"]
        proposal.proof_due_at = time if at_once else due_at
        self._expect(
            "C15.6", time <= proposal.proof_due_at, log, "executed when its proof was overdue already"
        )
        self._equal("C15.6", log, "proof of payment due at", proposal.proof_due_at, v["proof_due_at"])
        proposal.state = State.EXECUTED

    def _proven(self, log: Log, proposal: Proposal, v: Values) -> None:
        self._in("C15.6", log, proposal, State.EXECUTED)
        took_part = {proposal.request["requester"], *proposal.approvers.values()}
        who = f"the payment was proven by {v['treasurer'].hex()}, who asked for it or approved it"
        self._expect("C15.6", v["treasurer"] not in took_part, log, who)
        proposal.state, proposal.prover = State.CLOSED, v["treasurer"]

    def _reversed(self, log: Log, proposal: Proposal, v: Values) -> None:
        """What came back is reversed by another than proved it; what was never paid is approved as before."""
        if not any(v["incoming_bank_line"]):
            self._in("C15.6", log, proposal, State.EXECUTED)
            proposal.state = State.APPROVED
            return
        self._in("C15.6", log, proposal, State.CLOSED)
        who = f"the payment was proven and taken back by the same member, {proposal.prover.hex()}"
        self._expect("C15.6", v["treasurer"] != proposal.prover, log, who)
        self._recent.remove(v["proposal_id"], proposal.request)
        proposal.state = State.REVERSED

    _HANDLERS: ClassVar[dict[str, Any]] = {
        "Disbursements.ProposalSubmitted": _submitted,
        "Rounds.ProposalApproved": _approved,
        "Rounds.ProposalRejected": _rejected,
        "Rounds.VoteRetracted": _retracted,
        "Rounds.ProposalFailed": _failed,
        "Rounds.MemberRecused": _recused,
        "Rounds.ProposalTierRaised": _tier_raised,
        "Rounds.ProposalReferred": _referred,
        "Rounds.NoticeStarted": _noticed,
        "Rounds.ObjectionRaised": _objected,
        "Rounds.ObjectionAcknowledged": _acknowledged,
        "Rounds.ProposalSuspended": _suspended,
        "Rounds.ObjectionsAnswered": _answered,
        "Rounds.OpinionRecorded": _opinion,
        "Rounds.ProposalWithdrawn": _withdrawn,
        "Disbursements.ProposalExecuted": _executed,
        "Disbursements.PaymentProven": _proven,
        "Disbursements.DisbursementReversed": _reversed,
    }
