"""Pages of a volunteer's day and of a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from contracts.enums import Role
from ledger_api.commands.called import pending, signed_by
from ledger_api.context import AppContext
from ledger_api.delegations.history import acts_for
from ledger_api.documents.readers import reasons_for
from ledger_api.editors import RULES, edited_by_role
from ledger_api.forms import hexed, id_bytes
from ledger_api.holdings import banks_of, holdings_of
from ledger_api.members.offices import holds_office, office_names
from ledger_api.members.person import person_of
from ledger_api.members.service import is_a_person
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.offers import offered
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.proposals.form import request_in
from ledger_api.proposals.own import own_requests
from ledger_api.redemptions.acts import Side, redemption_rows
from ledger_api.redemptions.service import (
    DISPUTES,
    in_care_page,
    provided_page,
    reasons_in,
    redeemed_page,
)
from ledger_api.sessions.access import DataClass, Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice, MaybeSignedIn, Session, SignedIn
from ledger_api.tasks.acts import acts_on_page
from ledger_api.tasks.checking import checking_of
from ledger_api.tasks.service import (
    held_page,
    latest_answer,
    minutes_of,
    reasons_against,
    task_detail,
    tasks_page,
    to_judge_page,
    visits_page,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.context import Context
    from ledger_api.holdings import Holding
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer
    from ledger_api.tasks.schemas import Task

router = APIRouter(route_class=PageRoute)

# A page shows what a person looks back on, and leads on to the rest.
OPEN_TASKS = 20
HELD = 20
SIGNED = 20
VISITS = 10
REDEMPTIONS = 5
REDEMPTION_REQUESTS = 20
REQUESTS = 5
DESK_ACTS = 10
ROWS = 50


@router.get("/me/day")
async def my_day(request: Request, locale: PageLocale, signed_in: MaybeMemberOrOffice) -> Response:
    """The page of whoever is signed in: a member's own, or what an office is and may do."""
    if isinstance(signed_in, Session):
        return RedirectResponse(f"/volunteers/{hexed(signed_in.member)}", 303)
    if signed_in is None:
        return await page(request, "sign_in.html")
    roles = locale.listed(locale.word("office", role.name) for role in signed_in.roles)
    return await page(request, "office_day.html", roles=roles)


@router.get("/volunteers/{member}")
async def volunteer(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    session: SignedIn,
    member: str,
) -> HTMLResponse:
    """A member's own page: who the member is to the town, and of work, hours and requests what concerns the member."""
    member_id = id_bytes(member, 16)
    viewer.require(DataClass.HOURS, member_id)
    person = await person_of(mirror, member_id, context.clock())
    minutes = await minutes_of(mirror, member_id)
    held, next_held = await held_page(mirror, member_id, None, HELD)
    offered_tasks, next_offered = await tasks_page(mirror, None, OPEN_TASKS, takeable_at=mirror.head.time)
    visits, next_visits = await visits_page(mirror, member_id, None, VISITS)
    redemptions, next_redemptions = await redeemed_page(mirror, member_id, None, REDEMPTIONS)
    against = await reasons_against(mirror, visits)
    requests, next_requests = await own_requests(mirror, session.member, None, REQUESTS)
    written = [*against.values(), *(step.statement for one in requests for step in one.written)]
    written += reasons_in(redemptions)
    values: dict[str, Any] = {
        "volunteer": minutes, "held": held, "next_held": next_held, "against": against,
        "requests": requests, "next_requests": next_requests, "visits": visits, "next_visits": next_visits,
        "redemptions": redemption_rows(redemptions, Side.REDEEMER, member_id, mirror.head.time),
        "next_redemptions": next_redemptions, "reasons": await reasons_for(context, viewer, written),
        "offices": office_names(locale, person), "seats": person.seats,
        "is_clerk": any(held.role is Role.CLERK for held in person.holdings),
        "desk_acts": await acts_for(mirror, [member_id], DESK_ACTS),
        "foreman_of": [held.scope for held in person.holdings if held.role is Role.FOREMAN],
        "offered": offered_tasks, "next_offered": next_offered,
    }  # fmt: skip
    has_hours = bool(visits or redemptions or held or minutes.balance_minutes)
    is_person = await is_a_person(mirror, member_id)
    # Who has an office and never served comes for the office; who has neither may become a volunteer.
    values["serves"] = has_hours or (is_person and not holds_office(person))
    values["may_serve"] = is_person
    return await page(
        request, "volunteer.html", mirror.head, **values, **await _own(context, mirror, viewer, session)
    )


