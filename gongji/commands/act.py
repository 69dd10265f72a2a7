"""`gongji act`: every act of the contracts as a command, made from its record when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from contracts.acts import acts
from gongji.acts.names import kebab
from gongji.commands.options import AsJson
from gongji.groups import Group
from gongji.output import put_json, put_table

if TYPE_CHECKING:
    from contracts.acts import Act


class ActGroup(Group):
    """A command for each act. None is made before it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all acts."""
        del ctx
        return [kebab(act) for act in acts()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of an act; None if there is no act of this name."""
        from gongji.commands.act_command import command_of

        del ctx
        found = {kebab(act.act): act for act in acts().values()}
        return command_of(found[cmd_name]) if cmd_name in found else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes what each act is called."""
        del ctx
        with formatter.section("命令 Commands"):
            formatter.write_dl([(kebab(act.act), act.action) for act in acts().values()])


app = typer.Typer(cls=ActGroup)


@app.callback(invoke_without_command=True)
def listed(context: typer.Context, *, json: AsJson = False) -> None:
    """Lists the acts by contract, unless one is named."""
    if context.invoked_subcommand is not None:
        return
    found = sorted(acts().values(), key=lambda act: (act.contract, act.act))
    if json:
        put_json([_summary(act) for act in found])
    else:
        columns = ("合约 contract", "命令 command", "名称 called", "谁可做 who")
        put_table(columns, [(a.contract, kebab(a.act), a.action, ", ".join(a.by)) for a in found])


def _summary(act: Act) -> dict[str, Any]:
    zh, en = act.names
    return {
        "command": kebab(act.act),
        "act": act.act,
        "contract": act.contract,
        "zh": zh,
        "en": en,
        "by": act.by,
    }
