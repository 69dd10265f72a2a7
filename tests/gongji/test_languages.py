"""Whatever the command line says to people, it says in Chinese and in English."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gongji.errors import GongjiError, PortalRefusedError
from gongji.exit_status import ExitStatus
from gongji.failures import PACKAGE_ERRORS, described
from tests.gongji.test_help import PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator

CHINESE, ENGLISH = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]{2}")
# It answers programs, in the words that clients of such chains look for.
FOR_PROGRAMS = Path("gongji/sequencer/pool.py")
SAYING = {"tell", "NotReadyError", "AnvilError"}


def in_both(text: str) -> bool:
    return bool(CHINESE.search(text) and ENGLISH.search(text))


def texts(node: ast.AST) -> str:
    """The constant parts of a text."""
    return "".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def sayings() -> Iterator[tuple[str, str]]:
    """Texts of errors and lines for people, with the places where they stand."""
    for path in sorted(Path("gongji").rglob("*.py")):
        if path == FOR_PROGRAMS:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        errors = {
            call
            for kind in ast.walk(tree)
            if isinstance(kind, ast.ClassDef) and any("GongjiError" in ast.unparse(b) for b in kind.bases)
            for call in ast.walk(kind)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__"
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if call in errors or ast.unparse(call.func) in SAYING:
                for argument in call.args:
                    if len(ENGLISH.findall(text := texts(argument))) > 1 or CHINESE.search(text):
                        yield f"{path}:{argument.lineno}", text


def test_every_error_and_line_is_in_both_languages() -> None:
    found = list(sayings())
    assert len(found) > 60
    assert not [(where, text) for where, text in found if not in_both(text)]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_is_in_both_languages(path: tuple[str, ...]) -> None:
    command = PATHS[path]
    texts = [command.help, *(p.help for p in command.params if p.name != "help")]
    assert not [text for text in texts if not in_both(text or "")]


def package_errors() -> Iterator[type[Exception]]:
    for module in sorted(PACKAGE_ERRORS):
        for _, kind in inspect.getmembers(importlib.import_module(module), inspect.isclass):
            if issubclass(kind, Exception) and kind.__module__ == module:
                yield kind


@pytest.mark.parametrize("kind", [*package_errors()], ids=lambda kind: kind.__name__)
def test_an_error_of_any_package_is_three_sentences_and_no_class_name(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    error.args = ("expected a bundle, got none",)
    vars(error).update(node="node", method="eth_call", code=1, message="no")
    failure = described(error)
    assert failure is not None
    assert all(in_both(part) for part in (failure.what, failure.why, failure.remedy))
    assert kind.__name__ not in failure.what + failure.remedy
    assert isinstance(failure.exit_status, ExitStatus)


def test_a_refusal_of_the_portal_says_its_code_among_the_details_only() -> None:
    both = {"zh": "资金已冻结", "en": "The fund is frozen"}
    problem: dict[str, Any] = {
        "code": "FundsFundFrozen",
        "what": both,
        "why": both,
        "remedy": both,
        "detail": "fund 1",
    }
    error = PortalRefusedError.from_problem(problem)
    assert error.what == "资金已冻结 The fund is frozen"
    assert "FundsFundFrozen: fund 1" in error.why
    assert isinstance(error, GongjiError)
    assert error.exit_status == 4
