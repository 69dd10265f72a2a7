"""The page of a member, for offices: what the register and the chain hold, and what the office may do next; and that of the own keys."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from contracts.enums import Role
from ledger_api.context import AppContext
from ledger_api.delegations.history import acts_for
from ledger_api.delegations.service import delegations_of, ended_by
from ledger_api.forms import id_bytes
from ledger_api.members.acts import acts_on_page
from ledger_api.members.rules import seat_name
from ledger_api.members.service import guarded_by, household_of, member_detail, new_keys
from ledger_api.mirror import Mirror, Reading
from ledger_api.phones.service import phones_of
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute
from ledger_api.sessions.access import DataClass, Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice, MaybeSignedIn

router = APIRouter(route_class=PageRoute)

DESK_ACTS = 20


@router.get("/members/{member}")
async def member(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    signed_in: MaybeMemberOrOffice,
    member: str,
) -> HTMLResponse:
    """A member with name, roles, seats, keys and telephones; offices alone read it, the member's own pages show the rest."""
    viewer.require(DataClass.MEMBERSHIP)
    member_id, now = id_bytes(member, 16), context.clock()
    detail = await member_detail(mirror, member_id)
    values: dict[str, Any] = {
        "detail": detail, "now": now, "name": locale.names.named("members").get(f"0x{member_id.hex()}"),
        "foreman": Role.FOREMAN, "seat_name": seat_name,
        "phones": await phones_of(mirror, member_id, now),
        "delegations": await delegations_of(mirror, [member_id]),
        "desk_acts": await acts_for(mirror, [member_id], DESK_ACTS),
        "acts": await offered_to(mirror, signed_in, acts_on_page(has_left=detail.member.ended_at is not None), None),
        "household": await household_of(mirror, member_id),
        "ends_keys": await offered_to(mirror, signed_in, ("EndKey",), None),
        "ends_roles": await offered_to(mirror, signed_in, ("EndRole",), None),
        "vacates": await offered_to(mirror, signed_in, ("VacateSeat",), None),
    }  # fmt: skip
    return await page(request, "member.html", mirror.head, **values)


@router.get("/me/keys")
async def my_keys(request: Request, mirror: Mirror, session: MaybeSignedIn) -> HTMLResponse:
    """Keys and guardians of whoever is signed in, and the new keys that the reader may refuse."""
    if session is None:
        return await page(request, "sign_in.html")
    values: dict[str, Any] = {
        "detail": await member_detail(mirror, session.member),
        "now": mirror.head.time,
        "new_keys": await new_keys(mirror, session.member),
        **await _desks(mirror, session.member),
    }
    return await page(request, "keys.html", mirror.head, **values)


async def _desks(mirror: Reading, member: bytes) -> dict[str, Any]:
    """For whom of a member and those whom the member guards a desk may act, or whose delegation names the member; what it did."""
    persons = [member, *await guarded_by(mirror, member)]
    named = [one for one in await ended_by(mirror, member) if one.person not in persons]
    return {
        "delegations": await delegations_of(mirror, persons) + named,
        "desk_acts": await acts_for(mirror, persons, DESK_ACTS, [one.delegation for one in named]),
    }
