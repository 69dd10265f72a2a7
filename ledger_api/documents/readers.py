"""Who may read a document that is not public: who stored it, treasurers, and a committee that is asked with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import Role
from indexer.projections.request import requests
from ledger_api.holdings import holdings_of
from ledger_api.members.service import seats_held
from ledger_api.mirror import open_rows
from ledger_api.proposals.drafts import queries as drafts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.mirror import Reading
    from register.documents import Document

MOST_DRAFTS = 100


async def may_read(app: AsyncEngine, mirror: Reading, document: Document, member: bytes, now: int) -> bool:
    """Whether a member may read a document.

    Args:
        app: Engine of the schema `app`.
        mirror: A snapshot of the mirror.
        document: The document.
        member: 16 bytes.
        now: Seconds since 1970.
    """
    if member == document.stored_by:
        return True
    if any(held.role is Role.TREASURER for held in await holdings_of(mirror, member, now)):
        return True
    seats = [seat for seat in await seats_held(mirror, member) if (seat.valid_until or 0) > now]
    committees = {seat.committee for seat in seats}
    return await _asks_on_chain(mirror, document, committees) or await _asks_in_draft(
        app, document, committees, now
    )


# A request opens only what its own applicant stored: else whoever names somebody's secret in a request could read it.


async def _asks_on_chain(mirror: Reading, document: Document, committees: set[int]) -> bool:
    c = requests.table.c
    named = (c.payee == document.commitment) | (c.documents == document.commitment)
    query = open_rows(requests).where(named, c.requester == document.stored_by, c.committee.in_(committees))
    return await mirror.first(query.limit(1)) is not None


async def _asks_in_draft(app: AsyncEngine, document: Document, committees: set[int], now: int) -> bool:
    for committee in committees:
        kept = await drafts.page(app, now, committee=committee, after=None, limit=MOST_DRAFTS)
        asked = [draft.intent.proposal for draft in kept]
        if any(
            document.commitment in (p.payee, p.documents) and p.requester == document.stored_by for p in asked
        ):
            return True
    return False
