"""Statements that are built once and asked with other values each time.

SQLAlchemy takes longer to build a statement, and to find out that it knows its text, than SQLite takes to answer it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec

from sqlalchemy import BigInteger, bindparam

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Executable

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement and the values that it is asked with.

    Attributes:
        statement: The statement; the same object each time.
        values: Values of its parameters by name.
    """

    statement: Executable
    values: Mapping[str, Any] = field(default_factory=dict)


def prepared(build: Callable[P, Executable]) -> Callable[P, Prepared]:
    """Declares a query whose arguments are parameters of one statement.

    Args:
        build: Builds it. Each argument is a `bindparam`; None where None was given, which makes another statement. A tuple and
            the fields of a dataclass are parameters each; any other collection is one that can be asked with `in_`.
    """
    names = list(signature(build).parameters)
    statements: dict[tuple[Any, ...], Executable] = {}

    @wraps(build)
    def query(*args: P.args, **kwargs: P.kwargs) -> Prepared:
        arguments = dict(zip(names, args, strict=False), **kwargs)
        values = _values(arguments)
        kind = tuple(values)
        if kind not in statements:
            any_build: Any = build
            statements[kind] = any_build(
                **{name: _argument(name, value) for name, value in arguments.items()}
            )
        return Prepared(statements[kind], values)

    return query


def _values(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the parameters, without those that are None."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if is_dataclass(value) and not isinstance(value, type):
            found |= _values({f"{name}_{one}": getattr(value, one) for one in _names(type(value))})
        elif isinstance(value, tuple):
            found |= _values({f"{name}_{i}": one for i, one in enumerate(value)})
        elif isinstance(value, int | bytes | str):
            found[name] = value
        elif value is not None:
            found[name] = list(value)
    return found


def _argument(name: str, value: Any) -> Any:
    """What stands for a value in the statement."""
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(_argument(f"{name}_{i}", one) for i, one in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        of_fields = {one: _argument(f"{name}_{one}", getattr(value, one)) for one in _names(type(value))}
        return replace(value, **of_fields)
    # What is computed with needs a type; what is compared with a column takes that of the column.
    kind = BigInteger if type(value) is int else None
    return bindparam(name, type_=kind, expanding=not isinstance(value, int | bytes | str))


@cache
def _names(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind)]
