"""Groups of commands: help that is listed whole, commands that are imported when they are called, an example for each."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from gongji.catalogue import ALIASES, COMMANDS, PANELS
from gongji.examples import LABEL, example
from gongji.usage import CommandUnknownError

# A Chinese letter is two columns wide and counted as one: a line with a few of them still fits in 80.
TERMINAL_COLUMNS = 76
# Wider than any line of help: in a file or a pipe one command is one line.
PIPE_COLUMNS = 10_000
_WIDEST = max(map(len, COMMANDS))


class Group(TyperGroup):
    """Commands whose help is listed whole."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is called, with the arguments that are left for it.

        Raises:
            CommandUnknownError: There is no such command.
        """
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise CommandUnknownError(ctx.command_path, args[0], known)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the commands' names and help."""
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, self.commands[name].help or "") for name in self.list_commands(ctx)])


class LazyGroup(Group):
    """All commands in their panels, each imported when it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is called, with the arguments that are left for it."""
        name, listed, rest = super().resolve_command(ctx, [ALIASES.get(args[0], args[0]), *args[1:]])
        return name, listed if name is None else imported(name), rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes a panel after the other."""
        del ctx
        for panel, commands in PANELS.items():
            with formatter.section(panel):
                formatter.write_dl([(name.ljust(_WIDEST), text) for name, (_, text) in commands.items()])


def imported(name: str) -> Any:
    """A command or a group of commands, with the help that stands in `COMMANDS` and an example for each.

    Args:
        name: Its name.
    """
    where, text = COMMANDS[name]
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"gongji.commands.{module}"), attribute)
    parent = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name, help=text, cls=found.info.cls or Group)
    else:
        parent.command(name, help=text)(found)
    command = typer.main.get_group(parent).commands[name]
    _add_examples(command, f"gongji {name}")
    return command


def help_columns() -> int:
    """How wide help may be where it goes."""
    return TERMINAL_COLUMNS if sys.stdout.isatty() else PIPE_COLUMNS


def _add_examples(command: Any, path: str) -> None:
    """Ends the help of commands with an example; those of acts, made when they are called, have their own."""
    for name, inner in getattr(command, "commands", {}).items():
        _add_examples(inner, f"{path} {name}")
    if not isinstance(command, TyperGroup):
        command.epilog = f"{LABEL} {example(path, command.params)}"
