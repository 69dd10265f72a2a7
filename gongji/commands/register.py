"""`gongji register`: the town's own data, which are not on chain."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer

from gongji.commands.options import AsJson, DataDir, load
from gongji.errors import SubjectUnknownError
from gongji.output import put_json, put_table, tell

app = typer.Typer(no_args_is_help=True)


@app.command("import")
def import_(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """导入旧文件 Take the files of an earlier version (labels.toml, places.jsonl, documents/, …) into the register, and delete them."""
    from gongji.importing.importing import import_files

    taken = import_files(load(data_dir))
    if json:
        put_json([asdict(one) for one in taken])
    else:
        put_table(("文件 file", "条数 entries"), [(one.file, one.entries) for one in taken])
    if not taken:
        tell("没有需要导入的文件 There is nothing to import.")


@app.command("forget")
def forget(
    subject: Annotated[
        str,
        typer.Argument(
            help="谁的资料 Whose data, such as members/0x…, places/0x…, meters/0x… or documents/0x…."
        ),
    ],
    data_dir: DataDir = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 Do not ask first.")] = False,
) -> None:
    """销毁密钥 Destroy the key that opens somebody's personal data. Nobody can undo it, not even you."""
    from gongji.run.configs import deployment, open_register

    settings = load(data_dir)
    # Where no town is, opening the register would make one.
    deployment(settings)
    with closing(open_register(settings)) as register:
        if not yes:
            typer.confirm(f"销毁 {subject} 的密钥 Destroy the key of {subject}?", abort=True, err=True)
        if not register.forget(subject, "operator"):
            raise SubjectUnknownError(subject)
    tell(
        "已销毁；运行中的进程重启后也不再知道 Destroyed. Restart a running town: it may still hold what it read."
    )
