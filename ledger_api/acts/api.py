"""Addresses for acts: the list, and one operation for each act, which drafts what its member or its office signs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from contracts.acts import acts
from ledger_api.acts.bodies import Body, body_of
from ledger_api.acts.offices import compose_for_office
from ledger_api.acts.schemas import Act, Acts
from ledger_api.context import AppContext
from ledger_api.homes import address_of
from ledger_api.intents.drafting import compose, domain_of, draft_of
from ledger_api.intents.nonces import draw
from ledger_api.intents.schemas import Draft
from ledger_api.json_body import CheckedRoute
from ledger_api.sessions.offices import is_of_office
from wallets.intents import ActOnCall

if TYPE_CHECKING:
    from contracts.acts import Act as Record

router = APIRouter(prefix="/v1/acts", tags=["acts"], route_class=CheckedRoute)


def drafts_of(act: str) -> str:
    """Address that drafts an act.

    Args:
        act: Id of an act that is signed.
    """
    return f"{router.prefix}/{act}/drafts"


@router.get("")
async def list_acts() -> Acts:
    """All acts, those of offices included."""
    return _listed()


@cache
def _listed() -> Acts:
    return Acts(items=[Act.of(r, drafts_of(r.act) if _is_signed(r) else None) for r in acts().values()])


def _is_signed(record: Record) -> bool:
    return record.message is not None or is_of_office(record)


async def _drafted_for_member(request: Request, context: AppContext, record: Record, body: Body) -> Draft:
    deadline = context.clock() + body.valid_seconds
    nonce = await draw(request, context.app_engine, record.contract)
    intent = compose(record.act, body.entered(), deadline, nonce)
    deployment = context.config.deployment
    address = await address_of(deployment, context.mirror, intent.call(b""))
    return draft_of(intent, domain_of(deployment, type(intent), address))


async def _drafted_for_office(request: Request, context: AppContext, record: Record, body: Body) -> Draft:
    deadline = context.clock() + body.valid_seconds
    nonce = await draw(request, context.app_engine, ActOnCall.CONTRACT)
    intent = await compose_for_office(context, record, body.entered(), nonce=nonce, deadline=deadline)
    return draft_of(intent, domain_of(context.config.deployment, type(intent)))


def _add_drafting(record: Record) -> None:
    drafted = _drafted_for_member if record.message else _drafted_for_office

    async def draft(request: Request, body: Body, context: AppContext) -> Draft:
        return await drafted(request, context, record, body)

    # The framework reads the type of the body where the function declares it.
    draft.__annotations__["body"] = body_of(record)
    router.post(
        drafts_of(record.act).removeprefix(router.prefix),
        name=f"draft {record.act}",
        summary=record.action,
        description=_described(record),
    )(draft)


def _described(record: Record) -> str:
    undo = f"{record.undo} takes it back." if record.undo else "Nothing takes it back."
    by = " or ".join(record.by)
    return f"{record.notice} Who may do it: {by}. {undo} Gives what to sign; nothing of it is stored."


for _record in acts().values():
    if _is_signed(_record):
        _add_drafting(_record)
