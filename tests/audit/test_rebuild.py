"""C12.2: the auditor compiles the contracts; code that is in the checkout's files and not in its sources is found."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audit.decode.abi import artifact
from audit.errors import RebuildError
from audit.evidence.rebuild import ROOT, Build, Compiler, find_compiler, read_sources, rebuild, request_for
from audit.report.findings import State
from audit.verify import verify_with
from contracts.build.compiler import SETTINGS, compile_sources
from tests.audit.bundles import altered, findings, resealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.audit.audited import Audited

VERSION = artifact("Ledger")["compiler"]["solc"]
# The compiler that npm installs, which keeps what it gave, so that the minute is spent once.
KEEPING = ROOT / "contracts" / "bin" / "solc"
TOY = """
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IToy}
    from "./interfaces/IToy.sol";

contract Toy is IToy {
    uint256 immutable private LIMIT;
    constructor(uint256 limit) { LIMIT = limit; }
    function least(uint256 a) external view returns (uint256) { return Math.min(a, LIMIT); }
}
"""
INTERFACE = (
    "pragma solidity ^0.8.20; interface IToy { function least(uint256) external view returns (uint256); }"
)


@pytest.fixture(scope="module")
def build() -> Build:
    """The contracts of this checkout, compiled as for a release: what the compiler gave for the same sources is kept."""
    output = compile_sources()
    contracts = {name: contract for unit in output["contracts"].values() for name, contract in unit.items()}
    by = Compiler(
        command=(str(KEEPING), "--standard-json"), sha256=hashlib.sha256(KEEPING.read_bytes()).digest()
    )
    return Build(compiler=by, version=VERSION, sources=b"\5" * 32, contracts=contracts)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A checkout of one contract."""
    (tmp_path / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    (tmp_path / "contracts/src/interfaces").mkdir(parents=True)
    (tmp_path / "contracts/src/Toy.sol").write_text(TOY)
    (tmp_path / "contracts/src/interfaces/IToy.sol").write_text(INTERFACE)
    return tmp_path


def judged(audited: Audited, compiling: Callable[[], Build]) -> tuple[str, int]:
    """What became of C12.2, and the exit status."""
    report = verify_with(audited.bundle, audited.trust, unanchored=True, compiling=compiling)
    assert [r.check_id for r in report.results if r.check_id.startswith("C12")] == ["C12", "C12.1", "C12.2"]
    assert not set(report.failed()) - {"C12.2"}, findings(report)
    return report.result("C12.2").state.value, report.exit_status


def changed(build: Build, contract: str, change: Callable[[dict[str, object]], None]) -> Build:
    """A build in which the sources came to something else for one contract."""
    contracts = build.contracts | {contract: copy.deepcopy(build.contracts[contract])}
    change(contracts[contract])
    return replace(build, contracts=contracts)


def test_the_auditor_compiles_the_very_sources_of_the_release_with_its_settings() -> None:
    release, ours = compile_sources()["sources"], read_sources()
    assert ours.keys() == release.keys()
    assert all(ours[name] == source["text"] for name, source in release.items() if source["text"])
    settings = request_for(ours, artifact("Ledger")["compiler"])["settings"]
    assert {k: v for k, v in settings.items() if k not in ("solc", "outputSelection")} == SETTINGS


def test_the_towns_code_is_what_the_sources_compile_to_and_the_report_says_by_which_compiler(
    audited: Audited, build: Build
) -> None:
    """Row "genesis, code"."""
    report = verify_with(audited.bundle, audited.trust, unanchored=True, compiling=lambda: build)
    assert report.exit_status == 0, findings(report)
    result = report.result("C12.2")
    assert (result.state, result.counted) == (State.PASSED, 4 * len(audited.trust.contracts))
    assert " · 合约由源码重新编译 contracts compiled anew from their sources · " in report.verdict()
    by = hashlib.sha256(KEEPING.read_bytes()).hexdigest()
    [told] = [line for line in report.lines() if line.startswith("合约已重新编译 ")]
    assert f"solc {VERSION}, 编译器 compiler SHA-256 0x{by}, 源码 sources SHA-256 0x" in told
    assert report.to_json()["subject"]["rebuilt"]["compiler"] == f"0x{by}"


def test_code_that_stands_in_the_checkouts_files_and_in_the_state_but_not_in_the_sources_fails(
    audited: Audited, build: Build
) -> None:
    """C12 passes: whoever deployed other code wrote the trust file and the files of contracts/abi after it."""

    def one_byte(contract: dict[str, object]) -> None:
        code = contract["evm"]["deployedBytecode"]["object"]  # type: ignore[index]
        contract["evm"]["deployedBytecode"]["object"] = code[:-2] + f"{int(code[-2:], 16) ^ 1:02x}"  # type: ignore[index]

    assert judged(audited, lambda: changed(build, "Disbursements", one_byte)) == ("failed", 1)


def test_a_file_that_tells_the_auditor_another_place_or_another_event_than_the_sources_fails(
    audited: Audited, build: Build
) -> None:
    def another_slot(contract: dict[str, object]) -> None:
        contract["storageLayout"]["storage"][-1]["slot"] = "77"  # type: ignore[index]

    def another_event(contract: dict[str, object]) -> None:
        contract["abi"] = contract["abi"][1:]  # type: ignore[index]

    for change in (another_slot, another_event):
        assert judged(audited, lambda change=change: changed(build, "Ledger", change)) == ("failed", 1)  # type: ignore[misc]


def test_code_that_creates_a_contract_otherwise_than_its_source_does_fails(
    audited: Audited, build: Build
) -> None:
    def another_beginning(contract: dict[str, object]) -> None:
        contract["evm"]["bytecode"]["object"] = "60" + contract["evm"]["bytecode"]["object"]  # type: ignore[index]

    assert judged(audited, lambda: changed(build, "Authority", another_beginning)) == ("failed", 1)


def test_a_contract_that_the_sources_do_not_have_fails(audited: Audited, build: Build) -> None:
    without = {name: contract for name, contract in build.contracts.items() if name != "Vetoes"}
    assert judged(audited, lambda: replace(build, contracts=without)) == ("failed", 1)


def test_an_auditor_whose_compiler_is_missing_is_not_told_that_it_passed(audited: Audited) -> None:
    def missing() -> Build:
        raise RebuildError("没有编译器 none")

    assert judged(audited, missing) == ("undecided", 2)


def test_code_that_c12_does_not_take_is_not_compared(audited: Audited, build: Build, tmp_path: Path) -> None:
    copied = altered(audited.bundle, tmp_path / "copy", "chain/code.jsonl", lambda lines: lines[1:])
    report = verify_with(resealed(copied), audited.trust, compiling=lambda: build)
    assert report.failed() == ("C12",), findings(report)
    assert report.result("C12.2").state is State.UNDECIDED


def test_the_verdict_says_that_nothing_was_compiled(audited: Audited) -> None:
    report = verify_with(audited.bundle, audited.trust, unanchored=True)
    assert " · 合约未由源码重新编译 contracts not compiled anew from their sources · " in report.verdict()
    assert "C12.2" not in [r.check_id for r in report.results]
    assert report.to_json()["subject"]["rebuilt"] is None


def test_a_toy_is_compiled_by_the_compiler_of_npm_from_every_source_that_it_imports(toy: Path) -> None:
    built = rebuild(root=toy)
    assert built.code("Toy")
    assert len(built.immutables("Toy")) > 0
    names = set(read_sources(toy))
    assert {"contracts/src/Toy.sol", "contracts/src/interfaces/IToy.sol"} < names
    assert "node_modules/@openzeppelin/contracts/utils/math/Math.sol" in names
    assert "node_modules/@openzeppelin/contracts/utils/Panic.sol" in names, "what an imported source imports"
    other = (toy / "contracts/src/Toy.sol").write_text(TOY.replace("min", "max"))
    assert other
    again = rebuild(root=toy)
    assert (again.code("Toy") != built.code("Toy"), again.sources != built.sources) == (True, True)


def test_sources_that_do_not_compile_or_are_missing_are_told(toy: Path) -> None:
    (toy / "contracts/src/Toy.sol").write_text(TOY.replace("Math.min", "Math.least"))
    with pytest.raises(RebuildError, match=r"do not compile: .*least"):
        rebuild(root=toy)
    (toy / "contracts/src/interfaces/IToy.sol").unlink()
    with pytest.raises(RebuildError, match=r"IToy\.sol"):
        rebuild(root=toy)
    with pytest.raises(RebuildError, match="expected sources"):
        read_sources(toy / "contracts")


def test_a_compiler_of_another_version_or_none_is_told(toy: Path, tmp_path: Path) -> None:
    with pytest.raises(RebuildError, match=r"expected solc 0\.1\.0"):
        find_compiler("0.1.0", root=toy)
    with pytest.raises(RebuildError, match="found none"):
        find_compiler(VERSION, tmp_path / "no solc", root=toy)
    broken = tmp_path / "solc"
    broken.write_text(f"#!/bin/sh\n[ $1 = --version ] && echo Version: {VERSION} || exit 3\n")
    broken.chmod(0o755)
    with pytest.raises(RebuildError, match="the compiler failed"):
        rebuild(broken, root=toy)
