"""Whatever happens, and however it reaches the mirror: a projection is what plain folding gives, at every height."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from contracts.events import KeyEnded, MemberRegistered, ProposalApproved
from indexer import schema
from indexer.errors import ProjectionUnknownError
from indexer.projections.fold import ImpossibleEventError
from indexer.projections.member import members
from indexer.tables import projections as projections_table
from tests.indexer.projections import histories_hours, histories_money, histories_requests
from tests.indexer.projections.paper_mirror import PaperMirror
from tests.indexer.projections.reference_fold import State, fields_of, nouns, reference_fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.projections.noun import Noun
    from tests.indexer.projections.paper_mirror import History

HISTORIES = histories_requests.histories() | histories_hours.histories() | histories_money.histories()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path_factory.mktemp('projections') / 'mirror.db'}")
    yield opened
    opened.close()


def states(mirror: PaperMirror) -> list[State]:
    """State at each height, as the versions tell it."""
    versions = {noun.name: (noun, mirror.versions(noun)) for noun in nouns()}

    def at(height: int, noun: Any, all_versions: list[Any]) -> dict[Any, dict[str, Any]]:
        held = [
            v for v in all_versions if v.from_block <= height and (v.to_block is None or height < v.to_block)
        ]
        found = {noun.key_of(version): fields_of(version) for version in held}
        assert len(found) == len(held), "two versions of one thing hold at one height"
        return found

    return [{name: at(height, *of) for name, of in versions.items()} for height in range(mirror.height + 1)]


@settings(max_examples=60, deadline=None)
@given(history=HISTORIES, steps=st.lists(st.integers(1, 5)), back=st.lists(st.integers(0, 6)))
def test_batches_and_rewinds_give_what_plain_folding_gives(
    mirror: PaperMirror, history: History, steps: list[int], back: list[int]
) -> None:
    mirror.rewind(0)
    for step, rewound in zip([*steps, len(history)], [*back, *len(steps) * [0], 0], strict=False):
        mirror.write(history[mirror.height : mirror.height + step])
        mirror.rewind(max(0, mirror.height - rewound))
    mirror.write(history[mirror.height :])
    assert states(mirror) == reference_fold(history)


@settings(max_examples=60, deadline=None)
@given(history=HISTORIES, noun=st.sampled_from(nouns()))
def test_a_projection_replayed_alone_is_what_it_was(
    mirror: PaperMirror, history: History, noun: Noun[Any]
) -> None:
    mirror.rewind(0)
    mirror.write(history)
    before = states(mirror)
    mirror.replay(noun)
    assert states(mirror) == before


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (KeyEnded(member=bytes(16), key=bytes(20)), "KeyEnded of keys 0x0000"),
        (ProposalApproved(proposal_id=bytes(32), round=1, seats=1), "ProposalApproved of requests 0x0000"),
    ],
)
def test_an_event_about_a_thing_that_never_began_halts_the_mirror(
    tmp_path: Path, event: Any, reason: str
) -> None:
    mirror = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    with pytest.raises(ImpossibleEventError, match=reason) as halted:
        mirror.write([[], [event]])
    assert halted.value.block_number == 2
    assert all(mirror.versions(noun) == [] for noun in nouns())
    mirror.close()


JOINED = MemberRegistered(member=bytes(16), kind=1, household=bytes(16))


@pytest.mark.parametrize("batches", [[[[JOINED, JOINED]]], [[[JOINED]], [[], [JOINED]]]])
def test_a_thing_that_begins_a_second_time_halts_the_mirror(
    database_url: str, batches: list[History]
) -> None:
    mirror = PaperMirror(database_url)
    for batch in batches[:-1]:
        mirror.write(batch)
    before = states(mirror)
    with pytest.raises(ImpossibleEventError, match="MemberRegistered of members 0x0000") as halted:
        mirror.write(batches[-1])
    assert halted.value.block_number == mirror.height + len(batches[-1])
    assert states(mirror) == before
    mirror.close()


def test_a_projection_that_other_rules_made_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mirror.db'}"
    mirror = PaperMirror(url)
    mirror.write([[JOINED]])
    with mirror.engine.begin() as connection:
        connection.execute(delete(members.table))
        connection.execute(
            update(projections_table)
            .where(projections_table.c.name == members.name)
            .values(digest=b"other rules")
        )
    mirror.close()
    mirror = PaperMirror(url)
    assert list(mirror.now(members)) == [bytes(16)]
    mirror.close()


def test_a_projection_is_made_anew_by_its_name_and_an_unknown_name_is_told(tmp_path: Path) -> None:
    mirror = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.write([[JOINED]])
    with mirror.engine.begin() as connection:
        connection.execute(delete(members.table))
    schema.rebuild(mirror.engine, "members")
    assert list(mirror.now(members)) == [bytes(16)]
    with pytest.raises(ProjectionUnknownError, match=r"expected one of members, .*, got 'people'"):
        schema.rebuild(mirror.engine, "people")
    mirror.close()
