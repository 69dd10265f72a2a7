"""A request as calldata names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import decode, encode

from ledger_api.proposals.service import signed_form
from wallets.intents import Proposal as SignedProposal
from wallets.intents import SubmitProposal

if TYPE_CHECKING:
    from ledger_api.commands.called import Called
    from ledger_api.proposals.schemas import Proposal

SELECTOR_BYTES = 4


def in_calldata(proposal: Proposal) -> bytes:
    """How calldata names a request: `Disbursements` takes it whole, never its id."""
    return encode(_types(), signed_form(proposal).as_tuple())


def number_in(called: Called) -> int | None:
    """Number of the request that a member's command is about; None if it is about something else."""
    if called.contract != SubmitProposal.CONTRACT:
        return None
    names = [name for name, _ in SignedProposal.layout()]
    return int(decode(_types(), called.data[SELECTOR_BYTES:])[names.index("number")])


def _types() -> list[str]:
    return [abi for _, abi in SignedProposal.layout()]
