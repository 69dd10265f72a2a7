"""Signed intents."""

from __future__ import annotations

from typing import Annotated

from eth_utils import keccak
from fastapi import APIRouter, Header, Response

from ledger_api.commands.schemas import CommandAnswer
from ledger_api.commands.service import command_answer, pending_answer
from ledger_api.context import AppContext
from ledger_api.errors import RuleRefusedError
from ledger_api.intents import checking
from ledger_api.intents.schemas import ADDRESS, Submission
from ledger_api.json_body import CheckedRoute
from ledger_api.statements.attesting import check_lines

router = APIRouter(prefix=ADDRESS, tags=["intents"], route_class=CheckedRoute)


@router.post("", status_code=202)
async def submit(
    body: Submission,
    context: AppContext,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=8,
            max_length=100,
            description="Names this command; intent and signers do if not given.",
        ),
    ] = None,
) -> CommandAnswer:
    """Accepts a signed intent. What is accepted is carried out or refused, never lost; ask the address in Location."""
    checked = checking.check(
        body.typed_data, [checking.signature_bytes(s) for s in body.signatures], context.config.deployment
    )
    signer, kind = checked.signers[0], type(checked.intent).__name__
    key = f"{signer.hex()}:{idempotency_key or keccak(checked.digest + b''.join(checked.signers)).hex()}"
    await check_lines(context.app_engine, checked.intent)
    try:
        await checking.simulate(context.chain, context.config.deployment, checked.call, context.clock())
    except RuleRefusedError:
        # A repeated request must find its command, though the chain would not take the intent twice.
        accepted = await context.outbox.find(checked.call, key)
        if accepted is None:
            raise
    else:
        accepted = await context.outbox.enqueue(checked.call, key, kind=kind, signer=signer)
    response.headers["location"] = f"/v1/commands/{accepted.id}"
    if accepted.created:
        return pending_answer(accepted.id, kind=kind, signer=signer, accepted_at=accepted.accepted_at)
    return await command_answer(context.app_engine, context.mirror, accepted.id)
