"""The page to which a signature leads: what was signed, whether it is in the ledger yet, and where to go on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse

from contracts.acts import acts
from ledger_api.commands.call_back import CALL_BACK, call_back_of
from ledger_api.commands.called import command_called, signed_by
from ledger_api.commands.service import kept_receipt
from ledger_api.context import AppContext
from ledger_api.delegations.slip import slip_of
from ledger_api.mirror import Mirror
from ledger_api.phones.service import enrolled_by
from ledger_api.portal.acting.offers import offered_to
from ledger_api.portal.acting.receipt import new_ids, page_of_thing, signed_facts
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute
from ledger_api.proposals.form import request_in
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice, MemberOrOffice

router = APIRouter(route_class=PageRoute)

# What an office does next with a member whom it has registered.
WITH_NEW_MEMBER = ("GrantRole", "AddKey")
ROWS = 20


@router.get("/me/signed")
async def all_signed(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    signed_in: MemberOrOffice,
    before: Annotated[int | None, Query(ge=1, lt=2**53)] = None,
) -> HTMLResponse:
    """All that the key signed which is signed in, page by page."""
    found, next_before = await signed_by(context.app_engine, mirror, signed_in.address, ROWS, before)
    values: dict[str, Any] = {
        "signed": [(called, request_in(called)) for called in found], "before": before, "next_before": next_before,
        "waits": any(called.command.status == "pending" for called in found),
    }  # fmt: skip
    return await page(request, "signed_list.html", mirror.head, **values)


@router.get("/signed/{command}")
async def signed(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    signed_in: MaybeMemberOrOffice,
    command: Annotated[str, Path(max_length=80)],
) -> HTMLResponse:
    """What became of a command. What it says is told to whoever signed it alone: it may name a neighbour."""
    called = await command_called(context.app_engine, mirror, command)
    is_own = signed_in is not None and signed_in.address == called.command.signer
    act = called.act if is_own else None
    facts = await signed_facts(mirror, viewer, locale, act, called.arguments)
    receipt = await kept_receipt(context.app_engine, command) if is_own else None
    registers = is_own and called.act is not None and called.act.act == "RegisterMember"
    values: dict[str, Any] = {
        "called": called,
        "new_ids": new_ids(locale, called.act, called.arguments) if is_own else [],
        "facts": [(label, value) for label, value in facts.signed if not value.startswith("0x")],
        # Keys and hashes are for who compares them, not for reading.
        "codes": [(label, value) for label, value in facts.signed if value.startswith("0x")],
        "known": facts.known,
        "receipt": receipt,
        "lacks_receipt": act is not None and receipt is None,
        "phone": enrolled_by(called.act, called.arguments, viewer.member) if is_own else None,
        "acts": await offered_to(mirror, signed_in, WITH_NEW_MEMBER, None) if registers else [],
        "slip": await slip_of(mirror, viewer, called) if is_own else None,
        "call_back": await call_back_of(context, called) if is_own else "",
        "call_back_act": acts()[CALL_BACK],
        "thing": await page_of_thing(mirror, viewer, called.act, called.arguments),
    }
    return await page(request, "signed.html", mirror.head, **values)
