"""What is wrong with how a command was called: what, why, and the right call."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from gongji.errors import GongjiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.exceptions import TyperException


class CommandUnknownError(GongjiError):
    """There is no command of this name."""

    def __init__(self, path: str, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        why = f"相近的 the nearest is {near[0]}" if near else "没有命令叫这个名字 no command has this name"
        right = f"写 write: `{path} {near[0]}` · " if near else ""
        super().__init__(
            f"{path} 没有命令 {name} has no command {name}",
            why,
            f"{right}全部命令 all commands: `{path} --help`",
        )


class UsageInvalidError(GongjiError):
    """A command was not called as it must be."""

    @classmethod
    def of(cls, error: TyperException) -> UsageInvalidError:
        """The error that the reader of a command line raised, by its kind.

        Args:
            error: What it raised; its classes are typer's own and known by their names only.
        """
        context: Any = getattr(error, "ctx", None)
        path = context.command_path if context else "gongji"
        what, why = _reason(error, path)
        return cls(what, why, _remedy(context, path))


def _reason(error: Any, path: str) -> tuple[str, str]:
    match type(error).__name__:
        case "MissingParameter":
            name = error.param.opts[0]
            return f"{path} 缺少 {name} needs {name}", _meaning(error.param)
        case "BadParameter" if error.param is not None:
            name = error.param.opts[0]
            return f"{name} 的值不对 the value of {name} is not valid", _meaning(error.param)
        case "NoSuchOption":
            nearest = ", ".join(error.possibilities or ())
            what = f"{path} 没有选项 {error.option_name} has no option {error.option_name}"
            return what, f"相近的 nearest: {nearest}" if nearest else "名称不对 no option has this name"
    return (
        f"{path} 的写法不对 is not used correctly",
        f"有多余的内容 not expected: {error.format_message()}",
    )


def _meaning(parameter: Any) -> str:
    """What a parameter is, with its bounds."""
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    bounds = "" if low is None and high is None else f" ({low} – {'…' if high is None else high})"
    return f"应为 expected: {parameter.help}{bounds}"


def _remedy(context: Any, path: str) -> str:
    epilog = getattr(context.command, "epilog", None) if context else None
    right = f"{epilog} · " if epilog else ""
    return f"{right}详见 see `{path} --help`"
