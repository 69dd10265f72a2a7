"""The command of an act, made from its record: an option for each field, and those of who does it."""

from __future__ import annotations

from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.acts.entered import FILE
from gongji.acts.names import kebab
from gongji.acts.options import options_of
from gongji.commands.performing import by_member, by_office

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.acts import Act
    from gongji.acts.option import FieldOption


def command_of(act: Act) -> Any:
    """The command of an act."""
    perform = by_member if act.message else by_office
    options = options_of(act)
    own = [parameter for option in options for parameter in _parameters(option)]
    # After the act and what was given for its fields.
    others = list(signature(perform, eval_str=True).parameters.values())[2:]

    def run(**given: Any) -> None:
        perform(act, {parameter.name: given.pop(parameter.name) for parameter in own}, **given)

    # Typer reads the parameters of a command from the signature of its function.
    parameters = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in (*own, *others)]
    run.__dict__["__signature__"] = signature(run).replace(parameters=parameters)
    parent = typer.Typer(rich_markup_mode=None, add_completion=False)
    parent.command(kebab(act.act), help=_help(act, options))(run)
    return typer.main.get_command(parent)


def _parameters(option: FieldOption) -> Iterator[Parameter]:
    """An option for a field, and for a document a second one for its file."""
    told = typer.Option(
        option.flag,
        metavar=option.metavar,
        help=f"{option.field.doc} {option.hint}",
        show_default=False,
    )
    kind: Any = list[str] if option.repeated else str
    yield _parameter(option.name, Annotated[kind | None, told])
    if option.document:
        file = typer.Option(f"{option.flag}-file", help="文件 The same from a file.", show_default=False)
        yield _parameter(option.name + FILE, Annotated[Path | None, file])


def _parameter(name: str, annotation: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _help(act: Act, options: Sequence[FieldOption]) -> str:
    own = ", ".join(act.by) if act.message else f"{act.by[0]}, with the town's own key"
    undo = kebab(act.undo) if act.undo else "nothing"
    written = " ".join(option.written for option in options)
    example = f"gongji act {kebab(act.act)} {written}{' --key my-key.json' if act.message else ''}"
    return (
        f"{act.action}. {act.notice}\n\n"
        f"\b\n谁可做 who may:   {own}\n撤销 undone by:   {undo}\n例 for example:   {example}\n"
    )
