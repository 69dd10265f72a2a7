"""Addresses for drafts: handed in and approved by intent; taken back and sent by whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ledger_api.commands.schemas import CommandAnswer
from ledger_api.commands.service import command_answer
from ledger_api.context import AppContext
from ledger_api.finality import Page
from ledger_api.forms import hexed, id_bytes
from ledger_api.intents.checking import signature_bytes
from ledger_api.intents.drafting import domain_of, draft_of
from ledger_api.intents.schemas import Submission
from ledger_api.json_body import CheckedRoute
from ledger_api.mirror import Mirror, Reading
from ledger_api.paging import Cursor, cut
from ledger_api.proposals.drafts import queries
from ledger_api.proposals.drafts.drafted import Drafted
from ledger_api.proposals.drafts.ours import OurDrafts
from ledger_api.proposals.drafts.schemas import ADDRESS, ProposalDraft, ProposalDraftDetail, ProposalId
from ledger_api.sessions.current import SignedIn

router = APIRouter(prefix=ADDRESS, route_class=CheckedRoute)


@router.post("", status_code=201)
async def draft_proposal(
    body: Submission, drafts: OurDrafts, mirror: Mirror, response: Response
) -> ProposalDraftDetail:
    """Keeps a request that its applicant signed (`SubmitProposal`), for the committee to approve before it is sent."""
    draft = await drafts.draft(body.typed_data, [signature_bytes(s) for s in body.signatures])
    response.headers["location"] = f"{router.prefix}/{hexed(draft.proposal_id)}"
    return await _detail(drafts, mirror, draft)


@router.get("")
async def list_drafts(
    drafts: OurDrafts,
    mirror: Mirror,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Rows on a page, 1 to 100.")] = 50,
    committee: Annotated[
        int | None, Query(ge=1, le=0xFFFFFFFF, description="Only those that this committee decides.")
    ] = None,
) -> Page[ProposalDraft]:
    """Drafts in time that are not done, the latest first."""
    now, after = drafts.clock(), queries.after(cursor)
    kept = await queries.page(drafts.app, now, committee=committee, after=after, limit=limit + 1)
    chosen, following = cut(kept, limit, queries.draft_cursor)
    items = [await drafts.shown(mirror, draft) for draft in chosen]
    return Page(items=items, next_cursor=following, **mirror.head.stands())


@router.get("/{proposal_id}")
async def get_draft(proposal_id: ProposalId, drafts: OurDrafts, mirror: Mirror) -> ProposalDraftDetail:
    """A draft, who approved it, and what approvers sign."""
    return await _detail(drafts, mirror, await queries.find(drafts.app, id_bytes(proposal_id, 32)))


@router.post("/{proposal_id}/approvals", status_code=201)
async def approve_draft(
    proposal_id: ProposalId, body: Submission, drafts: OurDrafts, mirror: Mirror
) -> ProposalDraftDetail:
    """Keeps one approval (`ApproveProposal`), signed exactly as the draft offers it."""
    key = id_bytes(proposal_id, 32)
    await drafts.approve(mirror, key, body.typed_data, [signature_bytes(s) for s in body.signatures])
    return await _detail(drafts, mirror, await queries.find(drafts.app, key))


@router.delete("/{proposal_id}/approvals/mine", status_code=204)
async def take_back_approval(
    proposal_id: ProposalId, session: SignedIn, drafts: OurDrafts, mirror: Mirror
) -> None:
    """Takes one's own approval back, before the draft is sent."""
    await drafts.take_back(mirror, id_bytes(proposal_id, 32), session.member)


@router.post("/{proposal_id}/command", status_code=202)
async def send_draft(
    proposal_id: ProposalId,
    session: SignedIn,
    drafts: OurDrafts,
    mirror: Mirror,
    context: AppContext,
    response: Response,
) -> CommandAnswer:
    """Sends a draft whose approvals suffice, with all of them, as one command; for its applicant and the committee."""
    command = await drafts.send(mirror, id_bytes(proposal_id, 32), session.member)
    response.headers["location"] = f"/v1/commands/{command}"
    return await command_answer(context.app_engine, context.mirror, command)


async def _detail(drafts: OurDrafts, mirror: Reading, draft: Drafted) -> ProposalDraftDetail:
    shown_draft = await drafts.shown(mirror, draft)
    approval = draft_of(draft.approval, domain_of(drafts.deployment, type(draft.approval)))
    return ProposalDraftDetail(draft=shown_draft, approval=approval, **mirror.head.stands())
