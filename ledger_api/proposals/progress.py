"""How far a request came: the bar of its stages on its page, and the date that runs now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from indexer.projections.request import GRACE_SECONDS, Phase
from ledger_api.proposals.schemas import BEGINNINGS, StepKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.proposals.schemas import Proposal, ProposalDetail, Step


class Stage(StrEnum):
    """A stage of a request, in the order in which one follows another."""

    SUBMISSION = "submission"
    APPROVAL = "approval"
    NOTICE = "notice"
    RELEASE = "release"
    PROOF = "proof"
    REVERSAL = "reversal"


class Progress(StrEnum):
    """What a stage is of a request: see `StageBar.says`."""

    DONE = "done"
    CURRENT = "current"
    HALTED = "halted"
    AHEAD = "ahead"
    SKIPPED = "skipped"


class Term(StrEnum):
    """A date of a request; the words of the group `term`."""

    VOTE = "vote"
    NOTICE = "notice"
    GRACE = "grace"
    PROOF = "proof"


@dataclass(frozen=True, kw_only=True, slots=True)
class StageBar:
    """A stage on the bar.

    Attributes:
        stage: Which one.
        progress: What it is of the request.
    """

    stage: Stage
    progress: Progress

    def says(self, phase: Phase) -> tuple[str, str]:
        """Group and code of its words: a halt has those of the request's phase, which say why."""
        return ("phase", phase) if self.progress is Progress.HALTED else ("progress", self.progress)


STAGES = (Stage.SUBMISSION, Stage.APPROVAL, Stage.NOTICE, Stage.RELEASE, Stage.PROOF)
# Where a request goes on, by its phase.
CURRENT = {
    Phase.VOTING: Stage.APPROVAL,
    Phase.NOTICE: Stage.NOTICE,
    Phase.GRACE: Stage.NOTICE,
    Phase.PAYABLE: Stage.RELEASE,
    Phase.PROOF_DUE: Stage.PROOF,
}
# Where it halts although it may go on: objections are answered, a late proof is handed in.
HALTED = {Phase.SUSPENDED: Stage.NOTICE, Phase.PROOF_OVERDUE: Stage.PROOF}
# Where it ended.
ENDED = {Phase.VOTE_OVER: Stage.APPROVAL}


def bar_of(detail: ProposalDetail) -> list[StageBar]:
    """The bar of a request: what is done, where it stands or ended, and what is still to come."""
    phase = detail.proposal.phase
    if phase is Phase.CLOSED:
        return _bar(STAGES, len(STAGES), Progress.DONE, Progress.AHEAD)
    if phase is Phase.REVERSED:
        return _bar((*STAGES, Stage.REVERSAL), len(STAGES), Progress.HALTED, Progress.SKIPPED)
    if phase in CURRENT:
        return _bar(STAGES, STAGES.index(CURRENT[phase]), Progress.CURRENT, Progress.AHEAD)
    if phase in HALTED:
        return _bar(STAGES, STAGES.index(HALTED[phase]), Progress.HALTED, Progress.AHEAD)
    last = ENDED[phase] if phase in ENDED else _ended_at(detail)
    return _bar(STAGES, STAGES.index(last), Progress.HALTED, Progress.SKIPPED)


def terms_of(proposal: Proposal) -> list[tuple[Term, int]]:
    """The dates that its page tells, seconds since 1970: that of the notice stays, the others while they run."""
    phase, notice_ends_at = proposal.phase, proposal.notice_ends_at
    grace_ends_at = notice_ends_at + GRACE_SECONDS if notice_ends_at else None
    dates = (
        (Term.NOTICE, notice_ends_at, True),
        (Term.GRACE, grace_ends_at, phase is Phase.GRACE),
        (Term.PROOF, proposal.proof_due_at, phase in (Phase.PROOF_DUE, Phase.PROOF_OVERDUE)),
        (Term.VOTE, proposal.vote_ends_at, phase is Phase.VOTING),
    )
    return [(term, date) for term, date, is_shown in dates if date and is_shown]


def _bar(stages: Sequence[Stage], at: int, here: Progress, after: Progress) -> list[StageBar]:
    def progress(place: int) -> Progress:
        return Progress.DONE if place < at else here if place == at else after

    return [StageBar(stage=stage, progress=progress(place)) for place, stage in enumerate(stages)]


def _ended_at(detail: ProposalDetail) -> Stage:
    """The stage in which a request ended unpaid: in a round of voting, in its notice, or when it could be released."""
    begun = max(place for place, step in enumerate(detail.timeline) if step.kind in BEGINNINGS)
    of_round: dict[StepKind, Step] = {step.kind: step for step in detail.timeline[begun:]}
    if StepKind.NOTICE_STARTED not in of_round:
        return Stage.APPROVAL
    notice_ends_at = of_round[StepKind.NOTICE_STARTED].notice_ends_at or 0
    withdrawn = of_round.get(StepKind.WITHDRAWN)
    is_over = withdrawn is None or withdrawn.time >= notice_ends_at + GRACE_SECONDS
    return Stage.RELEASE if is_over and StepKind.SUSPENDED not in of_round else Stage.NOTICE
