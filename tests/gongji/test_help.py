"""What the command line says of itself, and what that costs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from gongji.catalogue import ALIASES, COMMANDS, PANELS
from gongji.cli import app
from gongji.exit_status import ExitStatus, help_line
from gongji.groups import imported
from kit.problem import Catalogue
from tests.forked import gongji

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAVY = {
    "aiohttp", "babel", "cryptography", "eth_abi", "eth_account", "fastapi", "pydantic", "rich", "sqlalchemy", "web3",
}  # fmt: skip
LIST_MODULES = "import sys; from gongji.cli import app; app(['--help'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"


# What each command imports that can be called, before anything runs: help of it costs no more.
LIST_BY_COMMAND = """
import sys
from gongji.catalogue import COMMANDS
from gongji.groups import imported
known = set(sys.modules)
for name in COMMANDS:
    imported(name)
    print(name, *(set(sys.modules) - known))
    known |= set(sys.modules)
"""


def _words(text: str) -> str:
    return " ".join(text.split())


def test_help_imports_nothing_heavy() -> None:
    result = subprocess.run([sys.executable, "-c", LIST_MODULES], capture_output=True, text=True, check=True)
    assert "资金 Money:" in result.stdout
    assert not HEAVY & {name.partition(".")[0] for name in result.stderr.split()}


def test_help_of_no_command_imports_anything_heavy() -> None:
    result = subprocess.run(
        [sys.executable, "-c", LIST_BY_COMMAND], capture_output=True, text=True, check=True
    )
    by_command = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
    assert by_command.keys() == COMMANDS.keys()
    heavy = {name: HEAVY & {one.partition(".")[0] for one in found} for name, found in by_command.items()}
    assert {name: found for name, found in heavy.items() if found} == {}


def test_reading_the_settings_imports_neither_databases_nor_chains() -> None:
    listed = "import sys, gongji.settings; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert not (HEAVY - {"pydantic"}) & {name.partition(".")[0] for name in result.stdout.split()}


def test_whoever_signs_waits_for_no_signatures_of_validators() -> None:
    listed = "import sys, wallets.keystore; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    modules = set(result.stdout.split())
    assert "eth_account" in modules
    assert {name for name in modules if name.startswith("py_ecc.optimized")} == set()


def test_help_tells_every_command_whole_in_its_panel() -> None:
    output = _words(CliRunner().invoke(app, ["--help"]).stdout)
    panels = (
        " ".join((f"{panel}:", *(f"{name} {text}" for name, (_, text) in commands.items())))
        for panel, commands in PANELS.items()
    )
    assert output.endswith(" ".join((*panels, help_line())))


def test_help_and_readme_tell_every_status_of_the_table_and_errors_have_no_other() -> None:
    readme = _words(Path("README.md").read_text("utf-8"))
    assert "Exit status: " + ", ".join(f"{s:d} {s.en}" for s in ExitStatus) in readme
    assert _words(CliRunner().invoke(app, ["--help"]).stdout).endswith(help_line())
    rows = Catalogue("iot", "ledger_api", "wallets", "gongji").rows.values()
    assert {row["exit"] for row in rows if "exit" in row} <= {*ExitStatus}


def test_in_a_pipe_help_tells_each_command_in_one_line() -> None:
    lines = [line.split(maxsplit=1) for line in CliRunner().invoke(app, ["-h"]).stdout.splitlines()]
    assert all([name, text] in lines for name, (_, text) in COMMANDS.items())


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"gongji {version('gongji')}\n")


def _paths(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _paths(inner, (*path, name))


PATHS = dict(found for name in COMMANDS for found in _paths(imported(name), (name,)))


@pytest.mark.parametrize("path", [(), *PATHS, ("act", "accept-task")], ids=" ".join)
def test_help_has_a_short_name_at_every_level(path: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(app, [*path, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)


@pytest.mark.parametrize("path", [p for p, c in PATHS.items() if not hasattr(c, "commands")], ids=" ".join)
def test_help_ends_with_an_example_that_is_a_right_call(path: tuple[str, ...]) -> None:
    last = CliRunner().invoke(app, [*path, "--help"]).stdout.splitlines()[-1]
    label, _, call = last.strip().partition("gongji ")
    assert label.startswith("例 for example:")
    assert not CliRunner().invoke(app, [*call.split(), "--help"]).exit_code
    command, arguments = PATHS[path], call.split()[len(path) :]
    context = command.make_context(path[-1], arguments, help_option_names=[])
    assert all(context.params[p.name] is not None for p in command.params if p.required)


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_another_name_of_a_command_is_the_same_command(alias: str, name: str) -> None:
    aliased, same = (CliRunner().invoke(app, [n, "--help"]) for n in (alias, name))
    assert (aliased.exit_code, aliased.stdout) == (0, same.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_called_has_the_help_that_is_listed(command: str) -> None:
    called = CliRunner().invoke(app, [command, "--help"])
    assert called.exit_code == 0, called.output
    assert COMMANDS[command][1] in _words(called.stdout)


def test_a_group_without_a_command_says_what_it_has_and_ends_as_misused() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gongji", "fund"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "unfreeze" in result.stdout
    assert not result.stderr


def test_a_mistyped_command_is_told_with_the_one_that_was_meant() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gongji", "fnd"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert [line[:2] for line in result.stderr.splitlines()] == ["错误", "原因", "办法"]
    assert "`gongji fund`" in result.stderr


@pytest.mark.parametrize(
    ("call", "named", "right"),
    [
        (("fund", "show"), "缺少 fund needs fund", "gongji fund show 1"),
        (("fund", "show", "abc"), "the value of fund is not valid", "gongji fund show 1"),
        (
            ("audit", "verify", "bundle"),
            "needs --trust",
            "gongji audit verify bundle --trust data/trust.json",
        ),
        (("member", "grant", "0x12", "king", "1", "30"), "the value of role is not valid", "treasurer 1 365"),
        (("fund", "list", "--jsn"), "no option --jsn", "gongji fund list"),
        (("fund", "show", "1", "2"), "is not used correctly", "gongji fund show 1"),
        (("act", "accept-task"), "needs --key", "gongji act accept-task --task 0x… --key my-key.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_call_is_told_with_a_right_one(call: tuple[str, ...], named: str, right: str) -> None:
    result = gongji(*call)
    assert result.returncode == 2
    what, why, remedy = result.stderr.splitlines()
    assert named in what
    assert why.startswith("原因 why:")
    assert f"例 for example: {right}" in remedy or right in remedy
    assert not result.stdout
