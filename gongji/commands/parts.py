"""`gongji index|relay|portal|ingest|keep run`: the processes of a town, one command each."""

from __future__ import annotations

import typer

from gongji import process
from gongji.commands.options import DataDir, Port
from gongji.settings import load

index = typer.Typer(no_args_is_help=True)
relay = typer.Typer(no_args_is_help=True)
portal = typer.Typer(no_args_is_help=True)
ingest = typer.Typer(no_args_is_help=True)
keep = typer.Typer(no_args_is_help=True)


@index.command("run")
def run_index(data_dir: DataDir = None, port: Port = None) -> None:
    """运行同步 Mirror the chain, verifying every block."""
    from indexer.run import run

    from gongji.configs import indexer_config

    settings = load(data_dir, port=port)
    process.run("indexer", settings, run(indexer_config(settings)))
