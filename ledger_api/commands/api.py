"""Commands and what became of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ledger_api.commands.schemas import CommandAnswer, CommandPage
from ledger_api.commands.service import command_answer, command_page
from ledger_api.context import AppContext
from ledger_api.forms import id_bytes

router = APIRouter(prefix="/v1/commands", tags=["commands"])


@router.get("")
async def list_commands(
    context: AppContext,
    before: Annotated[
        int | None, Query(ge=1, lt=2**53, description="Only those accepted before this number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at the most.")] = 50,
    signer: Annotated[
        str | None, Query(max_length=42, description="Only those whose first key this is.")
    ] = None,
) -> CommandPage:
    """Commands, the latest first."""
    key = None if signer is None else id_bytes(signer, 20)
    return await command_page(context.app_engine, context.mirror, before=before, limit=limit, signer=key)


@router.get("/{command}")
async def read_command(
    command: Annotated[str, Path(max_length=80, description="Id of the command.")], context: AppContext
) -> CommandAnswer:
    """Where a command stands."""
    return await command_answer(context.app_engine, context.mirror, command)
