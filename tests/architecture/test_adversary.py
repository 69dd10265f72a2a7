"""`docs/adversary.md`: each act that the review proved has a test that names it by its number, and does it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# The numbers that the review gave to its proofs.
NUMBERS = {f"p{n:02}" for n in (*range(1, 7), *range(10, 45), *range(50, 64))} | {"p2a", "p2b"}
PAGE = (TESTS.parent / "docs/adversary.md").read_text("utf-8")
ROWS, OF_AUDITOR = (
    {name: re.findall(r"`([^`]+\.py[^`]*)`", row) for name, row in re.findall(begin, PAGE, re.MULTILINE)}
    for begin in (r"^\| (p\w\w) (\|.*)$", r"^\| “(.+?)” (\|.*)$")
)
NUMBER = re.compile(r"\bp[0-9][0-9ab]\b")

Tested = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def words_of(test: str) -> str:
    """What a test says: its own lines, the tables that it is parametrised with, and what its class and module say of all their tests.

    Raises:
        LookupError: There is no such test.
    """
    path, *names = test.split("::")
    source = (TESTS / path).read_text("utf-8")
    module = ast.parse(source)
    around: list[ast.Module | Tested] = [module]
    for name in names:
        found = (node for node in around[-1].body if isinstance(node, Tested) and node.name == name)
        around.append(next(found, None) or _missing(test))
    texts = [ast.get_docstring(node) or "" for node in around]
    if names:
        tables = {n.id for d in around[-1].decorator_list for n in ast.walk(d) if isinstance(n, ast.Name)}  # type: ignore[union-attr]
        used = [node for node in module.body if tables & _targets(node)]
        texts += [ast.get_source_segment(source, node) or "" for node in (around[-1], *used)]
    return "\n".join(texts)


def _targets(node: ast.stmt) -> set[str]:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _missing(test: str) -> Tested:
    raise LookupError(f"expected the test {test}, got none")


def test_every_act_that_was_proven_has_a_row() -> None:
    assert set(ROWS) == NUMBERS


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_an_act_is_refused_or_harmless_by_tests_that_name_it(number: str) -> None:
    tests = ROWS[number]
    assert tests
    assert [test for test in tests if number not in NUMBER.findall(words_of(test))] == []


@pytest.mark.parametrize("row", OF_AUDITOR)
def test_what_an_auditor_did_not_see_is_seen_by_tests_that_name_it(row: str) -> None:
    tests = OF_AUDITOR[row]
    assert tests
    assert [test for test in tests if f'"{row}"' not in words_of(test)] == []


def test_every_row_that_a_test_names_is_on_the_page() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in (TESTS / "audit").rglob("test_*.py"))
    named = re.findall(r'"""Rows? ((?:"[^"]+"(?:, | and )?)+)', texts)
    rows = {row for line in named for row in re.findall(r'"(.+?)"', line)}
    assert rows - OF_AUDITOR.keys() == set()


def test_no_test_names_an_act_that_was_never_proven() -> None:
    named = {
        number for path in TESTS.rglob("test_*.py") for number in NUMBER.findall(path.read_text("utf-8"))
    }
    assert named - NUMBERS == set()
