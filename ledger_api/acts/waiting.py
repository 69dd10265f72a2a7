"""How long an act of an office waits now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.abi import decode_result, encode_call
from contracts.roles import ADMIN_DELAY_SECONDS, CHANGE_DELAY_SECONDS, GUARDED, AuthorityRole, waits

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.chain import ChainClient


async def wait_seconds(chain: ChainClient, deployment: Deployment, contract: str, function: str) -> int:
    """How long an act of an office waits at the least, in seconds; 0 for what is done at once.

    Args:
        chain: Connection to the nodes.
        deployment: Where the contracts are.
        contract: Name of the contract that carries it out.
        function: Name of its function.

    Raises:
        ChainUnreachableError: More than half of the nodes do not give the same answer.
    """
    if contract not in GUARDED or function not in GUARDED[contract] or not waits(contract, function):
        return 0
    call = encode_call("Authority", "foundedAt")
    answer = await chain.agreed_call(deployment.address("Authority"), call)
    if decode_result("Authority", "foundedAt", answer):
        return CHANGE_DELAY_SECONDS
    return ADMIN_DELAY_SECONDS if GUARDED[contract][function] is AuthorityRole.ADMIN else 0
