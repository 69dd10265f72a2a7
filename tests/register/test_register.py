"""What the register keeps, from whom it keeps it, and what it refuses."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, select, update

from kit.database import writing
from register.errors import RegisterAlteredError, RegisterKeyError
from register.names import NameBook
from register.nouns import NAMED, PLACES, Name, Place
from register.register import KEY_FILE, Register
from register.tables import edits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AUNT, UNCLE = "0x" + "aa" * 16, "0x" + "bb" * 16
WANG = Name(zh="王桂英", en="Wang Guiying")
FUNDS, MEMBERS = NAMED["funds"], NAMED["members"]


@pytest.fixture
def register(database_url: str, tmp_path: Path) -> Iterator[Register]:
    with closing(Register.open(database_url, tmp_path / KEY_FILE, lambda: 1_750_000_000)) as opened:
        yield opened


def test_history_says_who_called_a_fund_what_and_when(register: Register) -> None:
    for zh in ("春晖", "春晖基金", "春晖基金"):
        register.put(FUNDS, "1", Name(zh=zh, en="Chunhui"), "steward")
    told = [(edit.value and edit.value.zh, edit.editor) for edit in register.history(FUNDS, "1")]
    assert told == [("春晖", "steward"), ("春晖基金", "steward")]
    assert {edit.edited_at for edit in register.history(FUNDS, "1")} == {1_750_000_000}


def test_a_persons_name_is_nowhere_in_the_database_and_a_funds_name_is(register: Register) -> None:
    register.put(MEMBERS, AUNT, WANG, "registrar")
    register.put(FUNDS, "1", Name(zh="春晖", en="Chunhui"), "steward")
    with register.engine.connect() as connection:
        values = b"".join(connection.scalars(select(edits.c.value)).all())
    assert "春晖".encode() in values
    assert "王桂英".encode() not in values
    assert register.get(MEMBERS, AUNT) == WANG


def test_who_is_forgotten_is_nowhere_and_the_others_stay(register: Register) -> None:
    register.put(MEMBERS, AUNT, WANG, "registrar")
    register.put(MEMBERS, UNCLE, WANG, "registrar")
    assert register.forget(f"members/{AUNT}", "registrar")
    assert register.entries(MEMBERS) == {UNCLE: WANG}
    assert [edit.value for edit in register.history(MEMBERS, AUNT)] == [None, None]
    register.put(MEMBERS, AUNT, WANG, "registrar")
    assert register.get(MEMBERS, AUNT) == WANG


def test_a_value_put_in_anothers_place_is_found(register: Register) -> None:
    place, salts = "0x" + "11" * 16, ("0x" + "22" * 32, "0x" + "33" * 32)
    for key, salt in zip("ab", salts, strict=True):
        register.put(PLACES, key, Place(place=place, salt=salt), "keeper")
    with writing(register.engine) as connection:
        other = select(edits.c.value).where(edits.c.key == "b").scalar_subquery()
        connection.execute(update(edits).where(edits.c.key == "a").values(value=other))
    with pytest.raises(RegisterAlteredError, match="places/a"):
        register.get(PLACES, "a")


def test_a_lost_key_is_said_and_not_made_anew(register: Register, database_url: str, tmp_path: Path) -> None:
    register.put(MEMBERS, AUNT, WANG, "registrar")
    key = (tmp_path / KEY_FILE).read_bytes()
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(RegisterKeyError, match="is missing; restore"):
        Register.open(database_url, tmp_path / KEY_FILE)
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(RegisterKeyError, match="has 5 bytes instead of 32"):
        Register.open(database_url, tmp_path / KEY_FILE)
    (tmp_path / KEY_FILE).write_bytes(bytes(32))
    with (
        closing(Register.open(database_url, tmp_path / KEY_FILE)) as opened,
        pytest.raises(RegisterKeyError, match="is not the one"),
    ):
        opened.get(MEMBERS, AUNT)
    (tmp_path / KEY_FILE).write_bytes(key)
    assert register.get(MEMBERS, AUNT) == WANG


def test_the_key_is_its_owners_alone(register: Register, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if "key" in path.name] == [KEY_FILE]


def test_of_many_who_make_an_entry_at_once_one_does(register: Register) -> None:
    def make(number: int) -> Name:
        return register.setdefault(FUNDS, "1", lambda: Name(zh=f"{number}", en=f"{number}"), "steward")

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(make, range(24)))
    assert made == {register.get(FUNDS, "1")}
    assert len(register.history(FUNDS, "1")) == 1


def test_names_that_were_read_stay_while_the_database_is_away(register: Register) -> None:
    register.put(FUNDS, "1", Name(zh="春晖", en="Chunhui"), "steward")
    book = NameBook(register)
    assert book.current().has("funds", 1)
    serving, register.engine = register.engine, create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert book.current(at_once=True).has("funds", 1)
    register.engine = serving


@pytest.mark.parametrize("zh", ["", "   ", "长" * 81])
def test_a_name_that_is_none_is_refused(zh: str) -> None:
    with pytest.raises(ValueError, match="zh"):
        Name(zh=zh, en="Chunhui")
