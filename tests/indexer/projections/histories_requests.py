"""Histories of members, committees and requests that the contracts could have made, for Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from contracts.enums import ProposalState
from contracts.events import (
    BudgetLineSet,
    CommitteeOpened,
    DisbursementReversed,
    InstalmentProven,
    KeyAdded,
    KeyEnded,
    MemberRecused,
    MemberRegistered,
    NoticeStarted,
    ObjectionRaised,
    ObjectionsAnswered,
    PaymentProven,
    PaymentReturned,
    ProofReversed,
    ProposalApproved,
    ProposalExecuted,
    ProposalFailed,
    ProposalReferred,
    ProposalRejected,
    ProposalSubmitted,
    ProposalSuspended,
    ProposalWithdrawn,
    ReturnReversed,
    RoleGranted,
    SeatFilled,
    SeatVacated,
    TierSet,
    VoteRetracted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.types import Event

SEATS, FAR, OBJECTIONS_TO_SUSPEND = 5, 2**48 - 1, 2


@dataclass
class Request:
    """What of a request decides which events may follow."""

    amount_fen: int
    state: ProposalState = ProposalState.SUBMITTED
    round: int = 1
    objections: int = 0
    instalments: list[int] = field(default_factory=list)
    proof: bytes = b""
    released: bool = False
    returned_fen: int = 0
    committee: int = 1


@dataclass
class Town:
    """What of a town decides which events may follow."""

    draw: Callable[[st.SearchStrategy[int]], int]
    members: int = 0
    keys: dict[int, bool] = field(default_factory=dict)
    seated: dict[int, int] = field(default_factory=dict)
    rules: int = 0
    requests: list[Request] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def some(self, up_to: int) -> int:
        """A number from 0 to below a bound."""
        return self.draw(st.integers(0, max(up_to - 1, 0)))

    def act(self) -> list[Event]:
        """The events of one act; none where the one that was drawn is not possible."""
        if self.rules == 0:
            return list(self._founded())
        acts = (
            self._join,
            self._rotate,
            self._grant,
            self._sit,
            self._rule,
            self._ask,
            self._decide,
            self._decide,
            self._decide,
        )
        return list(acts[self.some(len(acts))]())

    def _founded(self) -> Iterator[Event]:
        yield CommitteeOpened(committee=1, fund=1, seats=SEATS, donor_seats=1, resident_seats=6, official_seats=8, enterprise_seats=16, since=1)  # fmt: skip
        yield BudgetLineSet(budget_line=1, purpose=1 << 16 | 1, limit_fen=2**40)
        yield from self._rule()
        yield from self._join()

    def _join(self) -> Iterator[Event]:
        self.members += 1
        self.keys[self.members] = True
        yield MemberRegistered(member=_id(self.members), kind=1, household=bytes(16))
        yield KeyAdded(
            member=_id(self.members), key=_key(self.members), kind=0, valid_from=0, refusable_until=0
        )

    def _rotate(self) -> Iterator[Event]:
        number = 1 + self.some(len(self.keys))
        if self.keys[number]:
            self.keys[number] = False
            yield KeyEnded(member=_id(number), key=_key(number))

    def _grant(self) -> Iterator[Event]:
        yield RoleGranted(
            member=_id(1 + self.some(self.members)),
            role=1 + self.some(3),
            scope=1,
            valid_until=self.some(FAR),
        )

    def _sit(self) -> Iterator[Event]:
        member = 1 + self.some(self.members)
        if member in self.seated:
            yield SeatVacated(committee=1, seat=self.seated.pop(member), member=_id(member))
            return
        free = [*sorted({*range(SEATS)} - {*self.seated.values()}), 255]
        self.seated[member] = free[self.some(len(free))]
        for until in (FAR - 1, FAR)[self.some(2) :]:
            yield SeatFilled(
                committee=1,
                seat=self.seated[member],
                member=_id(member),
                since=self.some(9),
                valid_until=until,
            )

    def _rule(self) -> Iterator[Event]:
        self.rules += 1
        yield TierSet(
            committee=1, version=self.rules, tier=0, up_to_fen=2**64 - 1, yes_numerator=1, yes_denominator=2, min_donor=0, min_resident=0,
            min_official=0, min_enterprise=0, decide_seconds=1 + self.some(9), notice_seconds=5, objections_to_suspend=2, proof_seconds=9,
        )  # fmt: skip

    def _ask(self) -> Iterator[Event]:
        number = len(self.requests) + 1
        self.requests.append(Request(amount_fen=number))
        yield ProposalSubmitted(
            proposal_id=_proposal(number), committee=1, purpose=1 << 16 | 1, budget_line=1, amount_fen=number, number=number,
            requester=_id(1), payee=bytes(32), documents=bytes(32), rules_version=self.rules, tier=0,
        )  # fmt: skip

    def _decide(self) -> Iterator[Event]:
        if not self.requests:
            return iter(())
        number = 1 + self.some(len(self.requests))
        request = self.requests[number - 1]
        possible = {
            ProposalState.SUBMITTED: (
                self._recuse,
                self._refer,
                self._approve,
                self._reject,
                self._retract,
                self._pass,
                self._fail,
                self._withdraw,
            ),
            ProposalState.APPROVED: (self._object, self._object, self._execute, self._withdraw),
            ProposalState.SUSPENDED: (self._answer, self._answer, self._withdraw),
            ProposalState.EXECUTED: (
                (self._prove_part, self._prove_part, self._unprove_part, self._release_rest)
                if request.instalments
                else (self._prove, self._undo, self._prove_part)
            ),
            ProposalState.CLOSED: (self._part_back, *([self._reclaim_rest] if request.released else []))
            if request.returned_fen
            else (self._take_back, self._part_back, self._unprove_part),
        }.get(request.state, ())
        return possible[self.some(len(possible))](request, _proposal(number)) if possible else iter(())

    def _recuse(self, _: Request, proposal_id: bytes) -> Iterator[Event]:
        yield MemberRecused(proposal_id=proposal_id, member=_id(1), seat=self.some(SEATS))

    def _refer(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield from self._recuse(request, proposal_id)
        request.round, request.committee, request.objections = request.round + 1, request.committee + 1, 0
        yield ProposalReferred(
            proposal_id=proposal_id, committee=request.committee, round=request.round, rules_version=self.rules, tier=0,
            recusals=self.some(2**SEATS), vote_ends_at=self.some(FAR),
        )  # fmt: skip

    def _approve(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield ProposalApproved(proposal_id=proposal_id, round=request.round, seats=1 << self.some(SEATS))

    def _reject(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield ProposalRejected(
            proposal_id=proposal_id, round=request.round, member=_id(1), seat=self.some(SEATS)
        )

    def _retract(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield VoteRetracted(
            proposal_id=proposal_id, round=request.round, member=_id(1), seat=self.some(SEATS)
        )

    def _fail(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield from self._reject(request, proposal_id)
        request.state = ProposalState.FAILED
        yield ProposalFailed(proposal_id=proposal_id, round=request.round)

    def _pass(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        yield from self._approve(request, proposal_id)
        request.state = ProposalState.APPROVED
        yield NoticeStarted(proposal_id=proposal_id, round=request.round, notice_ends_at=self.some(FAR))

    def _object(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.objections += 1
        yield ObjectionRaised(
            proposal_id=proposal_id, member=_id(1), statement=bytes(32), objections=request.objections
        )
        if request.objections == OBJECTIONS_TO_SUSPEND:
            request.state = ProposalState.SUSPENDED
            yield ProposalSuspended(proposal_id=proposal_id)

    def _answer(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state, request.round, request.objections = ProposalState.SUBMITTED, request.round + 1, 0
        yield ObjectionsAnswered(
            proposal_id=proposal_id, statement=bytes(32), round=request.round, rules_version=self.rules, tier=0,
            recusals=self.some(2**SEATS), vote_ends_at=self.some(FAR),
        )  # fmt: skip

    def _withdraw(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.WITHDRAWN
        yield ProposalWithdrawn(proposal_id=proposal_id)

    def _execute(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.EXECUTED
        yield ProposalExecuted(
            proposal_id=proposal_id, amount_fen=request.amount_fen, proof_due_at=self.some(FAR)
        )
        if self.some(2):
            yield from self._prove(request, proposal_id)

    def _undo(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.APPROVED
        yield DisbursementReversed(
            proposal_id=proposal_id, bank_line=bytes(32), incoming_bank_line=bytes(32), document=bytes(32),
            treasurer=_id(1),
        )  # fmt: skip

    def _take_back(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.REVERSED
        yield DisbursementReversed(
            proposal_id=proposal_id, bank_line=proposal_id, incoming_bank_line=b"\1" * 32, document=bytes(32),
            treasurer=_id(1),
        )  # fmt: skip

    def _prove(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.CLOSED
        request.proof = _line(proposal_id, len(self.lines))
        self.lines.append(request.proof)
        yield PaymentProven(proposal_id=proposal_id, bank_line=request.proof, treasurer=_id(1))

    def _prove_part(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        """One more fen; all of it at once is no part."""
        if request.amount_fen == 1:
            return
        line = _line(proposal_id, len(self.lines))
        self.lines.append(line)
        request.instalments.append(len(self.lines) - 1)
        if len(request.instalments) == request.amount_fen:
            request.state = ProposalState.CLOSED
        yield InstalmentProven(proposal_id=proposal_id, bank_line=line, amount_fen=1, treasurer=_id(1))

    def _unprove_part(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        """The last instalment, or the whole payment: a closed request is open again."""
        amount_fen = 1 if request.instalments else request.amount_fen
        line = self.lines[request.instalments.pop()] if request.instalments else request.proof
        request.state, bounced = ProposalState.EXECUTED, self.some(2)
        incoming = _line(proposal_id, len(self.lines)) if bounced else bytes(32)
        if bounced:
            self.lines.append(incoming)
        yield ProofReversed(
            proposal_id=proposal_id, bank_line=line, incoming_bank_line=incoming, amount_fen=amount_fen,
            line_free=not bounced, proof_due_at=self.some(9), document=bytes(32), treasurer=_id(2),
        )  # fmt: skip

    def _release_rest(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        request.state = ProposalState.CLOSED
        rest_fen = request.amount_fen - len(request.instalments)
        request.returned_fen, request.released = rest_fen, True
        yield _returned(proposal_id, bytes(32), rest_fen)

    def _reclaim_rest(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        """What is left of instalments is paid after all."""
        rest_fen = request.amount_fen - len(request.instalments)
        request.state, request.released = ProposalState.EXECUTED, False
        request.returned_fen -= rest_fen
        yield ReturnReversed(
            proposal_id=proposal_id, bank_line=bytes(32), amount_fen=rest_fen, document=bytes(32), treasurer=_id(1)
        )  # fmt: skip

    def _part_back(self, request: Request, proposal_id: bytes) -> Iterator[Event]:
        """A fen comes back, or that was recorded by mistake."""
        if request.returned_fen + 1 >= request.amount_fen:
            return
        line = _line(proposal_id, len(self.lines))
        self.lines.append(line)
        yield _returned(proposal_id, line, 1)
        if self.some(2):
            yield ReturnReversed(
                proposal_id=proposal_id, bank_line=line, amount_fen=1, document=bytes(32), treasurer=_id(1)
            )
        else:
            request.returned_fen += 1


@st.composite
def histories(draw: Callable[[st.SearchStrategy[int]], int]) -> list[list[Event]]:
    """Blocks of events, some of them empty."""
    town = Town(draw)
    blocks = draw(st.integers(1, 12))
    return [[event for _ in range(draw(st.integers(0, 4))) for event in town.act()] for _ in range(blocks)]


def _returned(proposal_id: bytes, line: bytes, amount_fen: int) -> PaymentReturned:
    return PaymentReturned(
        proposal_id=proposal_id,
        bank_line=proposal_id,
        incoming_bank_line=line,
        amount_fen=amount_fen,
        document=bytes(32),
        treasurer=_id(2),
    )


def _line(proposal_id: bytes, number: int) -> bytes:
    return proposal_id[16:] + _id(number + 1)


def _id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _key(number: int) -> bytes:
    return number.to_bytes(20, "big")


def _proposal(number: int) -> bytes:
    return number.to_bytes(32, "big")
