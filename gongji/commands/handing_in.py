"""Signs an act with a key, hands it in at the portal, and tells what became of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gongji.commands.drafting import drafted
from gongji.commands.ordering import POLL_SECONDS, WAIT_SECONDS, OrderWaitsError, settled
from gongji.output import put_json, tell

if TYPE_CHECKING:
    from contracts.acts import Act
    from gongji.commands.acting import KeyHolder


def hand_in(
    holder: KeyHolder,
    act: Act,
    values: dict[str, Any],
    *,
    days: int | None = None,
    delegation: bytes | None = None,
    yes: bool,
    json: bool,
) -> None:
    """Has the portal draft an act, shows it, signs, and waits until it is in the ledger.

    Args:
        holder: Who signs.
        act: The act.
        values: Its fields, and what is only signed, by their names.
        days: For how many days it may be submitted; None for the usual time.
        delegation: By which a clerk does it for a person, 16 bytes; None if it is the signer's own, or an office's.
        yes: Whether not to ask.
        json: Whether to print JSON.

    Raises:
        GongjiError: The portal does not answer, gives something else to sign, or a rule is against it.
        typer.Abort: Whoever signs says no.
    """
    from ledger_api.intents.schemas import DAY_SECONDS, USUAL_SECONDS

    usual_seconds = USUAL_SECONDS.get(act.act, DAY_SECONDS)
    valid_seconds = usual_seconds if days is None else days * DAY_SECONDS
    draft = drafted(holder, act, values, valid_seconds, delegation)
    command = sign_and_follow(holder, draft, valid_seconds=valid_seconds, yes=yes)
    if json:
        put_json(command)
        return
    # As `gongji verify` takes it.
    code = f"{command['block_number']}-{command['transaction_hash'][2:10]}"
    tell(f"已入账，办理编号 recorded, reference number {code}: {act.action}")
    if draft["message"]["action"] == _announcing():
        tell(
            "这是改动，公开等待后自动生效 it is a change and holds after its public wait: `gongji change list`"
        )


def sign_and_follow(
    holder: KeyHolder, draft: dict[str, Any], *, valid_seconds: int, yes: bool
) -> dict[str, Any]:
    """Signs a message, hands it in, and waits until it is settled; what the API says of it.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
        OrderWaitsError: It is not settled within a minute; it stays accepted.
    """
    signed = holder.sign(draft, valid_seconds=valid_seconds, yes=yes)
    command = holder.call("POST", "/v1/intents", signed)["id"]
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if settled(answer := holder.call("GET", f"/v1/commands/{command}")):
            return answer
        time.sleep(POLL_SECONDS)
    raise OrderWaitsError(command)


def _announcing() -> str:
    from wallets.intents import CallAct

    return CallAct.SCHEDULE_FOR_OFFICE.text
