"""Gas of every routine act of a neighbourhood, measured on a fresh chain.

    python -m benchmarks.gas.run

Prints each act with its gas, and for acts with a target how it compares. Direct and relayed, alone and in a batch, one
signature at a time and collected are measured on the same chain in the same run.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from web3 import AsyncHTTPProvider, AsyncWeb3

from contracts.deploy import deploy
from contracts.roles import AuthorityRole
from gongji.sequencer.anvil import ChainConfig
from gongji.sequencer.chain import Chain
from gongji.sequencer.server import create_app
from tests.conftest import CHAIN_ID, GENESIS_TIME, Town, signer
from tests.contracts.gas import measure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TARGETS = {
    "donation alone of a public donor, direct": 85_000,
    "donation alone, relayed": 85_000,
    "donation in a batch of 50, relayed": 32_000,
    "disbursement cycle, four approvals, direct": 450_000,
    "disbursement cycle, four approvals, relayed": 450_000,
    "disbursement cycle, four approvals, paid with proof, relayed": 450_000,
    "disbursement cycle, collected signatures, relayed": 200_000,
}


@asynccontextmanager
async def running_town(folder: Path) -> AsyncIterator[Town]:
    """A fresh chain with the contracts deployed."""
    chain = Chain(
        folder / "chain.journal", ChainConfig(chain_id=CHAIN_ID, genesis_time=GENESIS_TIME), block_seconds=0
    )
    await chain.start()
    chain.set_clock(GENESIS_TIME)
    runner = web.AppRunner(create_app(chain, simulated_clock=True))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    web3 = AsyncWeb3(AsyncHTTPProvider(url))
    holders = {role: signer(role.name.lower()).address for role in AuthorityRole}
    try:
        deployment = await deploy(web3, signer("deployer"), holders)
        yield Town(url=url, chain=chain, web3=web3, deployment=deployment)
    finally:
        await web3.provider.disconnect()
        await runner.cleanup()
        await chain.stop()


async def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_town(Path(folder)) as town:
            measured = await measure(town)
    width = max(map(len, measured))
    for name, gas in measured.items():
        target = TARGETS.get(name)
        told = f"   {gas / target:.2f} of the target of {target:,}" if target else ""
        print(f"{name:{width}}  {gas:>8,}{told}")
    alone, batch = measured["donation alone, relayed"], measured["donation in a batch of 50, relayed"]
    single = measured["disbursement cycle, four approvals, relayed"]
    collected = measured["disbursement cycle, collected signatures, relayed"]
    print(f"{'batch against alone':{width}}  {alone / batch:>7.1f}x cheaper")
    print(f"{'collected against single signatures':{width}}  {single / collected:>7.1f}x cheaper")


if __name__ == "__main__":
    asyncio.run(main())
