"""Dependencies point one way. Each forbidden edge is told with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What each package may import of ours. `audit` takes only data and scalar types from `contracts`, and nothing else:
# it has its own decoder, so that one bug cannot fool both sides.
ALLOWED: dict[str, set[str]] = {
    "kit": set(),
    "contracts": {"kit"},
    "indexer": {"kit", "contracts"},
    "wallets": {"kit", "contracts"},
    "iot": {"kit", "contracts"},
    "audit": {"contracts.types"},
    "ledger_api": {"kit", "contracts", "indexer", "wallets"},
    "gongji": {"kit", "contracts", "indexer", "wallets", "iot", "ledger_api", "audit"},
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def is_allowed(package: str, module: str) -> bool:
    top = module.split(".", maxsplit=1)[0]
    return top not in ALLOWED or top == package or top in ALLOWED[package] or module in ALLOWED[package]


def test_imports_point_left_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}; {package} may import {sorted(ALLOWED[package]) or 'nothing of ours'}"
        for package in ALLOWED
        for path in sorted((ROOT / package).rglob("*.py"))
        for module in sorted(imported(path))
        if not is_allowed(package, module)
    ]
    assert wrong == []


def test_no_package_of_the_product_imports_tests_or_benchmarks() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for package in ALLOWED
        for path in sorted((ROOT / package).rglob("*.py"))
        for module in sorted(imported(path))
        if module.split(".")[0] in ("tests", "benchmarks")
    ]
    assert wrong == []
