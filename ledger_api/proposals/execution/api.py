"""Orders the execution of an approved request. Anyone may; the contract sees to it that nothing else is paid."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from ledger_api.commands.schemas import CommandAnswer
from ledger_api.commands.service import command_answer
from ledger_api.context import AppContext
from ledger_api.forms import hexed
from ledger_api.intents.checking import simulate
from ledger_api.mirror import Mirror
from ledger_api.proposals.service import id_of, proposal_detail, signed_form
from ledger_api.sessions.current import session_of
from wallets.intents import Call

router = APIRouter()


@router.post("/v1/proposals/{proposal}/execution", status_code=202, dependencies=[Depends(session_of)])
async def order_execution(
    proposal: str, mirror: Mirror, context: AppContext, response: Response
) -> CommandAnswer:
    """Executes an approved request after its notice, for whoever is signed in; the proof of payment is due from then on."""
    record = (await proposal_detail(mirror, await id_of(mirror, proposal))).proposal
    call = Call(contract="Disbursements", function="execute", args=(signed_form(record).as_tuple(),))
    await simulate(context.chain, context.config.deployment.address(call.contract), call, context.clock())
    # Until the next block a second order is the first one; after that the chain tells whether it was carried out.
    key = f"execute:{hexed(record.proposal_id)}:{mirror.head.number}"
    accepted = await context.outbox.enqueue(call, key)
    response.headers["location"] = f"/v1/commands/{accepted.id}"
    return await command_answer(context.app_engine, context.mirror, accepted.id)
