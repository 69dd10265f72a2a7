"""`gongji chain`: the embedded chain and the contracts on it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Annotated, Any

import typer

from gongji.commands.explain import explain
from gongji.commands.options import AsJson, DataDir, Port
from gongji.output import put_json, put_table, tell
from gongji.settings import Settings, load

app = typer.Typer(no_args_is_help=True)
app.command()(explain)


@app.command()
def run(data_dir: DataDir = None, port: Port = None) -> None:
    """运行内置链 Run the embedded chain: one process, for trial and tests."""
    from gongji.run import process

    settings = load(data_dir, port=port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    tell("内置单机链，仅供试用和测试 Embedded chain: one process, for trial and tests, not a network.")
    process.run("chain", settings, serve(settings))


@app.command()
def build(*, check: Annotated[bool, typer.Option("--check", help="只比较 Compare only.")] = False) -> None:
    """编译合约 Build the contracts and all that is generated from them."""
    import sys

    from contracts.build.files import main

    sys.argv = ["build", "--check"] if check else ["build"]
    raise typer.Exit(main())


@app.command()
def deploy(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """部署合约 Deploy the contracts and give the deployer's power away."""
    from contracts.deployment import Deployment
    from gongji.run.deploying import deploy_town

    settings = load(data_dir)
    path = settings.path("deployment.json")
    deployment = Deployment.load(path) if path.exists() else asyncio.run(deploy_town(settings))
    rows: list[Any] = [(name, c.address, c.block) for name, c in deployment.contracts.items()]
    if json:
        put_json({name: {"address": address, "block": block} for name, address, block in rows})
    else:
        put_table(("contract", "address", "block"), rows)


async def serve(settings: Settings) -> None:
    """Serves the embedded chain until cancelled."""
    from aiohttp import web

    from gongji.sequencer.anvil import ChainConfig
    from gongji.sequencer.chain import Chain
    from gongji.sequencer.server import create_app

    config = ChainConfig(chain_id=settings.chain_id, genesis_time=settings.genesis_time or int(time.time()))
    chain = Chain(settings.path("chain.journal"), config)
    await chain.start()
    runner = web.AppRunner(create_app(chain))
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port + 1).start()
        await asyncio.Event().wait()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()
        await chain.stop()
