"""A request as calldata names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import encode

from ledger_api.proposals.service import signed_form
from wallets.intents import Proposal as SignedProposal

if TYPE_CHECKING:
    from ledger_api.commands.called import Called
    from ledger_api.proposals.schemas import Proposal


def in_calldata(proposal: Proposal) -> bytes:
    """How calldata names a request: `Disbursements` takes it whole, never its id."""
    return encode(_types(), signed_form(proposal).as_tuple())


def request_in(called: Called) -> tuple[int, bytes] | None:
    """Number of the request that a command is about, and commitment of its text; None if it is about something else."""
    proposal = called.arguments.get("proposal")
    return (int(proposal["number"]), bytes.fromhex(proposal["documents"][2:])) if proposal else None


def _types() -> list[str]:
    return [abi for _, abi in SignedProposal.layout()]
