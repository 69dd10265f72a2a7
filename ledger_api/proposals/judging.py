"""Which tier of a committee's rules judges a request that is submitted now (on chain: `Committees.ruleFor`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.accounts import fund_of
from indexer.projections.committee import tiers
from indexer.projections.request import PERIOD_SECONDS
from ledger_api.proposals import queries

if TYPE_CHECKING:
    from indexer.projections.committee import Tier
    from ledger_api.mirror import Reading
    from wallets.intents import Proposal


async def rule_for(mirror: Reading, proposal: Proposal, now: int) -> Tier | None:
    """The tier that reaches the amount and what went the same way lately, or the last; None if none reaches the amount.

    Args:
        mirror: A snapshot of the mirror.
        proposal: What is to be submitted.
        now: Seconds since 1970.
    """
    rules = await mirror.versions(tiers, queries.rules_in_force(proposal.committee))
    if not rules or proposal.amount_fen > _limit_fen(rules[-1]):
        return None
    together_fen = proposal.amount_fen + await recent_fen(mirror, proposal, now)
    return next((rule for rule in rules if together_fen <= _limit_fen(rule)), rules[-1])


async def recent_fen(mirror: Reading, proposal: Proposal, now: int) -> int:
    """What the line, the requester or the payee got by approval in this period of 30 days and the one before: the largest.

    Args:
        mirror: A snapshot of the mirror.
        proposal: What is to be submitted.
        now: Seconds since 1970.
    """
    since = (now // PERIOD_SECONDS - 1) * PERIOD_SECONDS
    query = queries.recent_sums(
        fund_of(proposal.purpose), since, proposal.budget_line, proposal.requester, proposal.payee
    )
    row = await mirror.first(query)
    return max((int(fen or 0) for fen in row), default=0) if row else 0


def _limit_fen(rule: Tier) -> int:
    return rule.up_to_fen % 2**64  # The mirror holds a limit from 2^63 up as a negative number.
