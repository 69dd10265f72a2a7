"""C12.2: the code of the contracts, and what this verifier reads of them, is what their sources compile to.

It is run where the auditor asks for it, since it needs a compiler and a minute.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from audit.checks.check import breakdown
from audit.checks.state import CODE_PATH, masked
from audit.decode.abi import artifact
from audit.errors import RebuildError
from audit.evidence.canonical import record, text, unhexed
from audit.evidence.pinned import contract_of
from audit.evidence.rebuild import Build
from audit.report.findings import State, Tally

if TYPE_CHECKING:
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result

_NUMBER = re.compile(r"\)\d+")
Compile = Callable[[], Build]

# What of a contract's file says how its calls, events and storage are read, and the compiler's name of it.
READ = {"abi": "abi", "storage": "storageLayout"}


def rebuilt_tally() -> Tally:
    """An empty tally of this check."""
    return Tally(
        "C12.2", "合约代码由源码编译而成", "The code of the contracts is what their sources compile to"
    )


def compare_build(
    bundle: Bundle, trust: Trust, code: State, compiling: Compile
) -> tuple[Result, Build | None]:
    """Compiles, and compares with the code in the bundle, which C12 compared with that in the state.

    Args:
        bundle: The bundle.
        trust: What is pinned.
        code: What became of C12.
        compiling: Compiles the contracts anew.

    Returns:
        The result of C12.2, and what the sources came to; None if nothing was compiled.
    """
    tally = rebuilt_tally()
    if code is State.NOT_APPLICABLE:
        return tally.not_applicable("信任文件没有固定任何合约 the trust file pins no contract"), None
    if code is not State.PASSED:
        return tally.undecided(f"它依据 it rests on C12, which is {code.value}"), None
    try:
        build = compiling()
    except RebuildError as error:
        return tally.undecided(str(error)), None
    try:
        _compare(tally, bundle, trust, build)
    except Exception as error:  # noqa: BLE001 a compiler, like a bundle, may be anybody's
        tally.fail("bundle", breakdown(error))
    return tally.result(), build


def _compare(tally: Tally, bundle: Bundle, trust: Trust, build: Build) -> None:
    rows = [record(line, ("code", "contract")) for line in bundle.lines(CODE_PATH)]
    codes = {text(row["contract"]): unhexed(row["code"]) for row in rows}
    for label in trust.contracts:
        name = contract_of(label)
        if name not in build.contracts:
            tally.fail(name, "源码里没有这个合约 the sources have no such contract")
            continue
        spans = build.immutables(name)
        tally.expect(
            masked(codes[label], spans) == masked(build.code(name), spans),
            name,
            "代码不是源码编译的结果（不计不可变量） its code is not what its source compiles to, immutables aside",
        )
        tally.expect(
            bytes.fromhex(artifact(name)["bytecode"][2:]) == build.creation(name),
            name,
            "创建合约的代码不是源码编译的结果 the code that creates it is not what its source compiles to",
        )
        for ours, theirs in READ.items():
            tally.expect(
                _unnumbered(artifact(name)[ours]) == _unnumbered(build.contracts[name][theirs]),
                name,
                f"核对所用的文件与源码不符 what contracts/abi says of it is not what its source compiles to: {ours}",
            )


def _unnumbered(value: Any) -> Any:
    """What a compiler says, without the numbers that it gives to definitions in the order in which it met them."""
    if isinstance(value, dict):
        return {_NUMBER.sub(")", k): _unnumbered(v) for k, v in value.items() if k != "astId"}
    if isinstance(value, list):
        return [_unnumbered(item) for item in value]
    return _NUMBER.sub(")", value) if isinstance(value, str) else value
