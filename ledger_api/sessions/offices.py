"""Which offices a key holds: the roles of the authority that people have. The chain is asked each time, nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import decode

from contracts.abi import decode_result, encode_call
from contracts.roles import GUARDED, PERSONS_OFFICES, AuthorityRole, holder_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.acts import Act
    from contracts.deployment import Deployment
    from ledger_api.chain import ChainClient
    from ledger_api.context import Context

AUTHORITY = "Authority"


def office_of(act: Act) -> AuthorityRole | None:
    """The office whose act it is; None if it is a member's, a process's, or anybody's."""
    role = GUARDED.get(act.contract, {}).get(act.function)
    return role if role in PERSONS_OFFICES else None


def is_of_office(act: Act) -> bool:
    """Whether it is an act of an office, which its holder signs."""
    return office_of(act) is not None


async def offices_of(context: Context, address: bytes) -> tuple[AuthorityRole, ...]:
    """The offices of persons that a key holds as of the last block; see `held_by`."""
    return await held_by(context.chain, context.config.deployment, address, PERSONS_OFFICES)


async def held_by(
    chain: ChainClient, deployment: Deployment, address: bytes, offices: Sequence[AuthorityRole]
) -> tuple[AuthorityRole, ...]:
    """Which of some offices a key holds as of the last block.

    Args:
        chain: Connection to the nodes.
        deployment: Where the contracts are.
        address: Address of the key, 20 bytes.
        offices: Which are asked for.

    Raises:
        ChainUnreachableError: More than half of the nodes do not give the same answer.
    """
    calls = [encode_call(AUTHORITY, "hasRole", holder_role(office), address) for office in offices]
    # A call proves nothing: who asked one node alone would give its operator every office.
    multicall = encode_call(AUTHORITY, "multicall", calls)
    answers = decode_result(
        AUTHORITY, "multicall", await chain.agreed_call(deployment.address(AUTHORITY), multicall)
    )
    return tuple(
        office
        for office, answer in zip(offices, answers, strict=True)
        if decode(["bool", "uint32"], answer)[0]
    )
