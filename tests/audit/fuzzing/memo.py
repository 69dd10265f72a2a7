"""Remembers what pure functions of the verifier gave for the same bytes: most of a spoilt bundle is as it was.

Only results are remembered, never errors, and only of functions that nothing but their arguments tells what to give. The test
compares reports with and without.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from audit.chain import decoded_block
from audit.decode import abi, eip712, envelope, mpt
from audit.evidence import canonical
from audit.evidence.block_files import RawBlock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REMEMBERED = 20_000
# Functions of bytes and texts, or lists of bytes.
PURE: list[Callable[..., Any]] = [
    abi.decode_log, abi.decode_call, envelope.recover, eip712.recovered, mpt.list_root, mpt.prove, decoded_block.decode_block, canonical.decode,
]  # fmt: skip


@contextmanager
def remembering() -> Iterator[None]:
    """The verifier remembers until the end of the block."""
    put = {id(function): (function, _remembering(function)) for function in PURE}
    places = [
        (module, name, *put[id(value)])
        for module_name, module in list(sys.modules.items())
        if module_name.partition(".")[0] == "audit"
        for name, value in list(vars(module).items())
        if id(value) in put
    ]
    for module, name, _, memo in places:
        setattr(module, name, memo)
    try:
        yield
    finally:
        for module, name, function, _ in places:
            setattr(module, name, function)


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    @lru_cache(REMEMBERED)
    def known(*args: Any, **named: Any) -> Any:
        return function(*map(_thawed, args), **named)

    def remembered(*args: Any, **named: Any) -> Any:
        return known(*map(_frozen, args), **named)

    return remembered


def _frozen(value: Any) -> Any:
    if isinstance(value, RawBlock):
        return "block", value.header, tuple(value.transactions), tuple(value.receipts)
    return tuple(value) if isinstance(value, list) else value


def _thawed(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    if value[:1] == ("block",):
        return RawBlock(header=value[1], transactions=list(value[2]), receipts=list(value[3]))
    return list(value)
