"""The committee's inbox: requests on the chain that wait for approvals, and drafts that collect them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from indexer.projections.request import requests
from ledger_api.context import AppContext
from ledger_api.members.service import seats_held
from ledger_api.mirror import Mirror
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals.drafts import queries as draft_queries
from ledger_api.proposals.drafts.counting import shown
from ledger_api.proposals.drafts.schemas import DraftState
from ledger_api.proposals.queries import waiting_for_votes
from ledger_api.proposals.service import proposal_of, tallies
from ledger_api.sessions.current import MaybeSignedIn

router = APIRouter(route_class=PageRoute)

MOST_REQUESTS = 200
MOST_DRAFTS = 50


@router.get("/committee")
async def inbox(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn
) -> HTMLResponse:
    """Requests that wait for approvals, those of one's own committees first."""
    seats = await seats_held(mirror, session.member) if session else []
    waiting = await mirror.placed(requests, waiting_for_votes(MOST_REQUESTS))
    counted = await tallies(mirror, [request.version for request in waiting])
    voted = [(proposal_of(mirror, request), tally) for request, tally in zip(waiting, counted, strict=True)]
    mine = {seat.committee for seat in seats}
    voted.sort(key=lambda pair: (pair[0].committee not in mine, pair[0].vote_ends_at))
    now = context.clock()
    kept = await draft_queries.page(context.app_engine, now, committee=None, after=None, limit=MOST_DRAFTS)
    told = [await shown(mirror, draft, now) for draft in kept]
    drafts = sorted(
        (d for d in told if d.state is not DraftState.SUBMITTED), key=lambda d: d.committee not in mine
    )
    return await page(request, "committee.html", mirror.head, voted=voted, seats=seats, drafts=drafts)
