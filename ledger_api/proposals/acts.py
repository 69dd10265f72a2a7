"""What may be done with a request: when, and by whom. The contracts have the last word (`Disbursements`, `Rounds`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.enums import ProposalState, Role
from indexer.projections.request import Phase
from ledger_api.errors import QueryInvalidError
from ledger_api.portal.acting.declared import NounActs, Origin, When
from ledger_api.proposals.schemas import BEGINNINGS, StepKind, Vote
from wallets.intents import ProposalAct

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.acts import Act as Record
    from ledger_api.commands.called import Called
    from ledger_api.members.person import Person
    from ledger_api.proposals.schemas import ProposalDetail

VOTING = frozenset({Phase.VOTING})
EXECUTING = ("execute", "executeProven")
UNPAID = VOTING | {Phase.NOTICE, Phase.GRACE, Phase.PAYABLE, Phase.SUSPENDED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """An act on a request.

    Attributes:
        name: "APPROVE", or the name of a `ProposalAct`.
        phases: Where the request must stand.
        belongs: Whether it is a person's to do.
        needs_statement: Whether reasons that everybody can read are signed with it.
        needs_bank_line: Whether the line that proves the payment is signed with it.
        answers_objections: Whether its sheet shows the objections that it answers.
        is_for_good: Whether it cannot be undone, of which its sheet warns: a word of the group `warning`.
        instead_name: Name of the act that its sheet offers in its place; empty if there is none.
    """

    name: str
    phases: frozenset[Phase]
    belongs: Callable[[ProposalDetail, Person], bool]
    needs_statement: bool = False
    needs_bank_line: bool = False
    answers_objections: bool = False
    is_for_good: bool = False
    instead_name: str = ""

    @property
    def id(self) -> str:
        """Its id in `contracts.acts`."""
        return "ApproveProposal" if self.name == "APPROVE" else ProposalAct[self.name].id

    @property
    def record(self) -> Record:
        """What the contracts say of it."""
        return acts()[self.id]

    @property
    def function(self) -> str:
        """Function of the contract that it calls."""
        return "approve" if self.name == "APPROVE" else ProposalAct[self.name].function

    @property
    def instead(self) -> Act | None:
        """The act that its sheet offers in its place; None if there is none."""
        return ACTS.get(self.instead_name)

    def is_open(self, detail: ProposalDetail) -> bool:
        """Whether a request stands where this may be done."""
        return detail.proposal.phase in self.phases


class Obstacle(StrEnum):
    """Why the sheet of an act has nothing to sign: the words of the group `obstacle`."""

    CLOSED = "closed"
    SIGNED = "signed"
    NO_LINE = "no_line"

    @property
    def asks_for_line(self) -> bool:
        """Whether a bank line has to be chosen first."""
        return self is Obstacle.NO_LINE

    def why(self, act: Act) -> tuple[str, str]:
        """Group and code of the words that say why: of an act that is closed, those of the act."""
        return ("closed", act.name) if self is Obstacle.CLOSED else ("obstacle_why", self)


def obstacle_of(act: Act, detail: ProposalDetail, *, is_signed: bool, has_line: bool) -> Obstacle | None:
    """Why an act cannot be signed; None if it can.

    Args:
        act: The act.
        detail: The request.
        is_signed: Whether who is signed in has just signed it.
        has_line: Whether the bank line that proves the payment was chosen.
    """
    if not act.is_open(detail):
        return Obstacle.CLOSED
    if is_signed:
        return Obstacle.SIGNED
    return Obstacle.NO_LINE if act.needs_bank_line and not has_line else None


def _vote(detail: ProposalDetail, person: Person) -> Vote | None:
    """What a person's seat did in this round; None without a voting seat that was held as the round began."""
    begun_at = max(step.time for step in detail.timeline if step.kind in BEGINNINGS)
    votes = {(seat.seat, seat.member): seat.vote for seat in detail.tally.seats}
    held = (s for s in person.seats_in(detail.proposal.deciding_committee) if (s.held_since or 0) <= begun_at)
    return next((votes.get((seat.seat, seat.member)) for seat in held), None)


def _is_applicant(detail: ProposalDetail, person: Person) -> bool:
    return person.member == detail.proposal.requester


def _may_approve(detail: ProposalDetail, person: Person) -> bool:
    return _vote(detail, person) is Vote.NONE and not _is_applicant(detail, person)


def _may_reject(detail: ProposalDetail, person: Person) -> bool:
    return _vote(detail, person) in (Vote.NONE, Vote.APPROVED, Vote.RETRACTED)


def _may_retract(detail: ProposalDetail, person: Person) -> bool:
    return _vote(detail, person) in (Vote.APPROVED, Vote.AGAINST)


def _may_recuse(detail: ProposalDetail, person: Person) -> bool:
    return _vote(detail, person) not in (None, Vote.RECUSED)


def _may_object(detail: ProposalDetail, person: Person) -> bool:
    objected = {step.member for step in detail.timeline if step.kind is StepKind.OBJECTION}
    return person.holds(Role.RESIDENT, detail.proposal.fund) and person.member not in objected


