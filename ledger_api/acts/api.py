"""Addresses for acts: the list, and one operation for each act that members sign, which drafts it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastapi import APIRouter

from contracts.acts import acts
from ledger_api.acts.bodies import Body, body_of
from ledger_api.acts.schemas import Act, Acts
from ledger_api.context import AppContext
from ledger_api.intents.drafting import compose, draft_of
from ledger_api.intents.schemas import Draft
from ledger_api.json_body import CheckedRoute

if TYPE_CHECKING:
    from contracts.acts import Act as Record

router = APIRouter(prefix="/v1/acts", tags=["acts"], route_class=CheckedRoute)


def drafts_of(act: str) -> str:
    """Address that drafts an act.

    Args:
        act: Id of an act that members sign.
    """
    return f"{router.prefix}/{act}/drafts"


@router.get("")
async def list_acts() -> Acts:
    """All acts, those of offices included."""
    return _listed()


@cache
def _listed() -> Acts:
    records = acts().values()
    return Acts(items=[Act.of(r, drafts_of(r.act) if r.message else None) for r in records])


def _add_drafting(record: Record) -> None:
    async def draft(body: Body, context: AppContext) -> Draft:
        deadline = context.clock() + body.valid_seconds
        intent = compose(record.act, body.entered(), deadline)
        return draft_of(intent, context.config.deployment)

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
    return f"{record.notice} Who may do it: {by}. {undo} Gives what to sign; nothing is stored."


for _record in acts().values():
    if _record.message:
        _add_drafting(_record)
