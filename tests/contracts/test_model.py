"""Requests for money against a small model of the rules, which must foretell every acceptance and every refusal by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from eth_utils import to_canonical_address
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from contracts.accounts import AccountKind
from contracts.enums import ProposalState as State
from tests.conftest import RefusedError, signer
from tests.contracts.neighbourhood import (
    BANK,
    BUDGET_LINE,
    DAY,
    FUND,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    RESIDENTS,
    SEATS,
    account,
    donation,
    fresh_neighbourhood,
    line,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    AttestDonations,
    ProposalAct,
    ReverseDisbursement,
    ReverseProof,
    SubmitProposal,
)
from wallets.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallets.intents import Intent, Proposal

PERIOD_SECONDS = 30 * DAY
NO_LINE = bytes(32)
DONATED_FEN, SMALL_FEN, PROOF_SECONDS, EXECUTION_SECONDS = 3_000_000, 500_000, 30 * DAY, 90 * DAY
MAX_ROUNDS = 4
NAMES = [name for name, _ in SEATS]


@dataclass
class Request:
    """What the model knows of one request."""

    proposal: Proposal
    vote_ends_at: int
    state: State = State.SUBMITTED
    yes: set[str] = field(default_factory=set)
    against: set[str] = field(default_factory=set)
    retracted: set[str] = field(default_factory=set)
    round: int = 1
    objections: int = 0
    recused: set[str] = field(default_factory=set)
    objectors: set[str] = field(default_factory=set)
    notice_ends_at: int = 0
    proof_due_at: int = 0
    approved_at: int = 0
    prover: str = ""
    paid_by: bytes = NO_LINE
    large: bool = False

    def require_large(self, recent_fen: int) -> None:
        """The official must agree and times are longer, if it is much together with what was approved lately."""
        self.large = self.large or self.proposal.amount_fen + recent_fen > SMALL_FEN

    @property
    def decide_seconds(self) -> int:
        return (14 if self.large else 7) * DAY

    def suffice(self, names: set[str]) -> bool:
        """Two thirds of all seats, a donor, two residents, and for a large amount the official."""
        of_class = {
            c: {n for n, seat in SEATS if seat.name == c} & names for c in ("DONOR", "RESIDENT", "OFFICIAL")
        }
        classes = len(of_class["DONOR"]) >= 1 and len(of_class["RESIDENT"]) >= 2
        enough = 3 * len(names) >= 2 * len(SEATS)
        return enough and classes and (not self.large or len(of_class["OFFICIAL"]) >= 1)

    def take_back(self, name: str) -> None:
        """The vote of a seat is no more."""
        if name in self.yes:
            self.retracted.add(name)
        self.yes.discard(name)
        self.against.discard(name)

    def judge(self, now: int, recent_fen: int) -> None:
        """Starts the notice if enough have agreed, and fails if too few are left."""
        lost = self.against | self.recused | self.retracted
        if lost or 3 * len(self.yes) >= 2 * len(SEATS):
            self.require_large(recent_fen)
        if self.suffice(self.yes):
            self.state, self.approved_at = State.APPROVED, now
            self.notice_ends_at = now + (7 if self.large else 3) * DAY
        elif not self.suffice(set(NAMES) - lost):
            self.state = State.FAILED

    def state_at(self, now: int) -> State:
        """Where it stands at a second."""
        if self.state is State.SUBMITTED and now > self.vote_ends_at:
            return State.FAILED
        waits = self.state in (State.APPROVED, State.SUSPENDED)
        return State.LAPSED if waits and now >= self.notice_ends_at + EXECUTION_SECONDS else self.state


class Committee(RuleBasedStateMachine):
    """The contracts and the model side by side."""

    requests: Bundle[Request] = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.place = fresh_neighbourhood()
        gift = donation("gift", DONATED_FEN)
        self.place.act(
            signer("treasurer"), AttestDonations(fund=FUND, bank=BANK, donations=(gift,), nonce=0, deadline=0)
        )
        self.all: list[Request] = []
        self.lines = 0

    @rule(target=requests, amount_fen=st.integers(1, 1_200_000))
    def submit(self, amount_fen: int) -> Request:
        return self.submitted(amount_fen)

    @rule(
        target=requests,
        amount_fen=st.integers(1, 1_200_000),
        absent=st.sets(st.sampled_from(NAMES), max_size=3),
    )
    def submit_and_vote(self, amount_fen: int, absent: set[str]) -> Request:
        """So that requests get far: most seats vote at once."""
        request = self.submitted(amount_fen)
        self.approve(request, [name for name in NAMES if name not in absent])
        return request

    @rule(request=requests, names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=7, unique=True))
    def approve(self, request: Request, names: list[str]) -> None:
        for name in names:
            refusal = self.refusal_of_vote(request, name)
            if refusal is None and name in request.yes | request.against:
                refusal = "ProposalVotedAlready"
            elif refusal is None and name in request.retracted:
                refusal = "ProposalApprovalRetracted"
            intent = ApproveProposal(proposal=request.proposal, round=request.round, deadline=0)
            if not self.attempt(name, intent, refusal):
                request.yes.add(name)
                request.judge(self.place.now, self.recent_fen)

    @rule(request=requests, name=st.sampled_from(NAMES))
    def reject(self, request: Request, name: str) -> None:
        refusal = self.refusal_of_vote(request, name)
        if refusal is None and name in request.against:
            refusal = "ProposalVotedAlready"
        if not self.act(request, name, ProposalAct.REJECT, refusal):
            request.take_back(name)
            request.against.add(name)
            request.judge(self.place.now, self.recent_fen)

    @rule(request=requests, name=st.sampled_from(NAMES))
    def retract(self, request: Request, name: str) -> None:
        refusal = self.refusal_of_vote(request, name)
        if refusal is None and name not in request.yes | request.against:
            refusal = "ProposalVoteMissing"
        if not self.act(request, name, ProposalAct.RETRACT_VOTE, refusal):
            request.take_back(name)
            request.judge(self.place.now, self.recent_fen)

    @rule(request=requests, name=st.sampled_from(NAMES))
    def recuse(self, request: Request, name: str) -> None:
        if not self.act(request, name, ProposalAct.RECUSE, self.refusal_of_vote(request, name)):
            request.recused.add(name)
            request.take_back(name)
            request.judge(self.place.now, self.recent_fen)

    @rule(request=requests, name=st.sampled_from(RESIDENTS))
    def object(self, request: Request, name: str) -> None:
        refusal = None
        if request.state is not State.APPROVED:
            refusal = "ProposalNotIn"
        elif self.state_of(request) is State.LAPSED:
            refusal = "ProposalLapsed"
        elif self.place.now >= request.notice_ends_at:
            refusal = "ProposalNoticeOver"
        elif name in request.objectors:
            refusal = "ProposalObjectedAlready"
        if not self.act(request, name, ProposalAct.OBJECT, refusal):
            self.objected(request, name)

    @rule(request=requests, name=st.sampled_from(RESIDENTS), age=st.integers(-1, 8 * DAY))
    def object_late(self, request: Request, name: str, age: int) -> None:
        """Something that was acknowledged so long before now, carried with its receipt."""
        received_at, refusal = self.place.now - age, None
        ends_at, started_at = request.notice_ends_at, request.approved_at
        is_late = self.place.now >= ends_at
        if request.state is not State.APPROVED:
            refusal = "ProposalNotIn"
        elif self.state_of(request) is State.LAPSED:
            refusal = "ProposalLapsed"
        elif is_late and self.place.now >= ends_at + OBJECTION_GRACE:
            refusal = "ProposalGraceOver"
        elif is_late and not started_at <= received_at < ends_at:
            refusal = "ProposalReceiptNotInNotice"
        elif name in request.objectors:
            refusal = "ProposalObjectedAlready"
        intent = ActOnProposal(
            act=ProposalAct.OBJECT, proposal=request.proposal, evidence=bytes(32), nonce=0, deadline=0
        )
        receipt = Receipt(
            digest=intent.digest(self.place.domain("Disbursements")),
            signer=to_canonical_address(signer(name).address),
            received_at=received_at,
        )
        signature = receipt.sign(signer("receipts"), self.place.domain("Receipts"))
        args = (request.proposal.as_tuple(), bytes(32), (0, 0, b""), (received_at, signature))
        if not self.attempted(
            lambda: self.place.send(signer(name), "Disbursements", "objectAcknowledged", *args), refusal
        ):
            self.objected(request, name)

    @rule(request=requests)
    def answer(self, request: Request) -> None:
        refusal = None if request.state is State.SUSPENDED else "ProposalNotIn"
        if self.state_of(request) is State.LAPSED and not refusal:
            refusal = "ProposalLapsed"
        if not self.act(request, "requester", ProposalAct.ANSWER, refusal):
            request.state = State.SUBMITTED
            request.yes, request.against, request.retracted = set(), set(), set()
            request.round, request.objections = request.round + 1, 0
            request.require_large(self.recent_fen)
            request.vote_ends_at = self.place.now + request.decide_seconds

    @rule(request=requests, really=st.integers(0, 4))
    def withdraw(self, request: Request, really: int) -> None:
        if really == 0:
            open_ = self.state_of(request) in (State.SUBMITTED, State.APPROVED, State.SUSPENDED)
            if not self.act(request, "requester", ProposalAct.WITHDRAW, None if open_ else "ProposalNotIn"):
                request.state, request.approved_at = State.WITHDRAWN, 0

    @rule(request=requests)
    def execute(self, request: Request) -> None:
        refusal = "ProposalNotIn"
        if request.state is State.APPROVED:
            refusal = (
                self.refusal_of_lapse(request)
                or self.refusal_of_notice(request)
                or self.refusal_of_line(request)
                or self.refusal_of_payment(request)
                or ""
            )
        call = request.proposal.as_tuple()
        if not self.attempted(
            lambda: self.place.send(signer("anyone"), "Disbursements", "execute", call), refusal or None
        ):
            request.state = State.EXECUTED
            request.proof_due_at = request.proof_due_at or self.place.now + PROOF_SECONDS

    @rule(request=requests)
    def prove(self, request: Request) -> None:
        refusal = None if request.state is State.EXECUTED else "ProposalNotIn"
        proof = self.new_line()
        intent = ActOnProposal(
            act=ProposalAct.PROVE_PAYMENT, proposal=request.proposal, evidence=proof, nonce=0, deadline=0
        )
        if not self.attempt("treasurer", intent, refusal):
            request.state, request.prover, request.paid_by = State.CLOSED, "treasurer", proof

    @rule(request=requests, came_back=st.booleans(), by=st.sampled_from(("treasurer", "cashier")))
    def reverse(self, request: Request, came_back: bool, by: str) -> None:
        refusal = (
            None if request.state is (State.CLOSED if came_back else State.EXECUTED) else "ProposalNotIn"
        )
        if request.state is State.CLOSED and not came_back:
            refusal = "ProposalReversalNeedsBankLine"
        if came_back:
            refusal = self.refusal_of_line_that_paid(request, by) or refusal
        intent = ReverseDisbursement(
            proposal=request.proposal, bank_line=request.paid_by if came_back else bytes(32), incoming_bank_line=self.new_line() if came_back else bytes(32),
            document=b"d" * 32, nonce=0, deadline=0,
        )  # fmt: skip
        if not self.attempt(by, intent, refusal):
            request.state = State.REVERSED if came_back else State.APPROVED
            request.approved_at = 0 if came_back else request.approved_at

    @rule(request=requests, by=st.sampled_from(("treasurer", "cashier")))
    def reverse_proof(self, request: Request, by: str) -> None:
        """What was proven by mistake is to be proven anew, by the date that it had."""
        refusal = self.refusal_of_line_that_paid(request, by)
        if refusal is None and request.state is not State.CLOSED:
            refusal = "ProposalNotIn"
        if refusal is None and sum(r.state is State.EXECUTED for r in self.all) == 3:
            refusal = "BudgetLineBlocked"
        intent = ReverseProof(
            proposal=request.proposal, bank_line=request.paid_by, incoming_bank_line=NO_LINE, document=b"d" * 32,
            nonce=0, deadline=0,
        )  # fmt: skip
        if not self.attempt(by, intent, refusal):
            request.state, request.paid_by, request.prover = State.EXECUTED, NO_LINE, ""

    def refusal_of_line_that_paid(self, request: Request, by: str) -> str | None:
        if not any(request.paid_by):
            return "FundsEntryUnknown"
        return "FundsSecondPersonNeeded" if by == request.prover else None

    @rule(
        request=requests,
        past=st.integers(-1, 1),
        which=st.sampled_from(["vote", "notice", "grace", "proof", "lapse"]),
    )
    def wait_until(self, request: Request, past: int, which: str) -> None:
        """Goes to the second before, of or after a limit of a request, if it lies ahead."""
        limits = {
            "vote": request.vote_ends_at, "notice": request.notice_ends_at,
            "grace": request.notice_ends_at + OBJECTION_GRACE, "proof": request.proof_due_at,
            "lapse": request.notice_ends_at + EXECUTION_SECONDS,
        }  # fmt: skip
        self.place.wait(max(0, limits[which] + past - self.place.now))

    @rule(request=requests)
    def execute_after_the_grace(self, request: Request) -> None:
        self.wait_until(request, 0, "grace")
        self.execute(request)

    @invariant()
    def every_request_stands_where_the_model_has_it(self) -> None:
        for request in self.all:
            found_ = self.place.read("Rounds", "stateOf", request.proposal.proposal_id())
            assert State(found_) is self.state_of(request)

    @invariant()
    def money_and_budget_are_the_models(self) -> None:
        held = self.place.read("Ledger", "balanceOf", account(AccountKind.PURPOSE, GENERAL))
        record = self.place.read("Budgets", "budgetLineRecord", BUDGET_LINE)
        assert held == DONATED_FEN - self.spent_fen
        assert record == (GENERAL, LIMIT_FEN, self.spent_fen, self.overdue)

    def objected(self, request: Request, name: str) -> None:
        request.objectors.add(name)
        request.objections += 1
        if request.objections == 2:
            request.state = State.SUSPENDED if request.round < MAX_ROUNDS else State.FAILED
            request.approved_at = 0

    def submitted(self, amount_fen: int) -> Request:
        request = Request(proposal(amount_fen), 0)
        request.require_large(self.recent_fen)
        request.vote_ends_at = self.place.now + request.decide_seconds
        refusal = "BudgetLineBlocked" if self.overdue else self.refusal_of_limit(amount_fen)
        if not self.attempt(
            "requester", SubmitProposal(proposal=request.proposal, nonce=0, deadline=0), refusal
        ):
            self.all.append(request)
        else:
            request.state = State.NONE
        return request

    @property
    def spent_fen(self) -> int:
        return sum(r.proposal.amount_fen for r in self.all if r.state in (State.EXECUTED, State.CLOSED))

    @property
    def recent_fen(self) -> int:
        """What was approved in this period and the one before: all of one line, requester and payee."""
        first = self.place.now // PERIOD_SECONDS - 1
        return sum(r.proposal.amount_fen for r in self.all if r.approved_at // PERIOD_SECONDS >= first)

    @property
    def overdue(self) -> bool:
        return any(r.proof_due_at < self.place.now for r in self.all if r.state is State.EXECUTED)

    def state_of(self, request: Request) -> State:
        return request.state_at(self.place.now)

    def refusal_of_lapse(self, request: Request) -> str | None:
        return "ProposalLapsed" if self.state_of(request) is State.LAPSED else None

    def refusal_of_vote(self, request: Request, name: str) -> str | None:
        if request.state is not State.SUBMITTED:
            return "ProposalNotIn"
        if self.place.now > request.vote_ends_at:
            return "ProposalVoteOver"
        return "ProposalRecused" if name in request.recused else None

    def refusal_of_line(self, request: Request) -> str | None:
        is_late = 0 < request.proof_due_at < self.place.now
        unproven = sum(r.state is State.EXECUTED for r in self.all)
        blocked = "BudgetLineBlocked"
        if self.overdue:
            return blocked
        return self.refusal_of_limit(request.proposal.amount_fen) or (
            blocked if is_late or unproven == 3 else None
        )

    def refusal_of_limit(self, amount_fen: int) -> str | None:
        return "BudgetLineExceeded" if amount_fen > LIMIT_FEN - self.spent_fen else None

    def refusal_of_notice(self, request: Request) -> str | None:
        if self.place.now < request.notice_ends_at:
            return "ProposalNoticeRunning"
        return "ProposalGraceRunning" if self.place.now < request.notice_ends_at + OBJECTION_GRACE else None

    def refusal_of_payment(self, request: Request) -> str | None:
        return (
            "LedgerBalanceInsufficient"
            if request.proposal.amount_fen > DONATED_FEN - self.spent_fen
            else None
        )

    def act(self, request: Request, name: str, what: ProposalAct, refusal: str | None) -> bool:
        evidence = self.new_line() if what is ProposalAct.PROVE_PAYMENT else bytes(32)
        intent = ActOnProposal(act=what, proposal=request.proposal, evidence=evidence, nonce=0, deadline=0)
        return self.attempt(name, intent, refusal)

    def attempt(self, name: str, intent: Intent, refusal: str | None) -> bool:
        return self.attempted(lambda: self.place.act(signer(name), intent), refusal)

    def attempted(self, act: Callable[[], None], refusal: str | None) -> bool:
        """Whether an act was refused, which must be so exactly if the model says so and by the name it says."""
        if refusal is None:
            act()
            return False
        with pytest.raises(RefusedError, match=rf"\({refusal}\b"):
            act()
        return True

    def new_line(self) -> bytes:
        self.lines += 1
        return line(f"line {self.lines}")


TestCommittee = Committee.TestCase
TestCommittee.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
