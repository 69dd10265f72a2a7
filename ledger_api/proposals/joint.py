"""One bank line that paid several requests of a fund: which ones a treasurer may choose, and whether their sum is what it paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.enums import ProposalState, Role
from indexer.projections.request import Phase
from ledger_api.forms import hexed
from ledger_api.funds.service import fund_numbered
from ledger_api.proposals.service import proposals_page
from ledger_api.statements.service import unused_of_bank

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.members.person import Person
    from ledger_api.mirror import Reading
    from ledger_api.proposals.schemas import Proposal
    from ledger_api.statements.schemas import StatementLineAnswer

# So many requests of a fund wait to be paid at once, at most, that a page can list.
MOST = 24
_READY = (Phase.PAYABLE, Phase.PROOF_DUE, Phase.PROOF_OVERDUE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """What may be chosen for one fund, and what was.

    Attributes:
        fund: The fund; 0 as long as none is chosen.
        requests: Requests that are ready to be paid, or to be proven whole.
        lines: Outgoing bank lines of its account that nothing used.
        chosen: Those of the requests that were chosen.
        line: The bank line that was chosen; None if none was.
    """

    fund: int = 0
    requests: list[Proposal] = field(default_factory=list)
    lines: list[StatementLineAnswer] = field(default_factory=list)
    chosen: list[Proposal] = field(default_factory=list)
    line: StatementLineAnswer | None = None

    @property
    def total_fen(self) -> int:
        """What the chosen requests come to, in fen."""
        return sum(request.amount_fen for request in self.chosen)

    @property
    def left_fen(self) -> int:
        """What the bank paid beyond them, in fen; below zero if it paid less."""
        return -self.line.amount_fen - self.total_fen if self.line else 0

    @property
    def adds_up(self) -> bool:
        """Whether several requests come to what the bank paid."""
        return self.line is not None and len(self.chosen) > 1 and self.left_fen == 0


def funds_of(person: Person) -> list[int]:
    """Funds of which a person is a treasurer."""
    return sorted(held.scope for held in person.holdings if held.role is Role.TREASURER)


async def joint_of(
    mirror: Reading, app: AsyncEngine, fund: int, chosen: Collection[str], bank_line: str
) -> Joint:
    """What may be chosen for a fund, and what was.

    Args:
        mirror: A snapshot.
        app: Engine of the schema `app`.
        fund: Number of the fund.
        chosen: Ids of the chosen requests, as an address has them.
        bank_line: Key of the chosen bank line, as an address has it; empty if none is.
    """
    record = await fund_numbered(mirror, fund)
    if record is None:
        return Joint()
    requests = [
        request
        for state in (ProposalState.APPROVED, ProposalState.EXECUTED)
        for request in (await proposals_page(mirror, None, MOST, fund=fund, state=state))[0]
        if request.phase in _READY and not request.proven_fen
    ][:MOST]
    lines = await unused_of_bank(app, mirror, record.bank, incoming=False)
    return Joint(
        fund=fund,
        requests=requests,
        lines=lines,
        chosen=[request for request in requests if hexed(request.proposal_id) in chosen],
        line=next((line for line in lines if hexed(line.bank_line) == bank_line), None),
    )
