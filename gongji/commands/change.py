"""`gongji change`: changes that wait in public before they hold, and what the guardian does against one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.options import AsJson, DataDir, id_bytes
from gongji.commands.ordering import order
from gongji.errors import NotFoundError
from gongji.output import put_json, put_table
from gongji.settings import Settings, load

if TYPE_CHECKING:
    from indexer.projections.change import Change

app = typer.Typer(no_args_is_help=True)
Operation = Annotated[
    str,
    typer.Argument(
        help="改动编号 Id of the operation, 0x and 64 hex digits, as `gongji change list` has it."
    ),
]
WORDS = {
    "waiting": "等待中", "due": "到期待执行", "expired": "已过期", "executed": "已生效", "cancelled": "已叫停",
}  # fmt: skip


@app.command("list")
def list_changes(data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """列出改动 List all changes that were ever scheduled, what each is, and from when it holds."""
    settings = load(data_dir)
    rows = [_described(settings, change) for change in _changes(settings)]
    if json:
        put_json(rows)
        return
    put_table(
        ("编号 operation", "改动 change", "预约 scheduled", "最早生效 due", "状态 state"),
        [
            (row["operation"], row["action"], _moment(row["scheduled_at"]), _moment(row["due_at"]), f"{WORDS[row['phase']]} {row['phase']}")
            for row in rows
        ],
    )  # fmt: skip


@app.command()
def show(operation: Operation, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """查看改动 Show a change with all that it is called with."""
    settings = load(data_dir)
    row = _described(settings, _latest(settings, operation))
    if json:
        put_json(row)
        return
    called = row.pop("arguments")
    put_table(("项目 field", "值 value"), [*row.items(), *called.items()])


@app.command()
def cancel(operation: Operation, data_dir: DataDir = None, *, json: AsJson = False) -> None:
    """叫停改动 Stop a change that still waits, as the guardian."""
    settings = load(data_dir)
    change = _latest(settings, operation)
    order(settings, "guardian", "Authority", "cancel", change.caller, change.target, change.data, json=json)


def _changes(settings: Settings) -> list[Change]:
    from gongji.mirror import current_versions
    from gongji.run.configs import mirror_reader
    from indexer.projections.change import changes

    return current_versions(mirror_reader(settings), changes)


def _latest(settings: Settings, operation: str) -> Change:
    """What an operation was scheduled for last.

    Raises:
        NotFoundError: It never was.
    """
    found = [c for c in _changes(settings) if c.operation_id == id_bytes(operation, 32)]
    if not found:
        raise NotFoundError("change", operation, "全部改动 all changes: `gongji change list`")
    return found[-1]


def _described(settings: Settings, change: Change) -> dict[str, Any]:
    """A change with what it calls, by name; an act of ours has its words."""
    from contracts.abi import call_of
    from contracts.acts import acts
    from gongji.run.configs import deployment
    from indexer.projections.change import phase
    from kit.clock import system_clock

    names = {c.address.lower(): name for name, c in deployment(settings).contracts.items()}
    contract = names.get(f"0x{change.target.hex()}", "")
    function, arguments = call_of(contract, change.data) if contract else ("", {})
    act = next((a for a in acts().values() if (a.contract, a.function) == (contract, function)), None)
    return {
        "operation": f"0x{change.operation_id.hex()}", "nonce": change.nonce,
        "action": act.action if act else f"{contract}.{function}", "caller": f"0x{change.caller.hex()}",
        "scheduled_at": change.scheduled_at, "due_at": change.due_at, "phase": phase(change, system_clock()).value,
        "cancelled_by": f"0x{change.cancelled_by.hex()}" if change.cancelled_by else None, "arguments": arguments,
    }  # fmt: skip


def _moment(time: int) -> str:
    from ledger_api.forms import moment_text

    return moment_text(time)
