"""Where a signature is called back that was handed in and is in no block: whoever has it could still carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from contracts.abi import call_of
from ledger_api.homes import address_of_data

if TYPE_CHECKING:
    from ledger_api.commands.called import Called
    from ledger_api.context import Context

CALL_BACK = "CancelIntent"
CARRIED = ("confirmed", "final")


async def call_back_of(context: Context, called: Called) -> str:
    """Address of the sheet on which its signer calls back what a command carries, filled in; empty where that is of no use.

    Args:
        context: What the endpoints share.
        called: The command.
    """
    contract, data = called.carrier
    _, arguments = call_of(contract, data)
    authorization = arguments.get("authorization") or {"signature": "0x"}
    is_back = called.act is not None and called.act.act == CALL_BACK
    if called.command.status in CARRIED or authorization["signature"] == "0x" or is_back:
        return ""
    if int(authorization["deadline"]) < context.clock():
        return ""
    taker = await address_of_data(context.config.deployment, context.mirror, contract, data)
    return f"/acts/{CALL_BACK}?{urlencode({'taker': taker, 'cancelledNonce': authorization['nonce']})}"
