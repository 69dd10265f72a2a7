"""Who is forgotten is nowhere; who is unknown is said; and nothing is made where no town is."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from contracts.deployment import Deployment
from contracts.errors import DeploymentError
from gongji.cli import app
from gongji.errors import SubjectUnknownError
from gongji.run import configs
from gongji.settings import load
from register.nouns import NAMED, Name

if TYPE_CHECKING:
    from pathlib import Path

AUNT = "0x" + "aa" * 16
MEMBERS = NAMED["members"]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town with one name of a person."""
    Deployment(chain_id=1, genesis_hash="0x" + 64 * "0", contracts={}).save(tmp_path / "deployment.json")
    with closing(configs.open_register(load(tmp_path))) as register:
        register.put(MEMBERS, AUNT, Name(zh="王桂英", en="Wang Guiying"), "registrar")
    return tmp_path


def forget(town: Path, subject: str, *more: str, answer: str = "") -> int:
    ran = CliRunner().invoke(
        app, ["register", "forget", subject, "--data-dir", str(town), *more], input=answer
    )
    if isinstance(ran.exception, Exception) and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code


def name_of(town: Path) -> Name | None:
    with closing(configs.open_register(load(town))) as register:
        return register.get(MEMBERS, AUNT)


def test_who_is_forgotten_is_nowhere_and_it_is_asked_before(town: Path) -> None:
    assert forget(town, f"members/{AUNT}", answer="n\n") != 0
    assert name_of(town) is not None
    assert forget(town, f"members/{AUNT}", "--yes") == 0
    assert name_of(town) is None


def test_a_subject_that_nothing_belongs_to_is_said(town: Path) -> None:
    with pytest.raises(SubjectUnknownError, match="the register has no key for it"):
        forget(town, "members/0x12", "--yes")
    assert name_of(town) is not None


def test_no_register_is_made_where_no_town_is(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError):
        forget(tmp_path, f"members/{AUNT}", "--yes")
    assert list(tmp_path.iterdir()) == []
