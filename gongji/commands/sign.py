"""`gongji sign`: the second way to read an intent."""

from __future__ import annotations

import json as json_module
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gongji.commands.acting import KeyFile, KeyHolder, PasswordFile
from gongji.commands.options import AsJson, DataDir, id_bytes, load
from gongji.errors import GongjiError
from gongji.output import put_json, put_table, tell

app = typer.Typer(no_args_is_help=True)
NOBODY = f"0x{bytes(16).hex()}"
OptionalMember = Annotated[
    str,
    typer.Argument(
        metavar="MEMBER",
        help="成员编号，任职的密钥不填 Id of the member, 0x and 32 hex digits; none for an office.",
        show_default=False,
    ),
]


class IntentUnreadableError(GongjiError):
    """The file holds no EIP-712 message."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} 不是要签名的内容 is not a message to sign",
            f"内容不对 its content is not valid: {why}",
            "在签名页面保存内容，再写这个文件名 save the message that the signing page offers, and give that file",
        )


@app.command()
def possession(
    member: OptionalMember = NOBODY,
    data_dir: DataDir = None,
    *,
    key: KeyFile,
    password_file: PasswordFile = None,
) -> None:
    """证明持有密钥 Sign with a key that it is to be a member's, or without one an office's, and print the proof; the registrar or the administrator enters it."""
    settings = load(data_dir)
    tell("0x" + KeyHolder(settings, key, password_file).prove(id_bytes(member, 16)).hex())


@app.command()
def show(
    message: Annotated[
        Path, typer.Argument(help="要签名的内容 JSON file with the EIP-712 message; - for standard input.")
    ],
    *,
    json: AsJson = False,
) -> None:
    """读出要签名的内容 Show in words what a message does, with its eight words to compare."""
    from wallets.show import show as show_intent

    try:
        typed_data = json_module.loads(
            sys.stdin.read() if str(message) == "-" else message.read_text("utf-8")
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise IntentUnreadableError(message, str(reason)) from None
    shown = show_intent(typed_data)
    if json:
        put_json(asdict(shown))
        return
    tell(shown.title)
    put_table(("field", "value"), [*shown.lines, ("contract", shown.contract), ("digest", shown.digest)])
    tell(f"核对八字 compare: {' '.join(shown.words_zh)}  ·  {' '.join(shown.words_en)}")
