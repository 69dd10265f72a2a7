"""Which approvals of a draft the chain leaves out for good: their key used the nonce up, and somebody called it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak

from contracts.abi import decode_result, encode_call

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.chain import ChainClient
    from ledger_api.proposals.drafts.drafted import Drafted

# In its place `Members` keeps what any key called back.
ANY_KEY = bytes(20)


async def left_out(chain: ChainClient, deployment: Deployment, draft: Drafted) -> list[bytes]:
    """Keys whose approvals the chain leaves out (`Members.signersOf`), 20 bytes each.

    Args:
        chain: Connection to the nodes.
        deployment: Where the contracts are.
        draft: The draft.

    Raises:
        ChainUnreachableError: More than half of the nodes do not give the same answer.
    """
    approval = draft.approval
    taker = deployment.address(approval.CONTRACT)
    nonce = int.from_bytes(keccak(encode(["bytes32", "uint8"], [draft.proposal_id, approval.round])), "big")

    async def is_used(key: bytes) -> bool:
        call = encode_call("Members", "isNonceUsed", taker, key, nonce)
        answer = await chain.agreed_call(deployment.address("Members"), call)
        return bool(decode_result("Members", "isNonceUsed", answer))

    if not await is_used(ANY_KEY):
        return []
    return [key for key in draft.approvals if await is_used(key)]