@head_page(router, "/tasks")
async def tasks(request: Request, mirror: Mirror, cursor: Cursor = None) -> HTMLResponse:
    """All tasks that wait for a volunteer, page by page."""
    found, following = await tasks_page(mirror, cursor, ROWS, takeable_at=mirror.head.time)
    cards = [(task, False) for task in found]
    return await page(
        request,
        "task_list.html",
        mirror.head,
        tasks=cards,
        cursor=cursor,
        next_cursor=following,
        to_judge=False,
    )


@router.get("/me/visits-to-judge")
async def visits_to_judge(
    request: Request, context: AppContext, mirror: Mirror, session: SignedIn, cursor: Cursor = None
) -> HTMLResponse:
    """All visits that wait for what the coordinator says of them who is signed in, page by page."""
    held = await holdings_of(mirror, session.member, context.clock())
    cards, following = await _to_judge(context, mirror, held, cursor, ROWS)
    return await page(
        request,
        "task_list.html",
        mirror.head,
        tasks=cards,
        cursor=cursor,
        next_cursor=following,
        to_judge=True,
    )


@router.get("/visits/{task}")
async def visit(
    request: Request, context: AppContext, mirror: Mirror, session: MaybeSignedIn, viewer: Viewing, task: str
) -> HTMLResponse:
    """A visit: who came, how sure that is, what it earned, and what its reader may do with it."""
    detail = await task_detail(mirror, viewer, id_bytes(task, 16))
    waiting = [c for c in await pending(context.app_engine, mirror) if c.names(detail.task.task)]
    person = await person_of(mirror, session.member, context.clock()) if session and not waiting else None
    evidence = await context.visits.evidence(detail.task.task) if context.visits else None
    values: dict[str, Any] = {
        "detail": detail,
        "evidence": evidence,
        "checking": await checking_of(context, mirror, session, detail.task, evidence),
        "acts": offered(acts_on_page(evidence), person, detail.task, mirror.head.time),
        "answer": latest_answer(detail.timeline),
        "reasons": await reasons_for(context, viewer, [step.document for step in detail.timeline]),
        "pending": waiting,
    }
    return await page(request, "visit.html", mirror.head, **values)


async def _own(context: Context, mirror: Reading, viewer: Viewer, session: Session) -> dict[str, Any]:
    """What else stands on a person's own page: what was signed, what others wait for, and where else the work is."""
    signed, next_signed = await signed_by(context.app_engine, mirror, session.address, SIGNED)
    held = await holdings_of(mirror, session.member, context.clock())
    to_judge, next_to_judge = await _to_judge(context, mirror, held, None, OPEN_TASKS)
    return {
        "waits": any(called.command.status == "pending" for called in signed),
        "signed": [(called, request_in(called)) for called in signed],
        "next_signed": next_signed,
        "banks": await banks_of(mirror, session.member, context.clock()),
        "edits": any(edited_by_role(noun, held) for noun in RULES),
        "to_judge": to_judge,
        "next_to_judge": next_to_judge,
        **await _redemptions(context, mirror, viewer, session),
    }


async def _redemptions(context: Context, mirror: Reading, viewer: Viewer, session: Session) -> dict[str, Any]:
    """What others redeemed with a person, and what waits for the person's decision as coordinator."""
    member, now = session.member, mirror.head.time
    provided, next_provided = await provided_page(mirror, member, None, REDEMPTION_REQUESTS)
    funds = _coordinated(viewer.holdings)
    disputed, _ = await in_care_page(mirror, funds, DISPUTES, None, REDEMPTION_REQUESTS)
    return {
        "redemption_requests": redemption_rows(provided, Side.PROVIDER, member, now),
        "next_provided": next_provided,
        "disputed": redemption_rows(disputed, Side.COORDINATOR, member, now),
        "coordinates": bool(funds),
        "redemption_reasons": await reasons_for(context, viewer, reasons_in([*provided, *disputed])),
    }


async def _to_judge(
    context: Context, mirror: Reading, held: Sequence[Holding], cursor: str | None, limit: int
) -> tuple[list[tuple[Task, bool]], str | None]:
    """Visits that wait for a coordinator with some roles, each with whether an answer is on its way, and where they go on."""
    waiting, following = await to_judge_page(mirror, _coordinated(held), cursor, limit)
    answers = await pending(context.app_engine, mirror) if waiting else []
    return [(task, any(called.names(task.task) for called in answers)) for task in waiting], following


def _coordinated(held: Sequence[Holding]) -> list[int]:
    """Funds of which somebody with some roles is a coordinator."""
    return [holding.scope for holding in held if holding.role is Role.COORDINATOR]
