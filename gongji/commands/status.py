"""`gongji status`: which processes of a town run, and how it goes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer

from gongji.commands.options import AsJson, DataDir, load
from gongji.commands.reading import health
from gongji.exit_status import ExitStatus
from gongji.output import put_json, put_line, put_table

if TYPE_CHECKING:
    from gongji.settings import Settings

NOTHING = "—"
# Figures of the portal's health and of the mirror's row of status, as people read them.
FIGURES = {
    "mirror_number": "镜像到区块 mirror at block",
    "number": "镜像到区块 mirror at block",
    "final_number": "已确定到区块 final up to block",
    "chain_head": "链到区块 chain at block",
    "head_number": "链到区块 chain at block",
    "halted": "镜像停了 mirror halted",
    "reason": "原因 reason",
    "checked_at": "节点上次回答 node last answered",
    "unsettled_commands": "未办完的提交 commands under way",
    "receipts_count": "回执算数 receipts count",
    "oldest_command_seconds": "最久等了几秒 longest wait in seconds",
}


def status(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """Prints the pids of the processes, the health of the portal and how the keeper's duties go; exit status 3 if it is not well."""
    from gongji.run.supervisor import EMBEDDED

    settings = load(data_dir)
    processes = {name: pid_of(settings, name) for name in EMBEDDED}
    ready = health(settings)
    if json:
        put_json({"processes": processes, **ready})
    else:
        put_table(("进程 process", "pid"), [(name, pid or NOTHING) for name, pid in processes.items()])
        _put_health(ready["detail"])
    raise typer.Exit(ExitStatus.DONE if ready["healthy"] else ExitStatus.UNREACHABLE)


def _put_health(detail: dict[str, Any]) -> None:
    """The figures, the keeper's duties, and what is wrong."""
    put_table(("健康 health", ""), figures(detail))
    put_table(
        (
            "值守 duty",
            "上次做好 last done",
            "上次出错 last failed",
            "错误，详见日志 fault (details in the log)",
        ),
        [
            (
                duty["duty"],
                *(_moment(duty[at]) for at in ("succeeded_at", "failed_at")),
                duty["fault"] or NOTHING,
            )
            for duty in detail.get("duties", ())
        ],
    )
    for sentence in detail["wrong"] or ["一切正常 all is well"]:
        put_line(sentence)


def figures(detail: dict[str, Any]) -> list[tuple[str, Any]]:
    """Figures with what people call them.

    Args:
        detail: By name; what has no name for people is left out.
    """
    return [
        (label, NOTHING if detail[name] is None else detail[name])
        for name, label in FIGURES.items()
        if name in detail
    ]


def _moment(text: str | None) -> str:
    from datetime import datetime

    from gongji.commands.fields import moment

    return (moment(int(datetime.fromisoformat(text).timestamp())) if text else None) or NOTHING


def pid_of(settings: Settings, name: str) -> int | None:
    """Number of a process of the town; None if it does not run.

    Args:
        settings: Settings of the town.
        name: Name of the process, such as "indexer".
    """
    path = settings.path("run") / f"{name}.pid"
    try:
        number = int(path.read_text())
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number
