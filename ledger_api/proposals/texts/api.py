"""The address that keeps the text of a request before it is signed."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ledger_api.context import AppContext
from ledger_api.forms import hexed, id_bytes
from ledger_api.json_body import CheckedRoute
from ledger_api.proposals.texts.schemas import RequestTextAnswer, RequestTextBody
from ledger_api.proposals.texts.service import keep_text
from ledger_api.proposals.texts.text import RequestText
from ledger_api.sessions.current import SignedIn

router = APIRouter(prefix="/v1/proposals/texts", route_class=CheckedRoute)


@router.post("", status_code=201)
async def write_text(
    body: RequestTextBody, context: AppContext, session: SignedIn, response: Response
) -> RequestTextAnswer:
    """Keeps title and reason as a public document, and gives the commitment that `SubmitProposal` names as `documents`."""
    papers = tuple(id_bytes(paper, 32) for paper in body.papers)
    text = RequestText(title=body.title, reason=body.reason, papers=papers)
    commitment = await keep_text(context, text, session.member)
    response.headers["location"] = f"/v1/documents/{hexed(commitment)}"
    return RequestTextAnswer(commitment=commitment)
