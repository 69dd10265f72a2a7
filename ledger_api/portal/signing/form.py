"""A request as members sign it, and as calldata names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import decode, encode

from wallets.intents import Proposal as SignedProposal
from wallets.intents import SubmitProposal

if TYPE_CHECKING:
    from ledger_api.commands.called import Called
    from ledger_api.proposals.schemas import Proposal

SELECTOR_BYTES = 4


def signed_form(proposal: Proposal) -> SignedProposal:
    """What of a request is signed: all that was asked for, nothing of what became of it."""
    told = {name: getattr(proposal, name) for name in SignedProposal.__dataclass_fields__}
    return SignedProposal(**told)


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
