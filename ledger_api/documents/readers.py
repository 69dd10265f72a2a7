"""Who may read a document: anybody if it is public, else who stored it, and whoever answers for what it belongs to.

It belongs to the funds of the requests that name it, with their committees, and to the funds whose treasurer stored it. The
reasons for what was said of a visit, a redemption or a lot are read by whoever may read whose it is: first of all by that person. The reasons
for which a donation was taken back are read by a donor who gives by name; those of wages by the worker.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from contracts.accounts import fund_of
from contracts.enums import Role
from indexer.projections.enterprise import enterprises
from indexer.projections.redemption import redemptions
from indexer.projections.request import requests
from indexer.projections.task import tasks
from indexer.projections.work import lot_settlements, lots
from kit.prepared import prepared
from ledger_api.documents.reasons import reasons_of
from ledger_api.enterprises.queries import enterprises_numbered, lots_reasoned_with, settled_with
from ledger_api.forms import hexed
from ledger_api.holdings import roles_granted
from ledger_api.mirror import open_rows, read
from ledger_api.proposals.drafts import queries as drafts
from ledger_api.redemptions import queries as redemption_queries
from ledger_api.sessions.access import DataClass
from ledger_api.tasks import queries as task_queries
from ledger_api.tasks.history import reasoned_with
from ledger_api.transfers.queries import payouts_reversed_with, reversed_with
from register.nouns import PAPERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from sqlalchemy import Select

    from ledger_api.context import Context
    from ledger_api.documents.reasons import Reasons
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer
    from register.documents import Document

MOST_DRAFTS = 100
# Fund and committee that answer for a document; None where there is none.
Belonging = dict[str, int | None]


async def reasons_for(
    context: Context, viewer: Viewer, commitments: Collection[bytes | None]
) -> dict[bytes, Reasons]:
    """Reasons as somebody may read them, by the commitment that was signed with the act.

    Args:
        context: The application's.
        viewer: Who asks.
        commitments: 32 bytes each; None of an act that needs no reasons.
    """

    async def is_open(document: Document) -> bool:
        return await may_read(context, viewer, document)

    return await reasons_of(context.documents, commitments, is_open)


async def may_read(context: Context, viewer: Viewer, document: Document) -> bool:
    """Whether somebody may read a document.

    Args:
        context: The application's.
        viewer: Who asks.
        document: The document.
    """
    if document.public or viewer.may_read(DataClass.DOCUMENT, document.stored_by):
        return True
    if viewer.member is None:
        return False
    async with read(context.mirror) as reading:
        async for of in _belongings(context, reading, viewer, document):
            if viewer.may_read(DataClass.DOCUMENT, **of):
                return True
        return (
            await _reads_of_visit(reading, viewer, document)
            or await _reads_of_redemption(reading, viewer, document)
            or await _reads_of_lot(reading, viewer, document)
            or await _reads_of_donation(reading, viewer, document)
            or await _reads_of_payout(reading, viewer, document)
        )


async def _reads_of_visit(mirror: Reading, viewer: Viewer, document: Document) -> bool:
    """Whether a document is a coordinator's reasons for what was said of a visit that the reader may read."""
    for row in await mirror.rows(reasoned_with(document.commitment)):
        # Only what the one who acted stored: else whoever names somebody's secret could read it.
        if row.coordinator == document.stored_by:
            (task,) = await mirror.placed(tasks, task_queries.task(row.task))
            if viewer.may_read(DataClass.VISIT, task.version.volunteer, fund=task.version.fund):
                return True
    return False


async def _reads_of_redemption(mirror: Reading, viewer: Viewer, document: Document) -> bool:
    """Whether a document is why a redemption was disputed, decided or voided that the reader may read."""
    for one in await mirror.versions(redemptions, redemption_queries.reasoned_with(document.commitment)):
        # Only what the one who acted stored, as above.
        authors = {
            author
            for commitment, author in ((one.dispute, one.member), (one.decision, one.judge))
            if commitment == document.commitment
        }
        if document.stored_by in authors and viewer.may_read(
            DataClass.REDEMPTION, one.member, one.provider, fund=one.fund
        ):
            return True
    return False


