"""Commands and what became of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from ledger_api.commands.schemas import CommandAnswer, CommandPage
from ledger_api.commands.service import command_answer, command_page, kept_receipt
from ledger_api.context import AppContext
from ledger_api.errors import NotFoundError
from ledger_api.forms import id_bytes
from ledger_api.sessions.access import DataClass, Viewing

router = APIRouter(prefix="/v1/commands", tags=["commands"])


@router.get("")
async def list_commands(
    context: AppContext,
    viewer: Viewing,
    before: Annotated[
        int | None, Query(ge=1, lt=2**53, description="Only those accepted before this number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at the most.")] = 50,
    signer: Annotated[
        str | None, Query(max_length=42, description="Only those whose first key this is; the own key alone.")
    ] = None,
) -> CommandPage:
    """Commands, the latest first."""
    key = None if signer is None else id_bytes(signer, 20)
    if key is not None:
        viewer.require(DataClass.COMMAND, key)
    page = await command_page(context.app_engine, context.mirror, before=before, limit=limit, signer=key)
    items = [viewer.without(command, DataClass.COMMAND, "signer") for command in page.items]
    return page.model_copy(update={"items": items})


@router.get("/{command}")
async def read_command(
    command: Annotated[str, Path(max_length=80, description="Id of the command.")],
    context: AppContext,
    viewer: Viewing,
) -> CommandAnswer:
    """Where a command stands."""
    answer = await command_answer(context.app_engine, context.mirror, command)
    return viewer.without(answer, DataClass.COMMAND, "signer")


@router.get("/{command}/receipt")
async def read_receipt(
    command: Annotated[str, Path(max_length=80, description="Id of the command.")],
    context: AppContext,
    viewer: Viewing,
) -> dict[str, Any]:
    """What this portal gave as a receipt, with what was signed: for whoever signed it, to keep."""
    answer = await command_answer(context.app_engine, context.mirror, command)
    viewer.require(DataClass.COMMAND, answer.signer)
    receipt = await kept_receipt(context.app_engine, command)
    if receipt is None:
        raise NotFoundError("receipt", command[:80])
    return receipt
