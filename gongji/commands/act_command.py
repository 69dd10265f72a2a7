"""The command of an act, made from its record: an option for each field, and those of who does it."""

from __future__ import annotations

from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.acts.entered import FILE
from gongji.acts.names import kebab
from gongji.acts.options import options_of
from gongji.commands.performing import by_member, by_office, by_process
from gongji.examples import LABEL, VALUES
from ledger_api.locale import words
from ledger_api.sessions.offices import is_of_office

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.acts import Act
    from gongji.acts.option import FieldOption

# What a clerk names who does an act for a person; desks do few.
DELEGATION = "delegation"


def command_of(act: Act) -> Any:
    """The command of an act."""
    perform = by_member if act.message else by_office if is_of_office(act) else by_process
    options = options_of(act)
    own = [parameter for option in options for parameter in _parameters(option)]
    # After the act and what was given for its fields.
    others = [
        parameter
        for parameter in list(signature(perform, eval_str=True).parameters.values())[2:]
        if act.desk or parameter.name != DELEGATION
    ]

    def run(**arguments: Any) -> None:
        perform(act, {parameter.name: arguments.pop(parameter.name) for parameter in own}, **arguments)

    # Typer reads the parameters of a command from the signature of its function.
    parameters = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in (*own, *others)]
    run.__dict__["__signature__"] = signature(run).replace(parameters=parameters)
    parent = typer.Typer(rich_markup_mode=None, add_completion=False)
    parent.command(kebab(act.act), help=_help(act), epilog=f"{LABEL} {_call(act, options)}")(run)
    return typer.main.get_command(parent)


def _parameters(option: FieldOption) -> Iterator[Parameter]:
    """An option for a field, and for a document a second one for its file."""
    typer_option = typer.Option(
        option.flag,
        metavar=option.metavar,
        help=f"{option.meaning} {option.hint}",
        show_default=False,
    )
    kind: Any = list[str] if option.repeated else str
    yield _parameter(option.name, Annotated[kind | None, typer_option])
    if option.document:
        file = typer.Option(f"{option.flag}-file", help="文件 The same from a file.", show_default=False)
        yield _parameter(option.name + FILE, Annotated[Path | None, file])


def _parameter(name: str, annotation: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _help(act: Act) -> str:
    own = (
        ", ".join(map(_who, act.by))
        if act.message
        else f"{_who(act.by[0])}，用职务持有人的密钥 with the key of whoever holds the office"
        if is_of_office(act)
        else f"{_who(act.by[0])}，用本镇的密钥 with the town's own key"
    )
    undo = kebab(act.undo) if act.undo else "无 nothing"
    return f"{act.action}. {act.notice_zh} {act.notice}\n\n\b\n谁可做 who may:   {own}\n撤销 undone by:   {undo}\n"


def _who(office: str) -> str:
    """Who may do an act: the pages' word for it where they have one, and the code."""
    return " ".join((words()["by"].get(office, ""), office)).strip()


def _call(act: Act, options: Sequence[FieldOption]) -> str:
    """A right call of the command."""
    written = " ".join(option.written for option in options)
    key = f" --key {VALUES['--key']}" if act.message else ""
    return f"gongji act {kebab(act.act)} {written}{key}"
