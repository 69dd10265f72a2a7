"""Who listens on a port: another town, this one, or a program that is no town."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Collection

FOLDER_OPTION = "--data-dir"


def listeners(ports: Collection[int]) -> dict[int, psutil.Process]:
    """The processes that listen on ports, as far as the operating system tells them to this user.

    Args:
        ports: Numbers from 1 to 65,535.

    Returns:
        A process for each port; none where the process is another user's, or listens no more.
    """
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            for connection in process.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port in ports:
                    found[connection.laddr.port] = process
        except psutil.Error:
            continue
    return found


def describe(process: psutil.Process | None, own_folder: Path) -> str:
    """Says in a sentence who listens.

    Args:
        process: Who; None if that is not known.
        own_folder: Data directory of the town that wants the port.
    """
    try:
        if process is None:
            return "另一个用户的程序在那里监听 another user's program listens there"
        folder = _town_folder(process)
        name, number = process.name(), process.pid
    except psutil.Error:
        return "在那里监听的程序刚刚结束 the program that listened there has just ended"
    if folder is None:
        return f"程序 {name}（进程 {number}）在那里监听 the program {name} listens there (process {number})"
    if folder == own_folder.resolve():
        return "本镇已在运行 this town is already running"
    return f"另一个镇 {folder} 在那里运行 another town runs there: {folder}"


def _town_folder(process: psutil.Process) -> Path | None:
    """Data directory of the town of which a process, or one that started it, is a part; None if of none."""
    for each in (process, *process.parents()):
        arguments = each.cmdline()
        if "gongji" in arguments and FOLDER_OPTION in arguments[:-1]:
            return (Path(each.cwd()) / arguments[arguments.index(FOLDER_OPTION) + 1]).resolve()
    return None
