"""The command line: data on standard output, talk on standard error, errors in three lines.

Exit status: 0 done, 1 verification failed, 2 usage or undecidable, 3 cannot reach, 4 refused by a rule.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from gongji.errors import GongjiError

# Errors of our packages, by module: naming their classes would import them all for every command.
PACKAGE_ERRORS = {
    f"{name}.errors"
    for name in ("audit", "contracts", "indexer", "iot", "kit", "ledger_api", "register", "wallets")
}
# Where each command stands below `gongji.commands`, imported when it is called, and its help.
COMMANDS = {
    "demo": ("demo:demo", "演示 Build the demo town, a year of its life, and start it. A second start goes on where it was."),
    "up": ("town:up", "启动本镇 Start all processes of the town and keep them running until Ctrl-C."),
    "status": ("town:status", "查看状态 Show which processes run, and whether the portal says that all is well."),
    "doctor": ("town:doctor", "体检 Check what a town needs on this machine, and say what to do about what is missing."),
    "verify": ("verify:verify", "核验 Say where a code or a document stands. Proof without trusting this mirror: `gongji audit`."),
    "bench": ("bench:bench", "性能测量 Run the benchmarks of the checkout. They need what `./run test` installs."),
    "chain": ("chain:app", "链 Run the embedded chain, build and deploy the contracts, explain their acts."),
    "audit": ("audit:app", "核账 Collect the evidence and prove it offline."),
    "sim": ("sim:app", "模拟 A simulated device."),
    "act": ("act:app", "行为 Do any act of the contracts, with your own key or as an office."),
    "fund": ("fund:app", "基金 Funds."),
    "proposal": ("proposal:app", "申请 Requests for money."),
    "time": ("time:app", "时间银行 Tasks and hours."),
    "coop": ("coop:app", "合作社 Enterprises and earnings."),
    "member": ("member:app", "成员 Members, keys, roles."),
    "device": ("device:app", "设备 Devices whose signatures count."),
    "register": ("register:app", "本镇资料 Names, places, documents and secrets that are not on chain."),
    "index": ("parts:index", "镜像 Mirror of the chain."),
    "relay": ("parts:relay", "中继 Relayer."),
    "portal": ("parts:portal", "门户 API and pages."),
    "ingest": ("parts:ingest", "设备事件 Device events over MQTT."),
    "keep": ("parts:keep", "值守 Keeper."),
    "sign": ("sign:app", "签名 Read intents before they are signed."),
}  # fmt: skip
# A Chinese letter is two columns wide and counted as one: a line with a few of them still fits in 80.
HELP_COLUMNS = 76


class Group(TyperGroup):
    """Commands whose help is listed whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the commands' names and help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])


class LazyGroup(Group):
    """The commands of `COMMANDS`, each imported when it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is called, with the arguments that are left for it."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed if name is None else _imported(name), rest


def _imported(name: str) -> Any:
    """A command or a group of commands, with the help that stands in `COMMANDS`."""
    where, text = COMMANDS[name]
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"gongji.commands.{module}"), attribute)
    parent = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name, help=text, cls=found.info.cls or Group)
    else:
        parent.command(name, help=text)(found)
    return typer.main.get_group(parent).commands[name]


def _listed() -> None:
    """Stands for a command in the list of commands until it is called."""


# Plain help: what draws boxes takes longer to import than all else, and cuts words where Chinese and English stand together.
app = typer.Typer(
    name="gongji",
    help="共济: a community ledger that anyone can check.",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": HELP_COLUMNS},
)
for command, (_, help_text) in COMMANDS.items():
    app.command(command, help=help_text)(_listed)


def main() -> None:
    """Entry point: runs a command and tells errors in three lines."""
    # Whatever a command or a process that it starts writes is its owner's alone.
    os.umask(0o077)
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 what is not ours is raised again
        sys.exit(_tell(error))


def _tell(error: Exception) -> int:
    """Tells an error in three lines and gives the exit status; raises it again if nobody foresaw it."""
    from gongji.output import tell_error

    modules = {base.__module__ for base in type(error).__mro__}
    match error:
        case GongjiError():
            tell_error(error.what, error.why, error.remedy)
            return error.exit_status
        case TyperException() if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message())
            return 2
        case TyperException():
            tell_error("usage", error.format_message(), "run `gongji --help` or `gongji COMMAND --help`")
            return 2
        case OSError() if error.filename is not None:
            what = f"{error.filename} cannot be used"
            tell_error(what, str(error.strerror), "check the path, its rights and the space left")
            return 2
        case _ if "sqlalchemy.exc" in modules and type(error).__name__ == "OperationalError":
            why = str(error).partition("\n")[0]
            tell_error("a database does not answer", why, "start it, or check the settings that name it")
            return 3
        case _ if modules & PACKAGE_ERRORS:
            # Some say their three lines themselves.
            what, why = getattr(error, "what", type(error).__name__), getattr(error, "why", str(error))
            remedy = getattr(error, "remedy", "nothing was changed; mend the cause and run it again")
            tell_error(what, why, remedy)
            return 2
    raise error
