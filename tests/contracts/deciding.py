"""Steps of a request for money, one call each, for tests of what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import ProposalState
from tests.conftest import held_by, member_id, signer
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    BANK,
    BUDGET_LINE,
    DAY,
    DEADLINE,
    FUND,
    GENERAL,
    LIMIT_FEN,
    OBJECTION_GRACE,
    donation,
    fresh_nonce,
    line,
    proposal,
)
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    AttestDonations,
    ProposalAct,
    ReverseDisbursement,
    RotateKey,
    SubmitProposal,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown
    from wallets.intents import Intent, Proposal
    from wallets.signer import Signer


FIVE = ("donor one", "resident one", "resident two", "resident three", "official")
NOBODY = bytes(16)
# What a seat may do beside approving.
VOTES = ("REJECT", "RETRACT_VOTE", "RECUSE")
TIER_FIELDS = (
    "up_to_fen", "yes_numerator", "yes_denominator", "min_donor", "min_resident", "min_official", "min_enterprise",
    "decide_seconds", "notice_seconds", "objections_to_suspend", "proof_seconds",
)  # fmt: skip


def add_key(place: EvmTown, name: str, key: str) -> None:
    """The registrar adds a key, to a member who has one."""
    place.send(signer("registrar"), "Members", "addKey", member_id(name), *held_by(name, signer(key)))


def rotation(name: str, new: Signer, deadline: int = 0) -> RotateKey:
    """A member's rotation to a new key."""
    address, possession = held_by(name, new)
    return RotateKey(
        new_key=bytes.fromhex(address[2:]), possession=possession, nonce=fresh_nonce(), deadline=deadline
    )


def suspended_and_answered(place: EvmTown, request: Proposal, *objectors: str) -> None:
    for name in objectors:
        act(place, request, name, ProposalAct.OBJECT)
    assert state(place, request) == ProposalState.SUSPENDED
    place.wait(1)
    act(place, request, "requester", ProposalAct.ANSWER)


def twice(place: EvmTown, name: str, intent: Intent, error: str) -> None:
    place.carry(signer(name), intent)
    with refused(error):
        place.carry(signer(name), intent)


def signed(request: Proposal, what: ProposalAct, evidence: bytes = bytes(32)) -> ActOnProposal:
    return ActOnProposal(
        act=what, proposal=request, evidence=evidence, nonce=fresh_nonce(), deadline=DEADLINE
    )


def fund(place: EvmTown, name: str = "funds") -> None:
    gift = donation(name, LIMIT_FEN)
    place.act(
        signer("treasurer"), AttestDonations(fund=FUND, bank=BANK, donations=(gift,), nonce=0, deadline=0)
    )


def budget(place: EvmTown, limit_fen: int) -> None:
    place.send(signer("steward"), "Budgets", "setBudgetLine", BUDGET_LINE, GENERAL, limit_fen)


def submit(place: EvmTown, request: Proposal) -> None:
    place.act(signer("requester"), SubmitProposal(proposal=request, nonce=0, deadline=0))


def approve(place: EvmTown, request: Proposal, *names: str, round_number: int = 1) -> None:
    for name in names:
        place.act(signer(name), ApproveProposal(proposal=request, round=round_number, deadline=0))


def act(place: EvmTown, request: Proposal, name: str, what: ProposalAct, evidence: bytes = bytes(32)) -> None:
    place.act(signer(name), ActOnProposal(act=what, proposal=request, evidence=evidence, nonce=0, deadline=0))


def execute(place: EvmTown, request: Proposal) -> None:
    place.send(signer("anyone"), "Disbursements", "execute", request.as_tuple())


def reverse(
    place: EvmTown, request: Proposal, incoming: bytes, *, by: str = "treasurer", paid: str = "out"
) -> None:
    place.act(signer(by), reversal(request, incoming, 0, paid))


def reversal(request: Proposal, incoming: bytes, deadline: int, paid: str = "out") -> ReverseDisbursement:
    """That what a line had paid came back by another; without one, that it was never paid."""
    return ReverseDisbursement(
        proposal=request, bank_line=line(paid) if any(incoming) else bytes(32), incoming_bank_line=incoming,
        document=b"d" * 32, nonce=0, deadline=deadline,
    )  # fmt: skip


def state(place: EvmTown, request: Proposal) -> ProposalState:
    return ProposalState(place.read("Rounds", "stateOf", request.proposal_id()))


def submitted(place: EvmTown, amount_fen: int = 300_000) -> Proposal:
    request = proposal(amount_fen)
    submit(place, request)
    return request


def approved(place: EvmTown) -> Proposal:
    fund(place)
    request = submitted(place)
    approve(place, request, *FIVE)
    assert state(place, request) == ProposalState.APPROVED
    return request


def executed(place: EvmTown) -> Proposal:
    request = approved(place)
    place.wait(3 * DAY + OBJECTION_GRACE)
    execute(place, request)
    return request
