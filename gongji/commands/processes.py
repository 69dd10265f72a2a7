"""`gongji index|relay|portal|ingest|keep run`: the processes of a town, one command each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gongji.commands.options import AsJson, DataDir, Port, load
from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from gongji.settings import Settings

Only = Annotated[
    str | None,
    typer.Option(
        help="只重建一种状态 Rebuild only this state, from the history in the mirror.",
        metavar="NOUN",
    ),
]

index = typer.Typer(no_args_is_help=True)
relay = typer.Typer(no_args_is_help=True)
portal = typer.Typer(no_args_is_help=True)
ingest = typer.Typer(no_args_is_help=True)
keep = typer.Typer(no_args_is_help=True)


@index.callback()
@relay.callback()
@portal.callback()
@ingest.callback()
@keep.callback()
def _noun() -> None:
    """Keeps `run` a word of its own where it is the only command."""


@index.command("run")
def run_index(data_dir: DataDir = None, port: Port = None) -> None:
    """运行同步 Mirror the chain, verifying every block."""
    _run("indexer", "index", load(data_dir, port=port))


@index.command("status")
def index_status(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """同步状态 Show how far the mirror is."""
    import asyncio
    from dataclasses import asdict

    from gongji.commands.status import figures
    from gongji.run.configs import indexer_config
    from indexer.run import status

    state = asdict(asyncio.run(status(indexer_config(load(data_dir)))))
    if json:
        put_json(state)
    else:
        from gongji.commands.fields import moment
        from gongji.commands.values import NOTHING

        when = moment(state["checked_at"]) if state["checked_at"] else NOTHING
        put_table(
            ("镜像 mirror", ""),
            figures(state | {"checked_at": when, "halted": "是 yes" if state["halted"] else "否 no"}),
        )


@index.command("rebuild")
def index_rebuild(data_dir: DataDir = None, only: Only = None) -> None:
    """重建镜像 Delete the mirror and build it again from the chain. The chain must be running, the indexer must not."""
    import asyncio

    from gongji.run.configs import indexer_config
    from indexer.run import rebuild, rebuild_projection

    config = indexer_config(load(data_dir))
    if only is None:
        tell(f"已同步到区块 mirrored up to block {asyncio.run(rebuild(config))}")
    else:
        asyncio.run(rebuild_projection(config, only))
        tell(f"已重建 rebuilt: {only}")


@relay.command("run")
def run_relay(data_dir: DataDir = None, port: Port = None) -> None:
    """运行中继 Submit accepted commands to the chain."""
    _run("relayer", "relay", load(data_dir, port=port))


@portal.command("run")
def run_portal(data_dir: DataDir = None, port: Port = None) -> None:
    """运行门户 Serve the API, the pages, and device events over HTTPS."""
    _run("portal", "portal", load(data_dir, port=port))


@ingest.command("run")
def run_ingest(data_dir: DataDir = None, port: Port = None) -> None:
    """接收设备事件 Receive device events over MQTT."""
    _run("ingest", "take_in", load(data_dir, port=port))


@keep.command("run")
def run_keep(data_dir: DataDir = None, port: Port = None) -> None:
    """运行值守 Do what must not be forgotten: log heads, claims, credits, campaigns, welfare visits."""
    _run("keeper", "keep", load(data_dir, port=port))


def _run(name: str, work: str, settings: Settings) -> None:
    """Runs a function of `gongji.run.processes`; each command imports only what its own process needs."""
    from gongji.run import process, processes

    process.run(name, settings, getattr(processes, work)(settings))
