"""Who may read a document that is not public: who stored it, treasurers, and a committee that is asked with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import Role
from indexer.projections.request import requests
from ledger_api.forms import hexed
from ledger_api.holdings import holdings_of
from ledger_api.members.service import seats_held
from ledger_api.mirror import open_rows
from ledger_api.proposals.drafts import queries as drafts
from register.nouns import PAPERS

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ledger_api.context import Context
    from ledger_api.mirror import Reading
    from register.documents import Document

MOST_DRAFTS = 100


async def may_read(context: Context, mirror: Reading, document: Document, member: bytes) -> bool:
    """Whether a member may read a document.

    Args:
        context: The application's.
        mirror: A snapshot of the mirror.
        document: The document.
        member: 16 bytes.
    """
    now = context.clock()
    if member == document.stored_by:
        return True
    if any(held.role is Role.TREASURER for held in await holdings_of(mirror, member, now)):
        return True
    seats = [seat for seat in await seats_held(mirror, member) if (seat.valid_until or 0) > now]
    committees = {seat.committee for seat in seats}
    asked_with = [document.commitment]
    # Of all texts that it is a paper of: a later one takes it from nobody who was asked with an earlier one.
    attached = await asyncio.to_thread(context.register.history, PAPERS, hexed(document.commitment))
    asked_with += [bytes.fromhex(edit.value.request[2:]) for edit in attached if edit.value]
    asks = _Asked(with_=asked_with, by=document.stored_by, of=committees)
    return await asks.on_chain(mirror) or await asks.in_draft(context.app_engine, now)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Requests that open a document: only those of who stored it, else whoever names somebody's secret could read it.

    Attributes:
        with_: What such a request names: the document itself, or the text that it is a paper of.
        by: Who stored it, 16 bytes.
        of: Committees of the reader.
    """

    with_: list[bytes]
    by: bytes
    of: set[int]

    async def on_chain(self, mirror: Reading) -> bool:
        c = requests.table.c
        named = c.payee.in_(self.with_) | c.documents.in_(self.with_)
        query = open_rows(requests).where(named, c.requester == self.by, c.committee.in_(self.of))
        return await mirror.first(query.limit(1)) is not None

    async def in_draft(self, app: AsyncEngine, now: int) -> bool:
        for committee in self.of:
            kept = await drafts.page(app, now, committee=committee, after=None, limit=MOST_DRAFTS)
            asked = [draft.intent.proposal for draft in kept]
            if any(
                not {p.payee, p.documents}.isdisjoint(self.with_) and p.requester == self.by for p in asked
            ):
                return True
        return False
