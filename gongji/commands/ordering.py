"""Orders of the operator: a service of the town calls a contract through the relayer's outbox."""

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


def order(
    settings: Settings,
    service: str,
    contract: str,
    function: str,
    *args: object,
    json: bool,
) -> None:
    """Puts an order into the outbox, waits until it is settled, and prints what became of it. A change that waits is scheduled.

    Args:
        settings: Settings of the town.
        service: Whose key sends it: a role of the authority in lower case, or "relayer".
        contract: Name of the contract.
        function: Name of the function.
        args: Its arguments.
        json: Whether to print JSON.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
        OrderWaitsError: It is not settled within a minute; it stays accepted.
    """
    from wallets.intents import Call

    call = Call(contract=contract, function=function, args=args)
    done = asyncio.run(carried(settings, service, call))
    if json:
        put_json(done)
    elif done["kind"] == "Authority.schedule":
        tell(f"已预约，公开等待后自动生效 scheduled, holds after its public wait: {contract}.{function}")
    else:
        tell(f"已执行 done: {contract}.{function}")


def settled(command: dict[str, Any]) -> bool:
    """Whether a command is carried out, as the API tells of it.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
    """
    if command["status"] == "refused":
        raise PortalRefusedError.from_problem(command["refusal"] or {})
    return command["status"] in ("confirmed", "final")


async def carried(settings: Settings, service: str, call: Call) -> dict[str, Any]:
    """Puts an order into the outbox and waits until it is settled; what the API says of it.

    Args:
        settings: Settings of the town.
        service: Whose key sends it.
        call: What to call; a change that waits is scheduled.

    Raises:
        PortalRefusedError: A contract refused it; nothing has changed.
        OrderWaitsError: It is not settled within a minute; it stays accepted.
    """
    from gongji.run.configs import api_config
    from indexer.schema import MIRROR
    from kit.clock import system_clock
    from kit.database import open_async_engine
    from kit.reader import open_reader
    from ledger_api.acts.waiting import scheduling, wait_seconds
    from ledger_api.chain import ChainClient
    from ledger_api.commands.service import command_answer
    from ledger_api.relayer.outbox import Outbox
    from ledger_api.schema import APP

    config = api_config(settings)
    engine = open_async_engine(config.app_url, APP)
    mirror = open_reader(config.mirror_url, MIRROR)
    chain = ChainClient(config.rpc_urls)
    try:
        if await wait_seconds(chain, config.deployment, call.contract, call.function):
            call = scheduling(config.deployment, call)
        # A new key each time: what was refused yesterday may be asked for again today, and the contracts act once.
        accepted = await Outbox(engine, system_clock).enqueue(
            call, f"operator:{secrets.token_hex(16)}", service
        )
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            answer = await command_answer(engine, mirror, accepted.id)
            if settled(result := answer.model_dump(mode="json")):
                return result
            await asyncio.sleep(POLL_SECONDS)
    finally:
        await chain.close()
        await engine.dispose()
        await mirror.dispose()
    raise OrderWaitsError(accepted.id)
