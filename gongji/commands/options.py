"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="本镇数据目录 Folder of the town; else GONGJI_DATA, else ./data.",
        show_default=False,
    ),
]
Port = Annotated[int | None, typer.Option("--port", help="门户端口 Port of the portal.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON Print data as JSON.")]
