"""`gongji up|doctor`: one town as a whole."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gongji.commands.options import AsJson, DataDir, Port, load
from gongji.commands.status import pid_of
from gongji.exit_status import ExitStatus
from gongji.output import put_json, put_table, tell

if TYPE_CHECKING:
    from gongji.settings import Settings

FREE_BYTES = 1 << 30


def up(data_dir: DataDir = None, port: Port = None) -> None:
    """Serves a founded town."""
    settings = load(data_dir, port=port)
    serve(settings)


def serve(settings: Settings) -> None:
    """Runs the town until it is told to end.

    Raises:
        DeploymentError: It was never founded.
        FilesUnimportedError: Files of a former version wait to be imported.
        DatabaseNewerError: A later version migrated one of its databases.
        PortTakenError: Another program listens where it would.
    """
    from gongji.importing.former_files import refuse_unimported
    from gongji.run.configs import deployment
    from gongji.run.ports import require_free

    deployment(settings)
    refuse_unimported(settings)
    _refuse_newer_databases(settings)
    require_free(settings, tell)
    from gongji.settings import note_start

    note_start(settings)
    asyncio.run(_serve(settings))


def _refuse_newer_databases(settings: Settings) -> None:
    """Each process would refuse, in a log of its own, and be started again for ever."""
    from indexer.schema import MIRROR
    from iot.log.schema import EVENTS
    from kit.migrations import refuse_newer
    from ledger_api.schema import APP
    from register.schema import TOWN

    refuse_newer(settings.database_url("mirror"), MIRROR)
    refuse_newer(settings.database_url("app"), APP)
    refuse_newer(settings.database_url("events"), EVENTS)
    refuse_newer(settings.database_url("town"), TOWN)


def doctor(data_dir: DataDir = None, port: Port = None, *, json: AsJson = False) -> None:
    """Prints what a town needs of a machine; exit status 3 if something is missing."""
    settings = load(data_dir, port=port)
    findings = [*_findings(settings)]
    if json:
        put_json(
            [{"check": c, "ok": ok, "found": found, "remedy": remedy} for c, ok, found, remedy in findings]
        )
    else:
        put_table(
            ("检查 check", "", "结果 found", "办法 what to do"),
            [(c, "✓" if ok else "✗", f, "" if ok else r) for c, ok, f, r in findings],
        )
    raise typer.Exit(ExitStatus.DONE if all(ok for _, ok, _, _ in findings) else ExitStatus.UNREACHABLE)


def _findings(settings: Settings) -> list[tuple[str, bool, str, str]]:
    from gongji.sequencer.anvil import binary

    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else Path.cwd()).free
    return [
        ("python", sys.version_info >= (3, 11), sys.version.split()[0], "install Python 3.11 or later"),
        ("anvil", binary().exists(), str(binary()), "run ./run --help once, which installs it"),
        ("node", node is not None, node or "none", "run ./run --help once to install it"),
        ("disk", free > FREE_BYTES, f"{free >> 20} MiB free", "make at least 1 GiB free"),
        _privacy(settings.data_dir),
        _set_aside(settings),
        _offices(settings),
        _ports(settings),
        ("mqtt broker", True, settings.mqtt_url or "embedded", ""),
    ]


def _ports(settings: Settings) -> tuple[str, bool, str, str]:
    """Whether the ports of the town are free, or its own processes have them."""
    from gongji.run.ports import PortTakenError, taken
    from gongji.run.supervisor import EMBEDDED

    ports = taken(settings)
    if not ports:
        return "ports", True, "free", ""
    error = PortTakenError(settings, ports)
    return "ports", any(pid_of(settings, name) for name in EMBEDDED), error.why, error.remedy


def _privacy(folder: Path) -> tuple[str, bool, str, str]:
    """Whether the files of a town are its owner's alone; what was written by a former version or copied is not."""
    shared = [path for path in (folder, *folder.rglob("*")) if _is_shared(path)]
    found = f"open to others: {len(shared)}, such as {shared[0]}" if shared else "its owner's alone"
    return "files", not shared, found, f"run chmod -R go= {folder}"


def _set_aside(settings: Settings) -> tuple[str, bool, str, str]:
    """Whether files lie about that were imported and are not encrypted; since this version they are deleted."""
    from gongji.importing.former_files import set_aside

    paths = set_aside(settings)
    found = f"{len(paths)}, such as {paths[0]}" if paths else "none"
    return "imported files", not paths, found, "they are not encrypted: move them to a backup, or delete them"


def _offices(settings: Settings) -> tuple[str, bool, str, str]:
    """Whether each office, and the relayer, has a key of its own."""
    from gongji.keys import offices_here, shared_keys

    found = "; ".join(f"one key for {' and '.join(names)}" for names in shared_keys(settings))
    here = ", ".join(offices_here(settings))
    says = f"a key for each; whoever has this folder is {here}" if here else "a key for each, with its holder"
    remedy = "remove the copy, and give each office to somebody else, with a key of their own"
    return "offices", not found, found or says, remedy


def _is_shared(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        # A running town takes away files of its own.
        return False
    return not stat.S_ISLNK(mode) and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


async def _serve(settings: Settings) -> None:
    from gongji.run.supervisor import Supervisor
    from kit.rpc.codec import Node

    supervisor = Supervisor(settings)
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    await supervisor.start()
    try:
        await supervisor.ready(tell, end)
        if end.is_set():
            return
        tell(f"门户 portal   {settings.portal_url}")
        tell(f"接口 API      {settings.portal_url}/openapi.json")
        tell(f"链 chain     {', '.join(Node.of(url).name for url in settings.chain_urls)}")
        tell("按 Ctrl-C 停止 Press Ctrl-C to stop; everything is kept.")
        await end.wait()
    finally:
        tell("正在停止 stopping …")
        await supervisor.stop()
