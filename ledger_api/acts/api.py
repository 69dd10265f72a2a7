"""Addresses for acts: the list, one operation for each act, which drafts what is signed, and one that takes orders of offices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request, Response

from contracts.acts import acts
from ledger_api.acts.bodies import Body, Fields, body_of
from ledger_api.acts.schemas import Act, Acts, Order, OrderDraft
from ledger_api.acts.service import accept_order, draft_order
from ledger_api.commands.schemas import CommandAnswer
from ledger_api.context import AppContext
from ledger_api.errors import NotFoundError
from ledger_api.homes import address_of
from ledger_api.intents.drafting import compose, domain_of, draft_of
from ledger_api.intents.nonces import draw
from ledger_api.intents.schemas import Draft
from ledger_api.json_body import CheckedRoute
from ledger_api.sessions.offices import is_ordered

if TYPE_CHECKING:
    from contracts.acts import Act as Record

router = APIRouter(prefix="/v1/acts", tags=["acts"], route_class=CheckedRoute)


def drafts_of(act: str) -> str:
    """Address that drafts an act.

    Args:
        act: Id of an act that members sign.
    """
    return f"{router.prefix}/{act}/drafts"


def orders_of(act: str) -> str:
    """Address that takes orders of an act; what they are drafted at stands below it.

    Args:
        act: Id of an act of an office.
    """
    return f"{router.prefix}/{act}/orders"


@router.get("")
async def list_acts() -> Acts:
    """All acts, those of offices included."""
    return _listed()


@cache
def _listed() -> Acts:
    records = acts().values()
    return Acts(
        items=[
            Act.of(r, drafts_of(r.act) if r.message else None, orders_of(r.act) if is_ordered(r) else None)
            for r in records
        ]
    )


@router.post("/{act}/orders", status_code=202)
async def order(
    act: Annotated[str, Path(max_length=40, description="Id of an act of an office.")],
    body: Order,
    context: AppContext,
    response: Response,
) -> CommandAnswer:
    """Accepts an order that its office signed. What is accepted is carried out or refused, never lost."""
    record = acts().get(act)
    if record is None or not is_ordered(record):
        raise NotFoundError("act of an office", act)
    accepted = await accept_order(context, record, body.text, bytes.fromhex(body.signature[2:]))
    response.headers["location"] = f"/v1/commands/{accepted.id}"
    return accepted


def _add_drafting(record: Record) -> None:
    async def draft(request: Request, body: Body, context: AppContext) -> Draft:
        deadline = context.clock() + body.valid_seconds
        nonce = await draw(request, context.app_engine, record.contract)
        intent = compose(record.act, body.entered(), deadline, nonce)
        deployment = context.config.deployment
        address = await address_of(deployment, context.mirror, intent.call(b""))
        return draft_of(intent, domain_of(deployment, type(intent), address))

    # The framework reads the type of the body where the function declares it.
    draft.__annotations__["body"] = body_of(record)
    router.post(
        drafts_of(record.act).removeprefix(router.prefix),
        name=f"draft {record.act}",
        summary=record.action,
        description=f"{_described(record)}; nothing of it is stored.",
    )(draft)


def _add_ordering(record: Record) -> None:
    async def draft(body: Fields, context: AppContext) -> OrderDraft:
        return await draft_order(context, record, body.entered())

    draft.__annotations__["body"] = body_of(record)
    router.post(
        f"{orders_of(record.act)}/drafts".removeprefix(router.prefix),
        name=f"draft order {record.act}",
        summary=record.action,
        description=f"{_described(record)}, which is kept for ten minutes.",
    )(draft)


def _described(record: Record) -> str:
    undo = f"{record.undo} takes it back." if record.undo else "Nothing takes it back."
    by = " or ".join(record.by)
    return f"{record.notice} Who may do it: {by}. {undo} Gives what to sign"


for _record in acts().values():
    if _record.message:
        _add_drafting(_record)
    elif is_ordered(_record):
        _add_ordering(_record)
