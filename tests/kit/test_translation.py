"""The catalogue of words: everything that people read is in it, and it has English for all of that."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, nodes

from contracts.acts import Act, acts
from kit.extraction import PACKAGES, updated
from kit.translation import PO_FILE, read_catalog, translations

if TYPE_CHECKING:
    from babel.messages.catalog import Message

CHINESE = re.compile("[\u3400-\u9fff]")
TEMPLATES = sorted(Path("ledger_api").rglob("templates/*.html"))
SCRIPTS = [path for path in sorted(Path("ledger_api").rglob("static/*.js")) if "vendor" not in path.parts]
FUNCTIONS = {"N_", "gettext", "pgettext", "ngettext"}
# The seal, what an office and a person sign in both languages, what they type, and headings of banks' files.
CHINESE_OF_ITS_OWN = {
    "ledger_api/acts/text.py", "ledger_api/app.py", "ledger_api/portal/acting/values.py", "ledger_api/proposals/sheets.py",
    "ledger_api/proposals/texts/service.py", "ledger_api/proposals/texts/text.py", "ledger_api/sessions/text.py",
    "ledger_api/statements/csv_file.py",
}  # fmt: skip
CHINESE_IN_TEMPLATES = {"中文", "共济"}


def forms(message: Message) -> list[str]:
    """The English of a message: one text, or one for each plural."""
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]


@cache
def messages() -> list[Message]:
    return [message for message in read_catalog() if message.id]


def source(message: Message) -> str:
    """A message in Chinese, which has one form for all numbers."""
    return message.id if isinstance(message.id, str) else message.id[0]


def fields(text: str) -> set[str | None]:
    """What stands in the braces of a message."""
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_the_catalogue_holds_the_messages_of_the_source_and_no_others() -> None:
    assert updated() == PO_FILE.read_bytes(), "run `python -m kit.extraction`, and add the English"


def test_every_message_has_english() -> None:
    assert [m.id for m in messages() if m.fuzzy or not all(forms(m))] == []
    assert [m.id for m in messages() if CHINESE.search(" ".join(forms(m)))] == []


def test_english_and_chinese_are_filled_with_the_same_values() -> None:
    assert [m.id for m in messages() for english in forms(m) if fields(english) != fields(source(m))] == []


def test_a_template_says_nothing_in_chinese_but_messages() -> None:
    found = []
    for path in TEMPLATES:
        tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
        data = [node.data for node in tree.find_all(nodes.TemplateData)]
        messages = {
            id(text) for call in tree.find_all(nodes.Call) for text in call.args
            if isinstance(call.node, nodes.Name) and call.node.name in {"_", *FUNCTIONS}
        }  # fmt: skip
        data += [
            node.value
            for node in tree.find_all(nodes.Const)
            if isinstance(node.value, str) and id(node) not in messages
        ]
        found += [(str(path), text) for text in map(str.strip, data) if CHINESE.search(text)]
    assert [
        (path, text) for path, text in found if not any(own in text for own in CHINESE_IN_TEMPLATES)
    ] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_a_script_says_nothing_in_chinese_but_messages(path: Path) -> None:
    known = set(map(source, messages()))
    for line in path.read_text("utf-8").splitlines():
        code = re.sub(r"^\s*//.*", "", line)
        assert set(re.findall(r'_\("([^"]*)"', code)) <= known
        assert not CHINESE.search(re.sub(r'_\("[^"]*"', "", code))


@pytest.mark.parametrize("package", PACKAGES)
def test_python_marks_the_chinese_that_pages_show(package: str) -> None:
    """What is marked within an f-string would not be extracted."""
    known = set(map(source, messages()))
    for path in Path(package).rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            texts = {
                arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
            if name in FUNCTIONS:
                assert {text for text in texts if CHINESE.search(text)} <= known, path


def test_python_of_the_pages_has_no_chinese_that_is_not_marked() -> None:
    for path in Path("ledger_api").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        known = {
            ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)
        }
        known |= {
            arg.value for call in ast.walk(tree) if isinstance(call, ast.Call) for arg in call.args
            if getattr(call.func, "attr", getattr(call.func, "id", "")) in FUNCTIONS and isinstance(arg, ast.Constant)
        }  # fmt: skip
        texts = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        if str(path) not in CHINESE_OF_ITS_OWN:
            assert [text for text in texts - known if CHINESE.search(text)] == [], path


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("act", acts().values(), ids=lambda act: act.act)
def test_an_act_is_called_on_a_page_as_in_what_is_signed(act: Act) -> None:
    zh, en = act.names
    assert translations("en").pgettext("act", zh) == en
