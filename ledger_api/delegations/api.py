"""Addresses for delegations, and one for each act that a desk does: it drafts what the clerk signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request

from contracts.acts import acts
from ledger_api.acts.bodies import Body, body_of
from ledger_api.context import AppContext
from ledger_api.delegations.history import acts_by
from ledger_api.delegations.schemas import Delegation, DelegationDetail
from ledger_api.delegations.service import delegation_for, delegations_of, for_person, in_care_of
from ledger_api.etag import HeadRoute
from ledger_api.finality import Page
from ledger_api.forms import id_bytes
from ledger_api.homes import address_of
from ledger_api.intents.drafting import compose, domain_of, draft_of
from ledger_api.intents.nonces import draw
from ledger_api.intents.schemas import Draft
from ledger_api.json_body import CheckedRoute
from ledger_api.mirror import Mirror
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import SignedIn
from wallets.intents import ActForPerson

if TYPE_CHECKING:
    from contracts.acts import Act

router = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=HeadRoute)
drafting = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=CheckedRoute)

LATEST = 100
DelegationId = Annotated[str, Path(pattern="^0x[0-9a-fA-F]{32}$", description="Id of the delegation.")]


@router.get("")
async def list_delegations(mirror: Mirror, viewer: Viewing, session: SignedIn) -> Page[Delegation]:
    """Own delegations, then those by which the reader acts as a clerk."""
    own = await delegations_of(mirror, [session.member])
    items = [*own, *await in_care_of(mirror, viewer)]
    return Page(items=items, next_cursor=None, **mirror.head.stands())


@router.get("/{delegation}")
async def get_delegation(mirror: Mirror, viewer: Viewing, delegation: DelegationId) -> DelegationDetail:
    """A delegation and what was done by it; for the person, the clerks of its fund, and offices."""
    found = await delegation_for(mirror, viewer, id_bytes(delegation, 16))
    done = await acts_by(mirror, found.delegation, LATEST)
    return DelegationDetail(delegation=found, acts=done, **mirror.head.stands())


def _add_drafting(record: Act) -> None:
    async def draft(request: Request, body: Body, context: AppContext, delegation: DelegationId) -> Draft:
        inner = compose(record.act, body.entered(), deadline=0, nonce=0)
        deployment, deadline = context.config.deployment, context.clock() + body.valid_seconds
        target = await address_of(deployment, context.mirror, inner.call(b""))
        nonce = await draw(request, context.app_engine, ActForPerson.CONTRACT)
        intent = for_person(id_bytes(delegation, 16), inner, target, nonce=nonce, deadline=deadline)
        return draft_of(intent, domain_of(deployment, ActForPerson))

    draft.__annotations__["body"] = body_of(record)
    drafting.post(
        f"/{{delegation}}/acts/{record.act}/drafts",
        name=f"draft {record.act} for a person",
        summary=f"{record.action} for a person",
        description=f"{record.notice} For a person, by a clerk under a delegation. Gives what the clerk signs; nothing of it is stored.",
    )(draft)


for _record in acts().values():
    if _record.desk:
        _add_drafting(_record)
