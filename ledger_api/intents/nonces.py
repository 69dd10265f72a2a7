"""Nonces for drafts: numbers that a key has not used at a contract.

A contract keeps 256 of them in a word, and to mark one in a word that is in use costs a quarter of a new word. So what
somebody who is signed in signs at a contract gets neighbouring numbers. They begin at random: whoever restores an older
database, or signs by means of another portal, draws none a second time. Everybody else gets a number without neighbours.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from kit.database import writing_async
from ledger_api.errors import MirrorUnavailableError
from ledger_api.problem import UNANSWERED
from ledger_api.sessions.current import signed_in_if_answered
from ledger_api.tables import nonces

if TYPE_CHECKING:
    from fastapi import Request
    from sqlalchemy.ext.asyncio import AsyncEngine

# A column holds 63 bits. The numbers that follow a beginning stay far below the next one.
START_BITS, FOLLOWING_BITS = 63, 64


async def draw(request: Request, engine: AsyncEngine, contract: str) -> int:
    """A nonce for what is drafted; without a database one that has no neighbours.

    Args:
        request: By whom it is drafted.
        engine: Engine of the schema `app`.
        contract: Name of the contract that takes the intent.
    """
    try:
        signed_in = await signed_in_if_answered(request)
        if signed_in is not None:
            return await draw_next(engine, signed_in.address, contract)
    except (MirrorUnavailableError, *UNANSWERED):
        pass
    return secrets.randbits(START_BITS + FOLLOWING_BITS) << FOLLOWING_BITS


async def draw_next(engine: AsyncEngine, key: bytes, contract: str) -> int:
    """The next nonce of a key at a contract.

    Args:
        engine: Engine of the schema `app`.
        key: 20 bytes.
        contract: Name of the contract that takes the intent.
    """
    async with writing_async(engine) as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(nonces).values(
            key=key, contract=contract, start=secrets.randbits(START_BITS), drawn=1
        )
        following = first.on_conflict_do_update(
            index_elements=[nonces.c.key, nonces.c.contract], set_={"drawn": nonces.c.drawn + 1}
        )
        row = (await connection.execute(following.returning(nonces.c.start, nonces.c.drawn))).one()
    return (int(row.start) << FOLLOWING_BITS) + int(row.drawn) - 1
