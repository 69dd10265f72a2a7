"""Which approvals of a draft count now, and the one call that carries them.

An approval counts while its key is in force and its member holds a voting seat, one a seat; the mirror tells. What counts
is ordered by seat, so the call is the same however the approvals arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.accounts import fund_of
from ledger_api.holdings import member_of
from ledger_api.members.rules import SUPERVISOR
from ledger_api.members.service import committee_detail
from ledger_api.proposals.drafts.schemas import DraftState, ProposalDraft
from ledger_api.proposals.judging import rule_for
from ledger_api.proposals.queries import by_id
from ledger_api.proposals.schemas import Vote
from ledger_api.proposals.tally import passes, tally
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ledger_api.members.schemas import Seat
    from ledger_api.mirror import Reading
    from ledger_api.proposals.drafts.drafted import Drafted
    from ledger_api.proposals.drafts.schemas import ApprovalLeftOut
    from ledger_api.proposals.schemas import Tally


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Approvals of a draft at a moment.

    Attributes:
        signers: Key that approved by number of its seat, 20 bytes; the lowest seat first.
        tally: They against the rule in force; None if no rule reaches the amount.
    """

    signers: dict[int, bytes]
    tally: Tally | None

    @property
    def passed(self) -> bool:
        """Whether they suffice."""
        return self.tally is not None and passes(self.tally)


async def count(mirror: Reading, draft: Drafted, now: int) -> Count:
    """The approvals that count.

    Args:
        mirror: A snapshot of the mirror.
        draft: The draft.
        now: Seconds since 1970.
    """
    proposal = draft.intent.proposal
    seats = (await committee_detail(mirror, proposal.committee)).seats
    held = await seats_of_keys(mirror, seats, draft.approvals, now)
    # Two keys of one member may have come past each other; one of them counts, always the same.
    signers = dict(sorted((seat, key) for key, seat in held.items()))
    rule = await rule_for(mirror, proposal, now)
    counted = tally(seats, rule, dict.fromkeys(signers, Vote.APPROVED)) if rule else None
    return Count(signers=signers, tally=counted)


async def seats_of_keys(
    mirror: Reading, seats: Iterable[Seat], keys: Iterable[bytes], now: int
) -> dict[bytes, int]:
    """Number of the voting seat for which each key may approve; other keys are left out.

    Args:
        mirror: A snapshot of the mirror.
        seats: Seats of the committee.
        keys: Addresses, 20 bytes each.
        now: Seconds since 1970.
    """
    in_force = {
        seat.member: seat.seat
        for seat in seats
        if seat.seat != SUPERVISOR and seat.valid_until is not None and seat.valid_until > now
    }
    members = {key: await member_of(mirror, key, now) for key in keys}
    return {key: in_force[member] for key, member in members.items() if member in in_force}


def carrying(draft: Drafted, signers: Iterable[bytes]) -> Call:
    """The call that submits a draft with the approvals of some keys."""
    intent = draft.intent
    authorization = (intent.nonce, intent.deadline, draft.signature)
    signatures = [draft.approvals[key] for key in signers]
    args = (intent.proposal.as_tuple(), authorization, intent.deadline, signatures)
    return Call(contract="Disbursements", function="submitApproved", args=args)


async def shown(
    mirror: Reading, draft: Drafted, left_out: Collection[ApprovalLeftOut], now: int
) -> ProposalDraft:
    """A draft as the API shows it.

    Args:
        mirror: A snapshot of the mirror.
        draft: The draft, without the approvals that count no more.
        left_out: Those.
        now: Seconds since 1970.
    """
    proposal, counted = draft.intent.proposal, await count(mirror, draft, now)
    on_chain = await mirror.rows(by_id(draft.proposal_id))
    terms = {name: getattr(proposal, name) for name in type(proposal).__dataclass_fields__}
    return ProposalDraft(
        **terms,
        proposal_id=draft.proposal_id,
        fund=fund_of(proposal.purpose),
        drafted_at=draft.drafted_at,
        expires_at=draft.intent.deadline,
        state=DraftState.SUBMITTED if on_chain else _state(draft, counted, now),
        command=draft.command,
        tally=counted.tally,
        left_out=list(left_out),
    )


def _state(draft: Drafted, counted: Count, now: int) -> DraftState:
    if draft.sent:
        return DraftState.SENT
    if now > draft.intent.deadline:
        return DraftState.EXPIRED
    return DraftState.READY if counted.passed else DraftState.COLLECTING
