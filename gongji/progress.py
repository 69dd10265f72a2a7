"""How far long work is, on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from gongji.output import talk, tell

if TYPE_CHECKING:
    from rich.progress import Task, TaskID

TELL_SECONDS = 10.0


def progress() -> Progress:
    """A progress display with rate and time left; a line now and then where standard error is no terminal."""
    if not sys.stderr.isatty():
        return _Lines(disable=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=talk(),
    )


class _Lines(Progress):
    def update(self, task_id: TaskID, **changed: Any) -> None:
        super().update(task_id, **changed)
        now, task = time.monotonic(), self.tasks[task_id]
        if now - task.fields.setdefault("told_at", now) < TELL_SECONDS:
            return
        task.fields["told_at"] = now
        whole = f" / {task.total:,.0f}" if task.total else ""
        rate = f", {task.speed:,.0f}/s" if task.speed else ""
        left = f", 还需 {task.time_remaining:.0f} 秒 s left" if task.time_remaining is not None else ""
        tell(f"{task.description}: {task.completed:,.0f}{whole}{rate}{left}")


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")
