"""Which approvals of a draft the chain leaves out for good: their key used the nonce up, and somebody called it back.

Before a draft is sent the nodes are asked. Where it is only shown they are asked once the mirror knows that somebody
called something back, which is hardly ever; while they do not answer it is said what the mirror knows.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from eth_abi import encode
from eth_utils import keccak, to_canonical_address

from contracts.abi import decode_result, encode_call
from ledger_api.errors import ChainUnreachableError
from ledger_api.holdings import member_of
from ledger_api.proposals.drafts.schemas import ApprovalLeftOut
from ledger_api.proposals.history import called_back_at

if TYPE_CHECKING:
    from contracts.deployment import Deployment
    from ledger_api.chain import ChainClient
    from ledger_api.mirror import Reading
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
    taker, nonce = deployment.address(draft.approval.CONTRACT), int.from_bytes(_nonce(draft), "big")

    async def is_used(key: bytes) -> bool:
        call = encode_call("Members", "isNonceUsed", taker, key, nonce)
        answer = await chain.agreed_call(deployment.address("Members"), call)
        return bool(decode_result("Members", "isNonceUsed", answer))

    if not await is_used(ANY_KEY):
        return []
    return [key for key in draft.approvals if await is_used(key)]


async def known_left_out(
    mirror: Reading, chain: ChainClient, deployment: Deployment, draft: Drafted, now: int
) -> dict[bytes, ApprovalLeftOut]:
    """Approvals of a draft that count no more, for whoever looks at it, by their key.

    Args:
        mirror: A snapshot of the mirror.
        chain: Connection to the nodes.
        deployment: Where the contracts are.
        draft: The draft.
        now: Seconds since 1970.
    """
    taker = to_canonical_address(deployment.address(draft.approval.CONTRACT))
    rows = await mirror.rows(called_back_at(taker, _nonce(draft)))
    called_back = {row.key: row.time for row in rows}
    if not called_back:
        return {}
    keys = [key for key in draft.approvals if key in called_back]
    with suppress(ChainUnreachableError):
        keys = await left_out(chain, deployment, draft)
    members = {key: await member_of(mirror, key, now) for key in keys}
    # Of a key that is in force no more nothing counts anyway.
    return {
        key: ApprovalLeftOut(member=member, called_back_at=called_back.get(key))
        for key, member in members.items()
        if member is not None
    }


def _nonce(draft: Drafted) -> bytes:
    return keccak(encode(["bytes32", "uint8"], [draft.proposal_id, draft.approval.round]))
