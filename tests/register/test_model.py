"""The register beside a dict: what was written last stands, what was before is told, who is forgotten is nowhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from register import KEY_FILE
from register.names import NameBook
from register.nouns import NAMED, Name, Noun
from register.register import Register

KEYS = st.sampled_from(["1", "2", "0x" + "ab" * 16])
NAMES = st.builds(
    Name, zh=st.sampled_from(["春晖基金", "王阿姨"]), en=st.sampled_from(["Chunhui", "Aunt Wang"])
)
# One noun that everybody may read, and one of people.
NOUNS = st.sampled_from([NAMED["funds"], NAMED["members"]])


class Registered(RuleBasedStateMachine):
    """Two programs with one register."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now, self.model = 0, dict[tuple[str, str], list[Name | None]]()
        self.registers = [self._open(), self._open()]
        self.books = [NameBook(register) for register in self.registers]

    def _open(self) -> Register:
        folder = Path(self.folder.name)
        return Register.open(f"sqlite:///{folder}/town.db", folder / "keys" / KEY_FILE, lambda: self.now)

    @rule(who=st.sampled_from([0, 1]), noun=NOUNS, key=KEYS, value=st.none() | NAMES)
    def writes(self, who: int, noun: Noun[Name], key: str, value: Name | None) -> None:
        self.registers[who].put(noun, key, value, "steward")
        edits = self.model.setdefault((noun.name, key), [])
        if (edits[-1] if edits else None) != value:
            edits.append(value)

    @rule(who=st.sampled_from([0, 1]), noun=NOUNS, key=KEYS, value=NAMES)
    def writes_where_nothing_stands(self, who: int, noun: Noun[Name], key: str, value: Name) -> None:
        edits = self.model.setdefault((noun.name, key), [])
        if not edits or edits[-1] is None:
            edits.append(value)
        assert self.registers[who].setdefault(noun, key, lambda: value, "steward") == edits[-1]

    @rule(who=st.sampled_from([0, 1]), key=KEYS)
    def forgets_a_member(self, who: int, key: str) -> None:
        edits = self.model.get(("members", key), [])
        is_known = any(edits)
        assert self.registers[who].forget(f"members/{key}", "registrar") == is_known
        if edits and edits[-1] is not None:
            edits.append(None)
        self.model[("members", key)] = [None for _ in edits]

    @rule(who=st.sampled_from([0, 1]))
    def starts_again(self, who: int) -> None:
        self.registers[who].close()
        self.registers[who] = self._open()
        self.books[who] = NameBook(self.registers[who])

    @invariant()
    def both_tell_the_same_as_the_model(self) -> None:
        for register, book in zip(self.registers, self.books, strict=True):
            names = book.look()
            for noun in (NAMED["funds"], NAMED["members"]):
                edits = {key: values for (name, key), values in self.model.items() if name == noun.name}
                entries = {
                    key: values[-1] for key, values in edits.items() if values and values[-1] is not None
                }
                assert register.entries(noun) == entries
                assert names.named(noun.name) == entries
                for key, values in edits.items():
                    assert [edit.value for edit in register.history(noun, key)] == values
                    assert register.get(noun, key) == entries.get(key)

    def teardown(self) -> None:
        for register in self.registers:
            register.close()
        self.folder.cleanup()


TestRegistered = Registered.TestCase
TestRegistered.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
