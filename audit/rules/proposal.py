"""A proposal as the auditor follows it: where it stands, and what was said of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

EXECUTION_SECONDS = 90 * 24 * 3600
OBJECTION_GRACE_SECONDS = 24 * 3600


class State(StrEnum):
    """Where a proposal stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    EXECUTED = "executed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"
    FAILED = "failed"


@dataclass(kw_only=True, slots=True)
class Proposal:
    """A proposal as far as it has come.

    Attributes:
        request: What was submitted: committee, purpose, amount, requester.
        committee: Committee that decides: the one that was asked, or one above to which it was referred.
        rule: The tier that judges it.
        judge: Its version and number.
        started: When the running round began, seconds since 1970.
        state: Where it stands.
        round: From 1.
        approvals: Seats that approved in this round.
        approvers: Who approved from which seat in this round.
        rejections: Seats that are against it in this round.
        retracted: Seats that took an approval of this round back.
        recused: Members who stay out, for good.
        recusals: Seats of theirs in this round.
        objectors: Members who ever objected.
        objections: How many did in this round.
        notice_started_at: When its notice began, seconds since 1970.
        notice_ends_at: First second after the notice.
        proof_due_at: Last second at which the proof of payment is in time.
        provers: Who proved what was paid, 16 bytes, by the line that paid it.
        instalments_fen: What was proven, by the line that paid it.
        returns_fen: What of it came back in parts, by the line that brought it.
        released_by: Who said that the rest of instalments is not paid, 16 bytes; empty if nobody did.
        raised_at: Transaction in which a higher tier was due, until that was seen.
        decided_at: Transaction in which enough seats had approved, until its notice was seen.
        acknowledged: Transaction in which somebody objected after the notice, and when that was received, until the event
            of its receipt was seen.
        suspends_at: Transaction in which enough had objected, until its suspension was seen.
        fails_at: Transaction in which it could no longer pass, until its failure was seen.
        referred_at: Transaction in which recusals alone left too few seats, until its referral was seen.
    """

    request: dict[str, Any]
    committee: int
    rule: dict[str, Any]
    judge: tuple[int, int]
    started: int
    state: State = State.SUBMITTED
    round: int = 1
    approvals: set[int] = field(default_factory=set)
    approvers: dict[int, bytes] = field(default_factory=dict)
    rejections: set[int] = field(default_factory=set)
    retracted: set[int] = field(default_factory=set)
    recused: set[bytes] = field(default_factory=set)
    recusals: set[int] = field(default_factory=set)
    objectors: set[bytes] = field(default_factory=set)
    objections: int = 0
    notice_started_at: int = 0
    notice_ends_at: int = 0
    proof_due_at: int = 0
    provers: dict[bytes, bytes] = field(default_factory=dict)
    instalments_fen: dict[bytes, int] = field(default_factory=dict)
    returns_fen: dict[bytes, int] = field(default_factory=dict)
    released_by: bytes = b""
    raised_at: str = ""
    decided_at: str = ""
    acknowledged: tuple[str, int] | None = None
    suspends_at: str = ""
    fails_at: str = ""
    referred_at: str = ""

    @property
    def paid_fen(self) -> int:
        """What was proven and has not come back in parts."""
        return sum(self.instalments_fen.values()) - sum(self.returns_fen.values())

    def begin_round(self, time: int, recusals: set[int]) -> None:
        """A new round, in which no earlier vote counts.

        Args:
            time: When it begins, seconds since 1970.
            recusals: Seats whose holders stay out.
        """
        self.state, self.round, self.started = State.SUBMITTED, self.round + 1, time
        self.approvals, self.rejections, self.retracted = set(), set(), set()
        self.approvers, self.recusals, self.objections = {}, recusals, 0

    def take_back(self, seat: int) -> None:
        """A seat's vote is no more, whatever it was."""
        if seat in self.approvals:
            self.retracted.add(seat)
            del self.approvers[seat]
        self.approvals.discard(seat)
        self.rejections.discard(seat)
