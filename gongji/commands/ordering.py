"""Orders of the operator: a process of the town calls a contract through the relayer's outbox. For offices their holders sign."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

from gongji.errors import GongjiError, PortalRefusedError
from gongji.exit_status import ExitStatus
from gongji.output import put_json, tell

if TYPE_CHECKING:
    from gongji.settings import Settings
    from wallets.intents import Call

WAIT_SECONDS = 60
POLL_SECONDS = 0.2


class OrderWaitsError(GongjiError):
    """An order is accepted but not yet carried out."""

    exit_status = ExitStatus.UNREACHABLE

    def __init__(self, command: str) -> None:
        super().__init__(
            f"已受理，尚未执行 order {command} is accepted but not yet carried out",
            f"{WAIT_SECONDS} 秒内没有执行 no relayer settled it within {WAIT_SECONDS} seconds",
            "用 `gongji up` 启动本镇，届时会执行 start the town with `gongji up`; the order is kept and will be carried out then",
        )


def order(settings: Settings, sender: str, call: Call, *, json: bool) -> None:
    """Puts an order into the outbox, waits until it is settled, and prints what became of it.

    Args:
        settings: Settings of the town.
        sender: Process whose key sends it, such as "relayer".
        call: What to call.
        json: Whether to print JSON.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
        OrderWaitsError: It is not settled within a minute; it stays accepted.
    """
    done = asyncio.run(_outcome(settings, sender, call))
    if json:
        put_json(done)
    else:
        tell(f"已执行 done: {call.contract}.{call.function}")


def settled(command: dict[str, Any]) -> bool:
    """Whether a command is carried out, as the API tells of it.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
    """
    if command["status"] == "refused":
        raise PortalRefusedError.from_problem(command["refusal"] or {})
    return command["status"] in ("confirmed", "final")


async def _outcome(settings: Settings, sender: str, call: Call) -> dict[str, Any]:
    """What the API says of an order once it is settled."""
    from gongji.run.configs import api_config
    from indexer.schema import MIRROR
    from kit.clock import system_clock
    from kit.database import open_async_engine
    from kit.reader import open_reader
    from ledger_api.commands.service import command_answer
    from ledger_api.relayer.outbox import Outbox
    from ledger_api.schema import APP

    config = api_config(settings)
    engine = open_async_engine(config.app_url, APP)
    mirror = open_reader(config.mirror_url, MIRROR)
    try:
        # A new key each time: what was refused yesterday may be asked for again today, and the contracts act once.
        accepted = await Outbox(engine, system_clock).enqueue(
            call, f"operator:{secrets.token_hex(16)}", sender
        )
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            answer = await command_answer(engine, mirror, accepted.id)
            if settled(result := answer.model_dump(mode="json")):
                return result
            await asyncio.sleep(POLL_SECONDS)
    finally:
        await engine.dispose()
        await mirror.dispose()
    raise OrderWaitsError(accepted.id)
