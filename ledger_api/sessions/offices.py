"""Which offices a key holds: the roles of the authority that people have. The chain is asked each time, nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi import decode

from contracts.abi import decode_result, encode_call
from contracts.roles import GUARDED, AuthorityRole

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.context import Context

AUTHORITY = "Authority"
# LOG_KEEPER and VERIFIER are held by programs, which never sign in.
OFFICES = (
    AuthorityRole.ADMIN,
    AuthorityRole.REGISTRAR,
    AuthorityRole.STEWARD,
    AuthorityRole.GUARDIAN,
    AuthorityRole.DEVICE_REGISTRAR,
)


def office_of(act: Act) -> AuthorityRole | None:
    """The office that orders an act; None if members sign it, programs alone do it, or anybody may."""
    role = GUARDED.get(act.contract, {}).get(act.function)
    return role if role in OFFICES else None


def is_ordered(act: Act) -> bool:
    """Whether an office orders an act."""
    return office_of(act) is not None


async def offices_of(context: Context, address: bytes) -> tuple[AuthorityRole, ...]:
    """The offices that a key holds as of the last block.

    Args:
        context: The chain and where the contracts are.
        address: Address of the key, 20 bytes.

    Raises:
        ChainUnreachableError: More than half of the nodes do not give the same answer.
    """
    calls = [encode_call(AUTHORITY, "hasRole", office, address) for office in OFFICES]
    authority = context.config.deployment.address(AUTHORITY)
    # A call proves nothing: who asked one node alone would give its operator every office.
    output = await context.chain.agreed_call(authority, encode_call(AUTHORITY, "multicall", calls))
    answers = decode_result(AUTHORITY, "multicall", output)
    return tuple(
        office
        for office, answer in zip(OFFICES, answers, strict=True)
        if decode(["bool", "uint32"], answer)[0]
    )
