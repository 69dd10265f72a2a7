"""The register of places keeps every binding, whoever writes and whenever a writer dies."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import event

from register import KEY_FILE
from register.commitments import place_commitment
from register.errors import EditRefusedError
from register.nouns import HOMES, PLACES, Home
from register.places import PlaceRegister
from register.register import Register

if TYPE_CHECKING:
    from typing import Any

BINDINGS = 100
# Says each commitment when it has it.
BIND = """
import sys
from pathlib import Path
from register.places import PlaceRegister
from register.register import Register
places = PlaceRegister(Register.open(sys.argv[1], Path(sys.argv[2])))
for number in range(int(sys.argv[4])):
    print(places.bind(sys.argv[3].encode() * 16, number.to_bytes(32, "big")).hex(), flush=True)
"""
PLACES_OF_PEOPLE = st.sampled_from([letter * 16 for letter in (b"a", b"b", b"c")])


def salt(number: int) -> bytes:
    return number.to_bytes(32, "big")


def opened(folder: Path) -> Register:
    return Register.open(url(folder), folder / KEY_FILE)


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/town.db"


class DiedError(Exception):
    """The writer died."""


class Registering(RuleBasedStateMachine):
    """Two programs with one register beside a dictionary; one dies while it writes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.registers = [self._open(), self._open()]
        self.places = [PlaceRegister(register) for register in self.registers]
        self.known: dict[bytes, bytes] = {}

    def _open(self) -> Register:
        return opened(Path(self.folder.name))

    def teardown(self) -> None:
        for register in self.registers:
            register.close()
        self.folder.cleanup()

    @rule(which=st.integers(0, 1), place=PLACES_OF_PEOPLE, number=st.integers(0, 9))
    def bind(self, which: int, place: bytes, number: int) -> None:
        commitment = self.places[which].bind(place, salt(number))
        assert commitment == place_commitment(place, salt(number))
        self.known[commitment] = place

    @rule(which=st.integers(0, 1), place=st.binary(min_size=16, max_size=16))
    def die_while_writing(self, which: int, place: bytes) -> None:
        """The edit is not committed; its binding was never given to anybody."""

        def die(_: Any) -> None:
            raise DiedError

        engine = self.registers[which].engine
        event.listen(engine, "commit", die)
        with pytest.raises(DiedError):
            self.places[which].bind(place, salt(99))
        event.remove(engine, "commit", die)
        self.start_again(which)
        assert self.places[which].place_of(place_commitment(place, salt(99))) is None

    @rule(which=st.integers(0, 1))
    def start_again(self, which: int) -> None:
        self.registers[which].close()
        self.registers[which] = self._open()
        self.places[which] = PlaceRegister(self.registers[which])

    @rule(which=st.integers(0, 1), place=PLACES_OF_PEOPLE)
    def forget(self, which: int, place: bytes) -> None:
        """Nobody knows the place any more who starts again."""
        self.registers[which].forget(f"places/0x{place.hex()}", "registrar")
        self.known = {commitment: found for commitment, found in self.known.items() if found != place}
        for register in self.registers:
            assert {entry.place for entry in register.entries(PLACES).values()} == {
                f"0x{found.hex()}" for found in self.known.values()
            }

    @rule(which=st.integers(0, 1), of_nobody=st.binary(min_size=32, max_size=32))
    def ask(self, which: int, of_nobody: bytes) -> None:
        for commitment, place in self.known.items():
            assert self.places[which].place_of(commitment) == place
        assert self.places[which].place_of(of_nobody) is None


TestRegistering = Registering.TestCase
TestRegistering.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_two_processes_that_bind_at_once_lose_nothing_not_even_when_one_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BIND, url(tmp_path), str(tmp_path / KEY_FILE)]
    writers = [
        subprocess.Popen([*command, name, str(BINDINGS)], stdout=subprocess.PIPE, text=True) for name in "ab"
    ]
    assert writers[0].stdout is not None
    first_lines = [writers[0].stdout.readline() for _ in range(BINDINGS // 2)]
    writers[0].kill()
    rest, whole = (writer.communicate(timeout=300)[0] for writer in writers)
    assert (writers[0].returncode, writers[1].returncode) == (-9, 0)
    of_first = [
        *"".join(first_lines).split(),
        *(line for line in rest.splitlines(keepends=True) if line[-1] == "\n"),
    ]
    with closing(opened(tmp_path)) as register:
        places = PlaceRegister(register)
        assert {places.place_of(bytes.fromhex(commitment)) for commitment in of_first} == {b"a" * 16}
        assert {places.place_of(bytes.fromhex(commitment)) for commitment in whole.split()} == {b"b" * 16}
        assert len(whole.split()) == BINDINGS


def test_the_auditors_exhibit_has_a_line_for_each_binding(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as register:
        places = PlaceRegister(register)
        commitments = [places.bind(b"a" * 16, salt(number)) for number in (1, 2, 1)]
        lines = [json.loads(line) for line in places.exhibit()]
    assert lines == [
        {"commitment": commitments[number].hex(), "place": (b"a" * 16).hex(), "salt": salt(number + 1).hex()}
        for number in (0, 1)
    ]


def test_a_home_that_another_program_forgets_meanwhile_gets_no_commitment(tmp_path: Path) -> None:
    key = f"0x{b'a'.hex() * 16}"
    with closing(opened(tmp_path)) as here, closing(opened(tmp_path)) as there:
        here.put(HOMES, key, Home(name="58号楼302室", fund=1), "registrar")
        places = PlaceRegister(here)
        assert places.place_of(places.bind_home(key, "members/0x")) == b"a" * 16
        there.forget(f"places/{key}", "operator")
        with pytest.raises(EditRefusedError, match=f"homes/{key} is gone"):
            places.bind_home(key, "members/0x")
        assert list(PlaceRegister(there).exhibit()) == []
