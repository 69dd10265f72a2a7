"""What the npm compiler gave is given again as long as nothing that it read has changed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.tools import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CACHE = ROOT / "cache" / "solc"
IMPORTED = "contract Base { uint256 constant LIMIT = 1; }"


@dataclass
class Compiler:
    """Compiles a contract that imports a file of a folder."""

    folder: Path

    def compile(self, *, runs: int = 200) -> dict[str, Any]:
        """The output for an optimiser's setting."""
        name = self.folder.name
        request = {
            "language": "Solidity",
            "sources": {"Top.sol": {"content": f'import "./{name}.sol"; contract Top is Base {{}}'}},
            "settings": {"optimizer": {"runs": runs}, "outputSelection": {"*": {"*": ["abi"]}}},
        }
        ran = subprocess.run(
            [ROOT / "contracts/bin/solc", "--standard-json", "--base-path", self.folder],
            input=json.dumps(request), capture_output=True, text=True, check=True, env=environment("default"),
        )  # fmt: skip
        output: dict[str, Any] = json.loads(ran.stdout)
        return output

    def write(self, imported: str) -> None:
        """Writes the file that is imported."""
        (self.folder / f"{self.folder.name}.sol").write_text(imported)

    def entries(self) -> list[Path]:
        """What is kept of this folder."""
        return [path for path in CACHE.glob("*.json") if self.folder.name in path.read_text()]


@pytest.fixture
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiler]:
    """A compiler that kept something, marked so that it is known again."""
    compiler = Compiler(tmp_path_factory.mktemp("imported_by_top"))
    compiler.write(IMPORTED)
    assert set(compiler.compile()["contracts"]["Top.sol"]) == {"Top"}
    (entry,) = compiler.entries()
    entry.write_text(json.dumps(json.loads(entry.read_text()) | {"output": '"kept"'}))
    yield compiler
    for entry in compiler.entries():
        entry.unlink()


def test_the_same_sources_are_not_compiled_again(compiler: Compiler) -> None:
    assert compiler.compile() == "kept"


def test_a_changed_import_is_compiled_again(compiler: Compiler) -> None:
    compiler.write(IMPORTED.replace("1", "2"))
    assert "contracts" in compiler.compile()


def test_a_missing_import_is_told_though_its_output_was_kept(compiler: Compiler) -> None:
    (compiler.folder / f"{compiler.folder.name}.sol").unlink()
    assert any("not found" in error["message"] for error in compiler.compile()["errors"])


def test_another_setting_is_compiled_again(compiler: Compiler) -> None:
    assert "contracts" in compiler.compile(runs=201)
