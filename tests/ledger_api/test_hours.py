"""Hours as they were, and the tasks of a volunteer, from the state that the mirror keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.events import ClaimAdmitted, ClaimCredited, TaskAccepted, TaskOpened, TaskReleased
from indexer.projections.hours import town_hours
from kit.prepared import Prepared
from ledger_api.overview.queries import hours_at
from ledger_api.tasks.queries import tasks_held_by, visits_before
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Select

    from contracts.types import Event

ANNA, BEN = b"anna".ljust(16), b"ben".ljust(16)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    yield opened
    opened.close()


def rows(mirror: PaperMirror, query: Prepared | Select[Any]) -> list[Any]:
    with mirror.engine.connect() as connection:
        if isinstance(query, Prepared):
            return list(connection.execute(query.statement, query.values))
        return list(connection.execute(query))


def opened(task: bytes) -> Event:
    return TaskOpened(
        task=task, fund=1, service=1, authorised_minutes=60, beneficiary=bytes(32), coordinator=b"c" * 16, expires_at=2**40
    )  # fmt: skip


def served(task: bytes, member: bytes, minutes: int) -> list[Event]:
    claimed = ClaimAdmitted(
        task=task, volunteer=member, served_minutes=minutes, credit_minutes=minutes, level=2, ruleset=bytes(32), check_in=task * 2,
        check_out=task * 2, creditable_at=0,
    )  # fmt: skip
    credited = ClaimCredited(task=task, volunteer=member, credited_minutes=minutes)
    return [opened(task), TaskAccepted(task=task, volunteer=member), claimed, credited]


def test_what_was_credited_until_a_second_counts_at_that_second(mirror: PaperMirror) -> None:
    mirror.write([[], served(ANNA, ANNA, 40), [], served(BEN, BEN, 5)])
    moments = {time_of(2) - 1: None, time_of(2): 40, time_of(4) - 1: 40, time_of(4): 45, time_of(9): 45}
    for time, minutes in moments.items():
        found = [town_hours.version(row).issued_minutes for row in rows(mirror, hours_at(time))]
        assert found == ([] if minutes is None else [minutes])


def test_a_task_that_was_given_back_is_with_who_took_it_over(mirror: PaperMirror) -> None:
    first, second = b"1".ljust(16), b"2".ljust(16)
    mirror.write(
        [
            [opened(first), opened(second)],
            [TaskAccepted(task=second, volunteer=ANNA)],
            [TaskReleased(task=second, volunteer=ANNA), TaskAccepted(task=second, volunteer=BEN)],
            [TaskAccepted(task=first, volunteer=ANNA)],
        ]
    )
    held = {member: [row.task for row in rows(mirror, tasks_held_by(member))] for member in (ANNA, BEN)}
    assert held == {ANNA: [first], BEN: [second]}


def test_a_visit_is_no_longer_held_and_the_latest_comes_first(mirror: PaperMirror) -> None:
    early, late, others = (name.ljust(16) for name in (b"early", b"late", b"others"))
    mirror.write([[opened(late)], served(early, ANNA, 5), served(others, BEN, 5), served(late, ANNA, 5)[1:]])
    assert rows(mirror, tasks_held_by(ANNA)) == []
    assert [row.task for row in rows(mirror, visits_before(ANNA, None, 9))] == [late, early]
    assert [row.task for row in rows(mirror, visits_before(BEN, None, 9))] == [others]