def _is_supervisor(detail: ProposalDetail, person: Person) -> bool:
    return any(s.seat_class is None for s in person.seats_in(detail.proposal.deciding_committee))


def _is_treasurer(detail: ProposalDetail, person: Person) -> bool:
    return person.holds(Role.TREASURER, detail.proposal.fund)


def _may_prove(detail: ProposalDetail, person: Person) -> bool:
    """A treasurer who neither asked for the money nor approved it."""
    took_part = _is_applicant(detail, person) or _vote(detail, person) is Vote.APPROVED
    return _is_treasurer(detail, person) and not took_part


# In the order in which a page offers them.
ACTS = {
    act.name: act
    for act in (
        Act(name="APPROVE", phases=VOTING, belongs=_may_approve, instead_name="RECUSE"),
        Act(name="REJECT", phases=VOTING, belongs=_may_reject),
        Act(name="RETRACT_VOTE", phases=VOTING, belongs=_may_retract, is_for_good=True),
        Act(name="OBJECT", phases=frozenset({Phase.NOTICE}), belongs=_may_object, needs_statement=True),
        Act(
            name="ANSWER",
            phases=frozenset({Phase.SUSPENDED}),
            belongs=_is_applicant,
            needs_statement=True,
            answers_objections=True,
        ),
        Act(
            name="PROVE_PAYMENT",
            phases=frozenset({Phase.PROOF_DUE, Phase.PROOF_OVERDUE}),
            belongs=_may_prove,
            needs_bank_line=True,
        ),
        Act(
            name="EXECUTE_PROVEN",
            phases=frozenset({Phase.PAYABLE}),
            belongs=_may_prove,
            needs_bank_line=True,
        ),
        Act(name="GIVE_OPINION", phases=frozenset(Phase), belongs=_is_supervisor, needs_statement=True),
        Act(name="RECUSE", phases=VOTING, belongs=_may_recuse),
        Act(name="WITHDRAW", phases=UNPAID, belongs=_is_applicant, is_for_good=True),
    )
}

# What treasurers do with a payment on a sheet of its own, in the order of the page.
OF_PAYMENT = ("ProveInstalment", "ReverseDisbursement")
# What is done about a step of the timeline, which names its bank line or none.
OF_PROOF = ("RecordReturn", "ReverseProof")
ACTS_ON_STEP = {
    StepKind.PROVEN: (*OF_PROOF, "ReverseDisbursement"),
    StepKind.PART_PROVEN: OF_PROOF,
    StepKind.PART_RETURNED: ("ReverseReturn",),
    StepKind.REST_RELEASED: ("ReverseReturn",),
}
DECLARED = NounActs(
    open={
        "ReverseDisbursement": When(states=frozenset({ProposalState.EXECUTED, ProposalState.CLOSED})),
        "ProveInstalment": When(states=frozenset({ProposalState.EXECUTED})),
        "ReverseProof": When(states=frozenset({ProposalState.EXECUTED, ProposalState.CLOSED})),
        "RecordReturn": When(states=frozenset({ProposalState.EXECUTED, ProposalState.CLOSED})),
        "ReverseReturn": When(states=frozenset({ProposalState.CLOSED})),
    },
    origins={
        "ReverseProof": {"bankLine": Origin(page="/proposals", word="payment")},
        "RecordReturn": {"bankLine": Origin(page="/proposals", word="payment")},
        "ReverseReturn": {"bankLine": Origin(page="/proposals", word="part_return")},
    },
    own_sheets={"SubmitProposal": "/ask", "ProveJointPayment": "/joint-payment"}
    | {act.id: f"/proposals/{{proposal}}/sign?act={act.name}" for act in ACTS.values()},
)


def act_named(name: str) -> Act:
    """An act by its name that came in.

    Raises:
        QueryInvalidError: None has this name.
    """
    if name not in ACTS:
        raise QueryInvalidError(f"expected an act of {', '.join(ACTS)}, got {name[:40]!r}")
    return ACTS[name]


def offered(detail: ProposalDetail, person: Person | None) -> list[Act]:
    """The acts that a page offers its reader now.

    Args:
        detail: The request.
        person: Who is signed in; None if nobody is: then what many may do is offered by the time alone.
    """
    timely = [act for act in ACTS.values() if act.is_open(detail)]
    if person is None:
        return [act for act in timely if act.name in ("APPROVE", "OBJECT")]
    return [act for act in timely if act.belongs(detail, person)]


def may_execute(detail: ProposalDetail, person: Person | None, waiting: list[Called]) -> bool:
    """Whether a page offers its reader to execute a request before the bank pays; nothing is signed for that.

    Args:
        detail: The request.
        person: Who is signed in; None if nobody is.
        waiting: Commands about the request that are in no verified block yet.
    """
    if person is None or detail.proposal.phase is not Phase.PAYABLE:
        return False
    return _is_treasurer(detail, person) and not any(called.function in EXECUTING for called in waiting)
