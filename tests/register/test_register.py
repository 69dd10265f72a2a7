"""What the register keeps, from whom it keeps it, and what it refuses."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, select, update

from kit.database import writing
from register import KEY_FILE
from register.errors import EditRefusedError, RegisterAlteredError, RegisterKeyError
from register.names import NameBook
from register.nouns import (
    BANK_ACCOUNTS,
    HOUSEHOLDS,
    NAMED,
    PLACES,
    BankAccount,
    Household,
    Name,
    Noun,
    Place,
    Value,
)
from register.register import Register
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
    history = [(edit.value and edit.value.zh, edit.editor) for edit in register.history(FUNDS, "1")]
    assert history == [("春晖", "steward"), ("春晖基金", "steward")]
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
    one, another = (Place(place=place, salt=salt) for salt in salts)
    for entry in (one, another):
        register.put(PLACES, entry.commitment, entry, "keeper")
    with writing(register.engine) as connection:
        other = select(edits.c.value).where(edits.c.key == another.commitment).scalar_subquery()
        connection.execute(update(edits).where(edits.c.key == one.commitment).values(value=other))
    with pytest.raises(RegisterAlteredError, match=f"places/{one.commitment}"):
        register.get(PLACES, one.commitment)


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
        entries = set(pool.map(make, range(24)))
    assert entries == {register.get(FUNDS, "1")}
    assert len(register.history(FUNDS, "1")) == 1


def test_names_that_were_read_stay_while_the_database_is_away(register: Register) -> None:
    register.put(FUNDS, "1", Name(zh="春晖", en="Chunhui"), "steward")
    book = NameBook(register)
    assert book.current().has("funds", 1)
    serving, register.engine = register.engine, create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert book.look().has("funds", 1)
    register.engine = serving


@pytest.mark.parametrize("zh", ["", "   ", "长" * 81])
def test_a_name_that_is_none_is_refused(zh: str) -> None:
    with pytest.raises(ValueError, match="zh"):
        Name(zh=zh, en="Chunhui")


PLACE, ACCOUNT = (
    Place(place="0x" + "11" * 16, salt="0x" + "22" * 32),
    BankAccount(number="62220001", salt="0x" + "33" * 32),
)
SALTED = {"salt": "0x" + "44" * 32}
REFUSED: list[tuple[str, Noun[Any], str, Value | None, Value | None, str]] = [
    ("another place", PLACES, PLACE.commitment, None, PLACE.model_copy(update=SALTED), "place and salt give the commitment"),
    ("a place taken away", PLACES, PLACE.commitment, PLACE, None, "have the place forgotten instead"),
    ("another number", BANK_ACCOUNTS, "1", ACCOUNT, ACCOUNT.model_copy(update={"number": "1"}), "open another bank account"),
    ("another salt", BANK_ACCOUNTS, "1", ACCOUNT, ACCOUNT.model_copy(update=SALTED), "open another bank account"),
    ("an account taken away", BANK_ACCOUNTS, "1", ACCOUNT, None, "open another bank account"),
    ("an account that no chain has", BANK_ACCOUNTS, "01", None, ACCOUNT, "number of a bank account on chain, got '01'"),
    ("a meter that no chain has", HOUSEHOLDS, "0x12", None, Household(fund=1, service=5), "0x and 16 hex digits, got '0x12'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("noun", "key", "before", "value", "reason"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_an_edit_that_contradicts_the_chain_is_refused_and_leaves_what_stands(
    register: Register, noun: Noun[Any], key: str, before: Value | None, value: Value | None, reason: str
) -> None:
    if before is not None:
        register.put(noun, key, before, "steward")
    with pytest.raises(EditRefusedError, match=re.escape(reason)) as refused:
        register.put(noun, key, value, "steward")
    assert all((refused.value.what, refused.value.why, refused.value.remedy))
    assert register.get(noun, key) == before
    assert len(register.history(noun, key)) == (before is not None)
    if value is not None and before is None:
        with pytest.raises(EditRefusedError):
            register.setdefault(noun, key, lambda: value, "steward")


def test_of_many_entries_with_one_that_contradicts_the_chain_none_is_written(register: Register) -> None:
    good, bad = (PLACE.commitment, PLACE), ("0x" + "55" * 32, PLACE)
    with pytest.raises(EditRefusedError):
        register.put_all(PLACES, [good, bad], "keeper")
    assert register.entries(PLACES) == {}


def test_a_place_that_was_forgotten_may_be_written_again(register: Register) -> None:
    register.put(PLACES, PLACE.commitment, PLACE, "keeper")
    register.forget(f"places/{PLACE.place}", "registrar")
    assert register.get(PLACES, PLACE.commitment) is None
    register.put(PLACES, PLACE.commitment, PLACE, "keeper")
    assert register.get(PLACES, PLACE.commitment) == PLACE