async def _reads_of_lot(mirror: Reading, viewer: Viewer, document: Document) -> bool:
    """Whether a document is a foreman's reasons for how a lot was settled that the reader may read."""
    for lot in await mirror.versions(lot_settlements, settled_with(document.commitment)):
        granted = await roles_granted(mirror, document.stored_by)
        if any((held.role, held.scope) == (Role.FOREMAN, lot.enterprise) for held in granted):
            (of,) = await mirror.versions(enterprises, enterprises_numbered([lot.enterprise]))
            fund = fund_of(of.levy_purpose)
            if viewer.may_read(DataClass.LOT, lot.worker, fund=fund, enterprise=lot.enterprise):
                return True
    for one in await mirror.versions(lots, lots_reasoned_with(document.commitment)):
        # Only what the one who acted stored, as above: the worker who disputed it, or a treasurer of its fund.
        granted = await roles_granted(mirror, document.stored_by)
        is_treasurer = any((held.role, held.scope) == (Role.TREASURER, one.fund) for held in granted)
        is_author = document.stored_by == one.worker if document.commitment == one.dispute else is_treasurer
        if is_author and viewer.may_read(DataClass.LOT, one.worker, fund=one.fund, enterprise=one.enterprise):
            return True
    return False


async def _reads_of_donation(mirror: Reading, viewer: Viewer, document: Document) -> bool:
    """Whether a document is a treasurer's reasons for taking back what the reader gave by name."""
    # Only what the one who acted stored, as above. A donor who gives by name stands at the left of what may be a commitment.
    return any(
        row.treasurer == document.stored_by
        and not any(row.donor[16:])
        and viewer.may_read(DataClass.DOCUMENT, row.donor[:16])
        for row in await mirror.rows(reversed_with(document.commitment))
    )


async def _reads_of_payout(mirror: Reading, viewer: Viewer, document: Document) -> bool:
    """Whether a document is a treasurer's reasons for taking back wages that were paid to the reader."""
    return any(
        row.treasurer == document.stored_by
        and viewer.may_read(DataClass.LOT, row.worker, enterprise=row.enterprise)
        for row in await mirror.rows(payouts_reversed_with(document.commitment))
    )


async def _belongings(
    context: Context, mirror: Reading, viewer: Viewer, document: Document
) -> AsyncIterator[Belonging]:
    """To which funds and committees a document belongs."""
    for role in await roles_granted(mirror, document.stored_by):
        # Who keeps the books later needs the papers of who kept them before.
        if role.role == Role.TREASURER:
            yield {"fund": role.scope, "committee": None}
    # Of all texts that it is a paper of: a later one takes it from nobody who was asked with an earlier one.
    attached = await asyncio.to_thread(context.register.history, PAPERS, hexed(document.commitment))
    named = [document.commitment, *(bytes.fromhex(edit.value.request[2:]) for edit in attached if edit.value)]
    # Only requests of who stored it: else whoever names somebody's secret could read it.
    for request in await mirror.versions(requests, _requests(named, document.stored_by)):
        for committee in (request.committee, request.deciding_committee):
            yield {"fund": request.fund, "committee": committee}
    now = context.clock()
    for committee in viewer.committees:
        kept = await drafts.page(context.app_engine, now, committee=committee, after=None, limit=MOST_DRAFTS)
        drafted = [draft.intent.proposal for draft in kept]
        if any(
            not {p.payee, p.documents}.isdisjoint(named) and p.requester == document.stored_by
            for p in drafted
        ):
            yield {"fund": None, "committee": committee}


@prepared
def _requests(named: Collection[bytes], requester: bytes) -> Select[Any]:
    columns = requests.table.c
    names = columns.payee.in_(named) | columns.documents.in_(named)
    return open_rows(requests).where(names, columns.requester == requester)
