"""A request as calldata names it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from eth_abi import decode, encode

from contracts.acts import acts
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


def request_in(called: Called) -> tuple[int, bytes] | None:
    """Number of the request that a command is about, and commitment of its text; None if it is about something else."""
    if called.contract != SubmitProposal.CONTRACT or called.function not in _functions():
        return None
    names = [name for name, _ in SignedProposal.layout()]
    arguments = dict(zip(names, decode(_types(), called.data[SELECTOR_BYTES:]), strict=True))
    return int(arguments["number"]), bytes(arguments["documents"])


@cache
def _functions() -> set[str]:
    """Functions that take a request first; what an office orders of the same contract takes none."""
    return {act.function for act in acts().values() if act.fields and act.fields[0].type == "Proposal"}


def _types() -> list[str]:
    return [abi for _, abi in SignedProposal.layout()]
