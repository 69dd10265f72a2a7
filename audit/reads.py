"""Which calls and events each numbered check reads, found in its code: no list beside the checks could grow out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from audit.checks import CHECKS


def readers(names: Iterable[str]) -> list[str]:
    """Ids of the checks that read one of some calls or events, in the order of their numbers.

    Args:
        names: Contract and function, or contract and event, such as "Disbursements.approve" or "Ledger.Transferred".
    """
    name_set = set(names)
    return [check.check_id for check in CHECKS if not name_set.isdisjoint(_texts(check.examine))]


def _texts(start: Any) -> Iterator[str]:
    """Every string that a function of the auditor, and whatever of the auditor it uses, is written with."""
    open_, seen = [start], set()
    while open_:
        thing = open_.pop()
        if isinstance(thing, str):
            yield thing
        elif id(thing) not in seen:
            seen.add(id(thing))
            open_ += _parts(thing)


def _parts(thing: Any) -> Iterable[Any]:
    """What a value is made of, and what a function refers to."""
    if isinstance(thing, FunctionType) and _is_ours(thing.__module__):
        cells = [cell.cell_contents for cell in thing.__closure__ or ()]
        return [*cells, *_used(thing.__code__, thing.__globals__)]
    if isinstance(thing, type) and _is_ours(thing.__module__):
        return vars(thing).values()
    if isinstance(thing, classmethod | staticmethod):
        return [thing.__func__]
    if isinstance(thing, property):
        return [thing.fget]
    if isinstance(thing, Mapping):
        return [*thing.keys(), *thing.values()]
    return thing if isinstance(thing, list | tuple | set | frozenset) else ()


def _used(code: CodeType, names: Mapping[str, Any]) -> Iterator[Any]:
    """Constants of a function, of the functions inside it, and what its names stand for."""
    for constant in code.co_consts:
        yield from _used(constant, names) if isinstance(constant, CodeType) else (constant,)
    for name in code.co_names:
        thing = names.get(name)
        if isinstance(thing, ModuleType) and _is_ours(thing.__name__):
            yield from (vars(thing).get(attribute) for attribute in code.co_names)
        else:
            yield thing


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == __package__
