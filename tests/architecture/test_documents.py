"""What the documents send a newcomer to is there: each command, each link, each address of a page, each word on a button."""

from __future__ import annotations

import ast
import itertools
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from babel.messages.pofile import read_po
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from gongji.catalogue import COMMANDS
from gongji.cli import app
from gongji.groups import imported
from ledger_api.scan import declared

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("[!a]*.md")), *sorted((ROOT / "docs").glob("*/*.md")))
}  # fmt: skip
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
# A call in a block; what it does may stand behind it, two spaces or more to the right.
CALL = re.compile(r"(?:^|(?<=  ))(?:gongji|\./run) .*?(?=  |$)", flags=re.MULTILINE)
# What stands for a value of the reader's own.
PLACEHOLDER = re.compile(r"^(…|\.\.\.|[A-Z]+|名称|编号|\{.*\}|\[.*)$")


def calls_in_blocks(text: str) -> Iterator[str]:
    """What a reader types as it stands."""
    for block in BLOCK.findall(text):
        yield from (found.strip() for found in CALL.findall(block))


def commands_in_text(text: str) -> Iterator[str]:
    """What a sentence names, with or without its values."""
    for code in CODE.findall(BLOCK.sub("", text)):
        if re.match(r"(gongji|\./run) [a-z]", code):
            yield code


def command_of(call: str) -> tuple[Any, list[str]]:
    """The command that a call is of, with its arguments."""
    first, *words = shlex.split(call)[1:]
    if first.startswith("--"):
        return typer.main.get_command(app), [first, *words]
    command = imported(first)
    while hasattr(command, "get_command") and words and not PLACEHOLDER.match(words[0]):
        name, *words = words
        inner = command.get_command(None, name)
        assert inner is not None, f"{call}: no command {name}"
        command = inner
    return command, words


def wrong_in(call: str, *, is_whole: bool) -> str:
    """What the command line's own reader finds wrong with a call; nothing may be missing in one that is whole."""
    if call.startswith("./run test"):
        return ""
    command, words = command_of(call)
    if {"-h", "--help", "--version"} & {*words} or hasattr(command, "commands"):
        return ""
    try:
        command.make_context(call, [word for word in words if word != "…"])
    except typer.exceptions.TyperException as error:
        return "" if type(error).__name__ == "MissingParameter" and not is_whole else error.format_message()
    return ""


def alternatives(call: str) -> list[str]:
    """`gongji index run|status` is two commands."""
    choices = ([one for one in word.split("|") if one != "…"] for word in call.split())
    return [" ".join(words) for words in itertools.product(*choices)]


CALLS = sorted(
    {(n, one) for n, text in DOCUMENTS.items() for c in calls_in_blocks(text) for one in alternatives(c)}
)
NAMED = sorted({(name, code) for name, text in DOCUMENTS.items() for code in commands_in_text(text)})


@pytest.mark.parametrize(("document", "call"), CALLS)
def test_a_call_in_a_block_is_right_as_it_stands(document: str, call: str) -> None:
    is_overview = document == "README.md" and call.startswith("gongji ")
    assert wrong_in(call, is_whole=not is_overview) == ""


@pytest.mark.parametrize(("document", "code"), NAMED)
def test_a_command_that_a_sentence_names_exists_with_its_options(document: str, code: str) -> None:
    del document
    assert wrong_in(code, is_whole=False) == ""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_run_as_a_module_of_ours_is_one(document: str) -> None:
    modules = set(re.findall(r"python -m ((?:tests|kit|contracts|benchmarks)[\w.]*)", DOCUMENTS[document]))
    assert [module for module in modules if find_spec(module) is None] == []


def anchors(text: str) -> set[str]:
    """Of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_link_leads_to_a_file_and_a_heading_that_are_there(document: str) -> None:
    broken = []
    for target in filter(None, itertools.chain(*LINK.findall(BLOCK.sub("", DOCUMENTS[document])))):
        name, _, anchor = target.partition("#")
        if "://" in name:
            continue
        path = (ROOT / document).parent / name if name else ROOT / document
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


def addresses() -> list[re.Pattern[str]]:
    """Of the pages and the API."""
    routers = (*declared("pages", APIRouter), *declared("api", APIRouter))
    paths = {route.path for router in routers for route in iter_route_contexts(router.routes)}
    return [re.compile(re.sub(r"\\\{[^}]*\}", "[^/]+", re.escape(path))) for path in paths if path]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_address_that_is_named_is_one_of_the_town(document: str) -> None:
    named = {
        code.partition("?")[0] for code in CODE.findall(DOCUMENTS[document]) if re.match(r"/[a-z]", code)
    }
    known = addresses()
    unknown = {address for address in named if not any(pattern.fullmatch(address) for pattern in known)}
    assert {address for address in unknown if "…" not in address} == set()


def texts_on_pages() -> Iterator[str]:
    """Texts of the catalogue in both languages, and of the demo town, each value of them as braces."""
    with (ROOT / "kit/locale/en/LC_MESSAGES/gongji.po").open("rb") as file:
        for message in read_po(file):
            yield from (text for text in (message.id, message.string) if isinstance(text, str))
    for path in sorted((ROOT / "gongji/town").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


@pytest.mark.parametrize("document", ["docs/tour.md", "docs/tour.zh-CN.md"])
def test_what_the_tour_has_one_press_or_choose_has_that_name_on_a_page(document: str) -> None:
    texts = [*texts_on_pages()]
    # A line of the town may go on after the name of whom it presents.
    names = {name for text in texts for name in (text, text.partition(", ")[0], text.partition("，")[0])}
    # A text of nothing but values would be like every other.
    said = [text for text in texts if "{" in text and re.search(r"\w{2}", re.sub(r"{.*?}", " ", text))]
    forms = [re.compile(re.sub(r"\\{.*?\\}", ".+", re.escape(text))) for text in said]
    bold = {re.sub(r"\n *", " ", text) for text in re.findall(r"\*\*([^*]+)\*\*", DOCUMENTS[document])}
    unknown = {text for text in bold - names if not any(form.fullmatch(text) for form in forms)}
    # What begins a paragraph ends with a stop.
    assert {text for text in unknown if text[-1] not in ".。"} == set()


def test_the_overview_of_commands_names_every_one() -> None:
    overview = [
        call.split() for call in calls_in_blocks(DOCUMENTS["README.md"]) if call.startswith("gongji ")
    ]
    assert {name for words in overview for name in words[1].split("|")} == {*COMMANDS, "--version"}
