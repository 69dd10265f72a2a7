"""Signed intents."""

from __future__ import annotations

from typing import Annotated

from eth_utils import keccak
from fastapi import APIRouter, Header, Response

from ledger_api.commands.service import command_answer, kept_receipt, pending_answer
from ledger_api.context import AppContext, Context
from ledger_api.errors import RuleRefusedError, SessionForbiddenError
from ledger_api.forms import hexed
from ledger_api.holdings import is_members
from ledger_api.homes import address_of
from ledger_api.intents import checking
from ledger_api.intents.receipts import acknowledge, call_of
from ledger_api.intents.schemas import ADDRESS, IntentAnswer, Submission
from ledger_api.json_body import CheckedRoute
from ledger_api.mirror import read
from ledger_api.sessions.offices import offices_of
from ledger_api.statements.attesting import check_lines
from wallets.intents import CancelIntent

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
) -> IntentAnswer:
    """Accepts a signed intent, with a signed receipt. What is accepted is carried out or refused, never lost; ask the address in Location."""
    checked = checking.check(
        body.typed_data, [checking.signature_bytes(s) for s in body.signatures], context.config.deployment
    )
    checking.require_home(checked, await address_of(context.config.deployment, context.mirror, checked.call))
    signer, kind = checked.signers[0], type(checked.intent).__name__
    key = f"{signer.hex()}:{idempotency_key or keccak(checked.digest + b''.join(checked.signers)).hex()}"
    await check_lines(context.app_engine, checked.intent)
    if isinstance(checked.intent, CancelIntent):
        await _require_known(context, signer)
    now = context.clock()
    try:
        await checking.simulate(context.chain, checked.address, call_of(body, checked), now)
    except RuleRefusedError:
        # A repeated request must find its command, though the chain would not take the intent twice.
        accepted = await context.outbox.find(checked.call, key)
        if accepted is None:
            raise
    else:
        receipts = context.receipts
        acknowledged = (
            acknowledge(body, checked, receipts, context.config.deployment, now) if receipts else None
        )
        accepted = await context.outbox.enqueue(
            checked.call, key, kind=kind, signer=signer, acknowledged=acknowledged
        )
    response.headers["location"] = f"/v1/commands/{accepted.id}"
    answer = (
        pending_answer(accepted.id, kind=kind, signer=signer, accepted_at=accepted.accepted_at)
        if accepted.created
        else await command_answer(context.app_engine, context.mirror, accepted.id)
    )
    # What was accepted before has the receipt that it was given then.
    receipt = await kept_receipt(context.app_engine, accepted.id)
    return IntentAnswer(**dict(answer), receipt=receipt)


async def _require_known(context: Context, key: bytes) -> None:
    """Every other act asks whose key it is. What strangers call back is nothing, and each would have a block filled with it.

    Raises:
        SessionForbiddenError: The key never was a member's, and holds no office.
    """
    async with read(context.mirror) as reading:
        known = await is_members(reading, key)
    if not known and not await offices_of(context, key):
        raise SessionForbiddenError(f"expected the key of a member or an office, got {hexed(key)}")
