"""The register of places keeps every binding, whoever writes and whenever a writer dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from gongji.places import PlaceRegister, place_commitment

BINDINGS = 200
BIND = """
import sys
from pathlib import Path
from gongji.places import PlaceRegister
register, place = PlaceRegister(Path(sys.argv[1])), sys.argv[2].encode() * 16
for number in range(int(sys.argv[3])):
    register.bind(place, number.to_bytes(32, "big"))
"""


def salt(number: int) -> bytes:
    return number.to_bytes(32, "big")


class Registering(RuleBasedStateMachine):
    """Two registers on one file beside a dictionary; one dies while it writes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "places.jsonl"
        self.registers = [PlaceRegister(self.path), PlaceRegister(self.path)]
        self.known: dict[bytes, bytes] = {}

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(which=st.integers(0, 1), place=st.binary(min_size=16, max_size=16), number=st.integers(0, 9))
    def bind(self, which: int, place: bytes, number: int) -> None:
        commitment = self.registers[which].bind(place, salt(number))
        assert commitment == place_commitment(place, salt(number))
        self.known[commitment] = place

    @rule(which=st.integers(0, 1), cut=st.integers(1, 60), place=st.binary(min_size=16, max_size=16))
    def die_while_writing(self, which: int, cut: int, place: bytes) -> None:
        """The line is torn; its binding was never given to anybody."""
        PlaceRegister(self.path).bind(place, salt(99))
        self.path.write_bytes(self.path.read_bytes()[:-cut])
        self.registers[which] = PlaceRegister(self.path)

    @rule(which=st.integers(0, 1), of_nobody=st.binary(min_size=32, max_size=32))
    def ask(self, which: int, of_nobody: bytes) -> None:
        for commitment, place in self.known.items():
            assert self.registers[which].place_of(commitment) == place
        assert self.registers[which].place_of(of_nobody) is None


TestRegistering = Registering.TestCase
TestRegistering.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)


def test_two_processes_that_bind_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.jsonl"
    command = [sys.executable, "-c", BIND, str(path)]
    writers = [subprocess.Popen([*command, name, str(BINDINGS)]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    register = PlaceRegister(path)
    for name in (b"a", b"b"):
        place = name * 16
        assert {register.place_of(place_commitment(place, salt(n))) for n in range(BINDINGS)} == {place}
