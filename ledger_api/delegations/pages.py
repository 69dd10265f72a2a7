"""Pages of the service desk: for whom its clerks may act, and what they may do for one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from contracts.enums import Area, ProposalState, Role
from ledger_api.context import AppContext
from ledger_api.delegations.history import acts_by
from ledger_api.delegations.service import delegation_for, desk_acts, in_care_of
from ledger_api.enterprises.acts import lot_rows
from ledger_api.enterprises.service import all_enterprises, open_lots_page, orders_page
from ledger_api.enterprises.statement import lots_page
from ledger_api.forms import id_bytes
from ledger_api.members.person import person_of
from ledger_api.mirror import Mirror
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals.acts import ACTS as REQUEST_ACTS
from ledger_api.proposals.service import proposal_detail, proposals_page
from ledger_api.redemptions.acts import Side, redemption_rows
from ledger_api.redemptions.service import redeemed_page
from ledger_api.sessions.access import Viewing
from ledger_api.tasks.service import minutes_of

if TYPE_CHECKING:
    from ledger_api.delegations.schemas import Delegation
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

router = APIRouter(route_class=PageRoute)

ROWS = 20


@router.get("/desk")
async def desk(request: Request, mirror: Mirror, viewer: Viewing) -> HTMLResponse:
    """The people for whom the clerk who is signed in may act, and those for whom it is soon."""
    found = [one for one in await in_care_of(mirror, viewer) if not one.is_over]
    is_clerk = any(held.role is Role.CLERK for held in viewer.holdings)
    return await page(request, "desk.html", mirror.head, delegations=found, is_clerk=is_clerk)


@router.get("/desk/{delegation}")
async def desk_of(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    delegation: str,
) -> HTMLResponse:
    """What a clerk may do for a person by a delegation, and what was done by it."""
    found = await delegation_for(mirror, viewer, id_bytes(delegation, 16))
    is_clerk = _is_clerk(viewer, found.fund)
    things = {Area.HOURS: _hours, Area.WORK: _work, Area.OBJECTIONS: _objections}[found.area]
    # What an office knows of a delegation ends with what was done: with whom, is not its to know.
    shown = (
        await things(mirror, viewer, found, context.clock())
        if is_clerk or viewer.member == found.person
        else {}
    )
    values: dict[str, Any] = {
        "delegation": found,
        "begins": [act for act in desk_acts(found.area) if act.act == "Redeem"],
        "done": await acts_by(mirror, found.delegation, ROWS),
        "may_act": found.works and is_clerk and viewer.member != found.person,
        **shown,
    }
    return await page(request, "desk_person.html", mirror.head, **values)


def _is_clerk(viewer: Viewer, fund: int) -> bool:
    return any((held.role, held.scope) == (Role.CLERK, fund) for held in viewer.holdings)


async def _hours(mirror: Reading, viewer: Viewer, delegation: Delegation, now: int) -> dict[str, Any]:
    """Hours of the person, and what was redeemed with them."""
    del viewer, now
    redemptions, _ = await redeemed_page(mirror, delegation.person, None, ROWS)
    rows = redemption_rows(redemptions, Side.REDEEMER, delegation.person, mirror.head.time)
    return {"minutes": await minutes_of(mirror, delegation.person), "redemptions": rows}


async def _work(mirror: Reading, viewer: Viewer, delegation: Delegation, now: int) -> dict[str, Any]:
    """Orders that have pieces left, and lots that the person may return or dispute."""
    del now
    orders, lots, for_person = [], [], replace(viewer, member=delegation.person)
    for enterprise in await all_enterprises(mirror):
        found, _ = await orders_page(mirror, enterprise.enterprise, None, ROWS)
        orders += [one for one in found if mirror.head.time < one.due_at and one.free_pieces]
        taken, _ = await open_lots_page(mirror, for_person, enterprise.enterprise, None, ROWS)
        lots += [one for one in taken if one.worker == delegation.person]
    settled, _ = await lots_page(mirror, delegation.person, None, ROWS)
    rows = await lot_rows(mirror, None, [*lots, *settled], as_seen_by=delegation.person)
    return {"orders": orders, "lots": [row for row in rows if row.offers]}


async def _objections(mirror: Reading, viewer: Viewer, delegation: Delegation, now: int) -> dict[str, Any]:
    """Requests on public notice of the funds whose resident the person is, that the person did not object to."""
    del viewer
    person, found = await person_of(mirror, delegation.person, now), []
    objecting = REQUEST_ACTS["OBJECT"]
    for fund in [held.scope for held in person.holdings if held.role is Role.RESIDENT]:
        requests, _ = await proposals_page(mirror, None, ROWS, fund=fund, state=ProposalState.APPROVED)
        details = [await proposal_detail(mirror, request.proposal_id) for request in requests]
        found += [
            one.proposal for one in details if objecting.is_open(one) and objecting.belongs(one, person)
        ]
    return {"requests": found}
