"""`gongji verify`: what a code on a page, or a document in hand, is in the mirror."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.options import AsJson, DataDir, load
from gongji.errors import GongjiError, NotFoundError
from gongji.exit_status import ExitStatus
from gongji.output import put_json, put_table
from kit.translation import N_

if TYPE_CHECKING:
    from gongji.settings import Settings


# As the page says it (`verify.html`).
MISMATCH = N_("编号对不上")


class ForgedCodeError(GongjiError):
    """The check digits of a code are not those of the record."""

    exit_status = ExitStatus.VERIFICATION_FAILED

    def __init__(self, code: str) -> None:
        super().__init__(
            f"编号对不上 the code {code} does not match",
            "账本里这个编号的校验码不同 the ledger has a record with this number and other check digits",
            "不要相信这张单据，请到服务台核对 do not trust this paper; ask the service desk",
        )


def verify(
    what: Annotated[
        str, typer.Argument(metavar="CODE|FILE", help="编号或文件 Code from a page, hash, or a document.")
    ],
    data_dir: DataDir = None,
    *,
    json: AsJson = False,
) -> None:
    """Prints the records that a code names, or that a document opens."""
    settings, path = load(data_dir), Path(what)
    found = _document(settings, path.read_bytes()) if path.is_file() else asyncio.run(_code(settings, what))
    if not found:
        raise NotFoundError(
            "record", what, "照页面抄写编号，或写文件名 copy the code from a page, or name a file"
        )
    if json:
        put_json(found)
    else:
        for record in found:
            put_table(("项目 field", "内容 value"), _rows(settings, record))
    if any(record["kind"] == "mismatch" for record in found):
        raise ForgedCodeError(what)


async def _code(settings: Settings, what: str) -> list[dict[str, Any]]:
    from indexer.schema import MIRROR
    from kit.reader import open_reader
    from ledger_api.mirror import read
    from ledger_api.verify.service import look_up

    engine = open_reader(settings.database_url("mirror"), MIRROR)
    try:
        async with read(engine) as reading:
            found = await look_up(reading, re.sub(r"\s", "", what).lower())
    finally:
        await engine.dispose()
    return [asdict(one) | {"block_hash": f"0x{one.block_hash.hex()}"} for one in found]


def _rows(settings: Settings, record: dict[str, Any]) -> list[tuple[str, str]]:
    """What was found, as the portal's page says it."""
    from gongji.commands.fields import label, moment
    from gongji.commands.values import NOTHING, shown
    from ledger_api.verify.service import KINDS

    view, kind = shown(settings), record["kind"]

    def called(field: str) -> str:
        return view.both(lambda locale: label(locale, field))

    if kind == "document":
        return [(called("document"), record["name"]), (called("commitment"), record["commitment"])]
    return [
        (called("kind"), view.both(lambda locale: locale.gettext(KINDS.get(kind, MISMATCH)))),
        (called("name"), record["name"]),
        (called("time"), moment(record["time"]) or ""),
        (called("block_hash"), f"{record['block_number']} {record['block_hash']}"),
        (called("finality"), view.word("status", record["finality"])),
        (called("address"), f"{settings.portal_url}{record['address']}" if record["address"] else NOTHING),
    ]


def _document(settings: Settings, content: bytes) -> list[dict[str, Any]]:
    """The commitments whose salt we keep and that this content opens."""
    from gongji.run.configs import open_register
    from register.documents import Documents

    with closing(open_register(settings)) as register:
        found = Documents(register).with_content(content)
    return [
        {
            "kind": "document",
            "commitment": f"0x{document.commitment.hex()}",
            "salt": f"0x{document.salt.hex()}",
            "name": document.name,
        }
        for document in found
    ]
