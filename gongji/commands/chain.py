"""`gongji chain`: the embedded chain and the contracts on it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.explain import explain
from gongji.commands.office import Signing, announce, holder_of, signed_by_office
from gongji.commands.options import AsJson, DataDir, Port, load
from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from gongji.settings import Settings

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
    from gongji.keys import shared_keys
    from gongji.run.deploying import deploy_town

    settings = load(data_dir)
    path = settings.path("deployment.json")
    deployment = Deployment.load(path) if path.exists() else asyncio.run(deploy_town(settings))
    for names in shared_keys(settings):
        tell(f"同一把密钥担任几个职务 one key holds several offices: {', '.join(names)}")
    rows: list[Any] = [(name, c.address, c.block) for name, c in deployment.contracts.items()]
    if json:
        put_json({name: {"address": address, "block": block} for name, address, block in rows})
    else:
        put_table(("contract", "address", "block"), rows)


@app.command()
@signed_by_office
def upgrade(
    contract: Annotated[str, typer.Argument(help="哪个模块 Name of the module, such as TimeBank.")],
    data_dir: DataDir = None,
    *,
    retire: Annotated[
        bool, typer.Option("--retire", help="让旧版本停用 Announce the end of former versions.")
    ] = False,
    signing: Signing,
) -> None:
    """更换模块 Deploy a new version of a module and announce what brings it in, as the administrator; it waits in public."""
    from contracts.roles import AuthorityRole
    from gongji.run.upgrading import deploy_new, require_replaceable, steps_to_replace, steps_to_retire

    settings = load(data_dir)
    if not retire:
        require_replaceable(settings, contract)
    steps = steps_to_retire(settings, contract) if retire else []
    holder = holder_of(settings, AuthorityRole.ADMIN, signing)
    created = {} if retire else asyncio.run(deploy_new(settings, contract))
    steps = steps or steps_to_replace(settings, created)
    for step in steps:
        announce(settings, holder, step, yes=signing.yes)
    if signing.json:
        put_json(
            {name: {"address": one.address, "code_hash": one.code_hash} for name, one in created.items()}
        )
        return
    put_table(("contract", "address", "code hash"), [(n, c.address, c.code_hash) for n, c in created.items()])
    tell(
        f"已公示 {len(steps)} 项改动，公开等待后自动生效 changes announced; they hold after their public wait."
    )


@app.command()
def record(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """更新合约记录 Write which versions of contracts count since when, from the chain; then start the town again."""
    from gongji.run.configs import deployment
    from gongji.run.upgrading import write_record

    settings = load(data_dir)
    before, found = deployment(settings).contracts, asyncio.run(write_record(settings)).contracts
    if found == before:
        tell(
            "链上没有新准入或停用的版本，记录不变 the chain admitted or retired nothing new; the record stays as it was."
        )
    if json:
        put_json(
            {label: {"address": c.address, "block": c.block, "until": c.until} for label, c in found.items()}
        )
    else:
        rows: list[Any] = [(label, c.address, c.block, c.until) for label, c in found.items()]
        put_table(("contract", "address", "block", "until"), rows)


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
