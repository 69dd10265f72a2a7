"""Options and arguments that many commands share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.errors import GongjiError

if TYPE_CHECKING:
    from gongji.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="本镇数据目录 Folder of the town; else GONGJI_DATA_DIR, else ./data.",
        show_default=False,
    ),
]
Port = Annotated[int | None, typer.Option("--port", help="门户端口 Port of the portal.", show_default=False)]
# What the API gives at once.
MOST_ROWS = 1000
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", "-L", min=1, max=MOST_ROWS, help="最多几条 How many at the most.", show_default=False
    ),
]
Cursor = Annotated[
    str | None,
    typer.Option(help="接上一页 `next_cursor` of the page before: what comes after it.", show_default=False),
]
Member = Annotated[str, typer.Argument(help="成员编号 Id of the member, 0x and 32 hex digits.")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON Print data as JSON.")]


def load(data_dir: Path | None, **overrides: Any) -> Settings:
    """Settings of the town that a command is for, as `gongji.settings.load` reads them.

    Only once a command runs: what reads them takes longer to import than help to print.
    """
    from gongji import settings

    return settings.load(data_dir, **overrides)


class IdInvalidError(GongjiError):
    """An id is not of the form that it must have."""

    def __init__(self, got: str, digits: int) -> None:
        super().__init__(
            f"编号不对 {got[:80]!r} is not an id of this kind",
            f"应为 expected 0x 和 and {digits} 位十六进制数字 hex digits",
            "从 `list` 的结果复制 copy it from `list`",
        )


def id_bytes(text: str, size: int) -> bytes:
    """Reads an id.

    Raises:
        IdInvalidError: It is not 0x and hex digits for `size` bytes.
    """
    if not re.fullmatch(f"0x[0-9a-fA-F]{{{2 * size}}}", text):
        raise IdInvalidError(text, 2 * size)
    return bytes.fromhex(text[2:])
