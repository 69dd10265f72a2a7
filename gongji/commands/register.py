"""`gongji register`: the town's own data, which are not on chain."""

from __future__ import annotations

from dataclasses import asdict

import typer

from gongji.commands.options import AsJson, DataDir
from gongji.output import put_json, put_table, tell
from gongji.settings import load

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _noun() -> None:
    """Keeps `import` a word of its own while it is the only command."""


@app.command("import")
def import_(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """导入旧文件 Take the files of a former version (labels.toml, places.jsonl, documents/, …) into the register."""
    from gongji.importing.importing import import_files

    taken = import_files(load(data_dir))
    if json:
        put_json([asdict(one) for one in taken])
    else:
        put_table(("file", "entries", "kept as"), [(one.file, one.entries, one.kept_as) for one in taken])
    if taken:
        tell(
            "旧文件已改名保留，但未加密，请移入备份或删除 The files were kept under other names and are not encrypted: "
            "move them to a backup, or delete them."
        )
    else:
        tell("没有需要导入的文件 There is nothing to import.")
