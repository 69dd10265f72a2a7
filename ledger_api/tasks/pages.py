"""Pages of a volunteer's day and of a visit."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ledger_api.commands.called import pending, signed_by
from ledger_api.context import AppContext
from ledger_api.editors import RULES, edited_by_role
from ledger_api.forms import hexed, id_bytes
from ledger_api.holdings import banks_of, holdings_of
from ledger_api.members.person import person_of
from ledger_api.mirror import Mirror
from ledger_api.portal.acting.offers import offered
from ledger_api.portal.render import page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals.form import number_in
from ledger_api.sessions.current import MaybeSignedIn
from ledger_api.tasks.acts import DECLARED
from ledger_api.tasks.checking import checking_of
from ledger_api.tasks.service import open_tasks, task_detail
from ledger_api.tasks.service import volunteer as volunteer_of

router = APIRouter(route_class=PageRoute)

# A page shows what a person looks back on; its JSON twin has more.
OPEN_TASKS = 20
SIGNED = 20
VISITS = 10
REDEMPTIONS = 5


@router.get("/me/day")
async def my_day(request: Request, session: MaybeSignedIn) -> Response:
    """The day of whoever is signed in."""
    if session is None:
        return await page(request, "sign_in.html")
    return RedirectResponse(f"/volunteers/{hexed(session.member)}", 303)


@router.get("/volunteers/{member}")
async def volunteer(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, member: str
) -> HTMLResponse:
    """A volunteer's day: what is to do, what was credited and why, what is held; to the volunteer also what was signed."""
    told = await volunteer_of(mirror, id_bytes(member, 16), most_visits=VISITS, most_redemptions=REDEMPTIONS)
    values: dict[str, Any] = {
        "told": told,
        "offered": await open_tasks(mirror, OPEN_TASKS),
        "signed": [],
        "banks": set(),
        "edits": False,
    }
    if session and session.member == told.member:
        signed = await signed_by(context.app_engine, mirror, session.address, SIGNED)
        values["signed"] = [(called, number_in(called)) for called in signed]
        values["banks"] = await banks_of(mirror, session.member, context.clock())
        held = await holdings_of(mirror, session.member, context.clock())
        values["edits"] = any(edited_by_role(noun, held) for noun in RULES)
    return await page(request, "volunteer.html", mirror.head, **values)


@router.get("/visits/{task}")
async def visit(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, task: str
) -> HTMLResponse:
    """A visit: who came, how sure that is, what it earned, and what its reader may do with it."""
    told = await task_detail(mirror, id_bytes(task, 16))
    waiting = [c for c in await pending(context.app_engine, mirror) if c.names(told.task.task)]
    person = await person_of(mirror, session.member, context.clock()) if session and not waiting else None
    evidence = await context.visits.evidence(told.task.task) if context.visits else None
    values: dict[str, Any] = {
        "told": told,
        "evidence": evidence,
        "checking": await checking_of(context, session, told.task, evidence),
        "acts": offered(DECLARED.on_page, person, told.task, mirror.head.time),
        "pending": waiting,
    }
    return await page(request, "visit.html", mirror.head, **values)
