"""What the command line says of itself, and what that costs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gongji.cli import COMMANDS, app

HEAVY = {"aiohttp", "cryptography", "eth_account", "fastapi", "pydantic", "rich", "sqlalchemy", "web3"}
LIST_MODULES = "import sys; from gongji.cli import app; app(['--help'], standalone_mode=False); print(*sys.modules, file=sys.stderr)"


def _words(text: str) -> str:
    return " ".join(text.split())


def test_help_imports_nothing_heavy() -> None:
    told = subprocess.run([sys.executable, "-c", LIST_MODULES], capture_output=True, text=True, check=True)
    assert "Commands:" in told.stdout
    assert not HEAVY & {name.partition(".")[0] for name in told.stderr.split()}


def test_reading_the_settings_imports_neither_databases_nor_chains() -> None:
    listed = "import sys, gongji.settings; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert not (HEAVY - {"pydantic"}) & {name.partition(".")[0] for name in told.stdout.split()}


def test_help_tells_every_command_whole_and_in_order() -> None:
    told = _words(CliRunner().invoke(app, ["--help"]).stdout)
    assert told.endswith(" ".join(f"{name} {text}" for name, (_, text) in COMMANDS.items()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_called_has_the_help_that_is_listed(command: str) -> None:
    called = CliRunner().invoke(app, [command, "--help"])
    assert called.exit_code == 0, called.output
    assert COMMANDS[command][1] in _words(called.stdout)


def test_a_group_without_a_command_says_what_it_has_and_ends_as_misused() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "gongji", "fund"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "thaw" in told.stdout
    assert not told.stderr


def test_a_mistyped_command_is_told_with_the_one_that_was_meant() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "gongji", "fnd"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert "Did you mean 'fund'?" in told.stderr
