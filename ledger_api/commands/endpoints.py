"""Commands and what became of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from ledger_api.commands.schemas import CommandAnswer, CommandPage
from ledger_api.commands.service import command_answer, command_page
from ledger_api.forms import id_bytes

router = APIRouter(prefix="/v1/commands", tags=["commands"])


@router.get("")
async def list_commands(
    request: Request,
    before: Annotated[
        int | None, Query(ge=1, lt=2**53, description="Only those accepted before this number.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at the most.")] = 50,
    signer: Annotated[
        str | None, Query(max_length=42, description="Only those whose first key this is.")
    ] = None,
) -> CommandPage:
    """Commands, the latest first."""
    state, key = request.app.state, None if signer is None else id_bytes(signer, 20)
    return await command_page(state.app_engine, state.mirror_engine, before=before, limit=limit, signer=key)


@router.get("/{command}")
async def read_command(
    command: Annotated[str, Path(max_length=80, description="Id of the command.")], request: Request
) -> CommandAnswer:
    """Where a command stands."""
    return await command_answer(request.app.state.app_engine, request.app.state.mirror_engine, command)
