"""What was signed about a request and is in no block yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_api.commands.called import pending
from ledger_api.proposals.form import in_calldata

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.commands.called import Called
    from ledger_api.mirror import Reading
    from ledger_api.proposals.schemas import Proposal
    from ledger_api.sessions.current import Session


async def waiting_on(app: AsyncEngine, mirror: Reading, proposal: Proposal) -> list[Called]:
    """Commands about a request that are in no verified block yet, the latest first."""
    thing = in_calldata(proposal)
    return [called for called in await pending(app, mirror) if called.names(thing)]


def is_doing(session: Session | None, function: str, waiting: list[Called]) -> bool:
    """Whether who is signed in has just signed an act: it is not asked for twice.

    Args:
        session: Who is signed in; None if nobody is.
        function: Function of the contract that the act calls.
        waiting: Commands that are in no verified block yet.
    """
    mine = [called.function for called in waiting if session and called.command.signer == session.address]
    return function in mine
