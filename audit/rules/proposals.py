"""The life of every proposal, replayed by the rules from its events and calls; each rule is counted under its check.

Rules: `IDisbursements` and `ICommittees`. A proposal is judged by the version of the rules in force when it was submitted, and
after a suspension by the one then in force if that is nowhere laxer; its tier reaches what was approved lately as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from audit.rules.deciding import Deciding
from audit.rules.membership import place_of
from audit.rules.objections import Objections
from audit.rules.payments import Payments
from audit.rules.proposal import Proposal
from audit.rules.proposal_replay import ProposalReplay
from audit.rules.voting import Voting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.chain.history import History, Log
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally

Values = dict[str, Any]
Step = Callable[["Log", Proposal, Values], None]

SUBMITTED = "Rounds.ProposalSubmitted"


class Proposals:
    """Replays the events; `tallies` gets every expectation under the id of its check.

    Attributes:
        all: The proposals as far as they have come, by id.
    """

    def __init__(self, history: History, trust: Trust, tallies: Mapping[str, Tally]) -> None:
        self._replay = ProposalReplay(history, trust, tallies)
        self._steps = _steps(self._replay)
        self.all: dict[bytes, Proposal] = {}

    def replay(self) -> None:
        """Goes through all events once."""
        for log in self._replay.history.logs(SUBMITTED, *self._steps):
            if log.name == SUBMITTED:
                self._submitted(log, log.values)
            elif self._replay.expect(
                "C15.2",
                log.values["proposal_id"] in self.all,
                log,
                "应为已提出的申请 expected a submitted proposal",
            ):
                self._steps[log.name](log, self.all[log.values["proposal_id"]], log.values)
        for proposal in self.all.values():
            self._require_followed(proposal)

    def _require_followed(self, proposal: Proposal) -> None:
        receipt_due_at = proposal.acknowledged[0] if proposal.acknowledged else ""
        for check, where, what in (
            ("C15.3", proposal.decided_at, "票数已够而没有公示 enough seats approved, but no notice began"),
            ("C15.5", receipt_due_at, "公示期后的异议没有回执记录 somebody objected after the notice without the event of a receipt"),
            ("C15.5", proposal.suspends_at, "异议已够而没有暂停 enough residents objected, but it was not suspended"),
            ("C15.3", proposal.fails_at, "已不可能通过而没有终止 it could no longer pass, but did not fail"),
            ("C15.3", proposal.referred_at, "回避后席位不够而没有转上级 recusals left too few seats, but it was not referred to a committee above"),
            ("C15.3", proposal.raised_at, "近期合计已到更高档位而没有提高 a higher tier was due for what was approved lately"),
        ):  # fmt: skip
            if where:
                self._replay.missing(check, where, what)

    def _submitted(self, log: Log, v: Values) -> None:
        request, place = v["proposal"], place_of(log)
        tiers = self._replay.membership.tiers(request["committee"], v["rules_version"])
        reach = self._replay.tier(tiers, request, log.block.time)
        in_force = self._replay.membership.rules_version(request["committee"], place)
        self._replay.equal("C15.3", log, "规则的版本 version of the rules", in_force, v["rules_version"])
        self._replay.equal("C15.3", log, "覆盖该金额的档位 tier that reaches the amount", reach, v["tier"])
        new = v["proposal_id"] not in self.all
        if self._replay.expect(
            "C15.2",
            new and reach is not None,
            log,
            "应为档位之内的新申请 expected a new proposal within the committee's tiers",
        ):
            self._replay.require_in_force("C15.2", log, request["committee"])
            self.all[v["proposal_id"]] = Proposal(
                request=request,
                committee=request["committee"],
                rule=tiers[reach or 0],
                judge=(in_force, reach or 0),
                started=log.block.time,
            )


def _steps(replay: ProposalReplay) -> dict[str, Step]:
    """What judges each event of a proposal that was submitted."""
    deciding, payments = Deciding(replay), Payments(replay)
    voting, objections = Voting(replay, deciding), Objections(replay, deciding)
    return {
        "Rounds.ProposalApproved": voting.approved,
        "Rounds.ProposalRejected": voting.rejected,
        "Rounds.VoteRetracted": voting.retracted,
        "Rounds.ProposalFailed": deciding.failed,
        "Rounds.MemberRecused": voting.recused,
        "Rounds.ProposalTierRaised": deciding.tier_raised,
        "Rounds.ProposalReferred": deciding.referred,
        "Rounds.NoticeStarted": deciding.noticed,
        "Rounds.ObjectionRaised": objections.objected,
        "Rounds.ObjectionAcknowledged": objections.acknowledged,
        "Rounds.ProposalSuspended": objections.suspended,
        "Rounds.ObjectionsAnswered": objections.answered,
        "Rounds.OpinionRecorded": voting.opinion,
        "Rounds.ProposalWithdrawn": payments.withdrawn,
        "Disbursements.ProposalExecuted": payments.executed,
        "Disbursements.PaymentProven": payments.proven,
        "Disbursements.DisbursementReversed": payments.reversed,
        "PartPayments.InstalmentProven": payments.instalment,
        "PartPayments.ProofReversed": payments.proof_reversed,
        "PartPayments.PaymentReturned": payments.part_returned,
        "PartPayments.ReturnReversed": payments.return_reversed,
    }
