"""The directory tells of devices, tasks and anchors what their whole history says."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from contracts.enums import DeviceClass
from contracts.events import (
    DeviceEnrolled,
    DeviceRevoked,
    DeviceSuspended,
    HeadAnchored,
    LogResumed,
    ServiceSet,
    TaskAccepted,
    TaskOpened,
    TaskReleased,
)
from gongji.run.directory import MirrorDirectory
from register import KEY_FILE
from register.places import PlaceRegister
from register.register import Register
from tests.indexer.projections import histories_hours
from tests.indexer.projections.paper_mirror import PaperMirror, time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.types import Event
    from tests.indexer.projections.paper_mirror import History


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperMirror]:
    opened = PaperMirror(f"sqlite:///{tmp_path_factory.mktemp('directory') / 'mirror.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def directory(mirror: PaperMirror, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MirrorDirectory]:
    folder = tmp_path_factory.mktemp("places")
    with closing(Register.open(f"sqlite:///{folder}/town.db", folder / KEY_FILE)) as register:
        yield MirrorDirectory(mirror.engine, PlaceRegister(register))


def of(history: History, kinds: tuple[type[Event], ...], **values: Any) -> list[Any]:
    """Events of some kinds with these values, in order."""
    return [
        event
        for event in chain.from_iterable(history)
        if isinstance(event, kinds) and all(getattr(event, name) == value for name, value in values.items())
    ]


@settings(max_examples=60, deadline=None)
@given(history=histories_hours.histories())
def test_devices_are_told_with_every_enrolment_and_what_became_of_them(
    mirror: PaperMirror, directory: MirrorDirectory, history: History
) -> None:
    mirror.rewind(0)
    mirror.write(history)
    for device in (number.to_bytes(8, "big") for number in (1, 2)):
        enrolled = of(history, (DeviceEnrolled,), device=device)
        record = directory.device(device)
        if not enrolled:
            assert record is None
            continue
        assert record is not None
        starts = [(e.device_class, e.valid_from_seconds) for e in record.enrolments]
        assert starts == [(DeviceClass(e.device_class), e.valid_from) for e in enrolled]
        suspensions = of(history, (DeviceSuspended,), device=device)
        assert record.suspended == (bool(suspensions) and suspensions[-1].suspended)
        revocations = of(history, (DeviceRevoked,), device=device)
        from_seconds = record.revocation and record.revocation.compromised_from_seconds
        assert from_seconds == (revocations[0].compromised_from if revocations else None)


@settings(max_examples=60, deadline=None)
@given(history=histories_hours.histories())
def test_tasks_are_told_with_whoever_has_them_and_the_rule_of_their_service(
    mirror: PaperMirror, directory: MirrorDirectory, history: History
) -> None:
    mirror.rewind(0)
    mirror.write(history)
    rules = {event.service: event.min_minutes for event in of(history, (ServiceSet,))}
    for opened in of(history, (TaskOpened,)):
        record = directory.task(opened.task)
        assert record is not None
        assert record.min_minutes == rules.get(opened.service, 0)
        moves = of(history, (TaskAccepted, TaskReleased), task=opened.task)
        has_it = moves[-1].volunteer if moves and isinstance(moves[-1], TaskAccepted) else None
        assert record.volunteer == has_it
    assert directory.task(bytes(16)) is None


@settings(max_examples=60, deadline=None)
@given(history=histories_hours.histories())
def test_the_first_anchor_above_a_leaf_is_one_that_was_not_set_aside(
    mirror: PaperMirror, directory: MirrorDirectory, history: History
) -> None:
    mirror.rewind(0)
    mirror.write(history)
    heads: list[tuple[int, int]] = []
    for number, events in enumerate(history, 1):
        for event in events:
            if isinstance(event, HeadAnchored):
                heads.append((event.size, number))
            elif isinstance(event, LogResumed):
                heads = [head for head in heads if head[0] <= event.size]
    last = directory.last_anchor()
    assert (last and last.size) == (heads[-1][0] if heads else None)
    for index in range(heads[-1][0] + 1 if heads else 1):
        anchor = directory.anchor_above(index)
        above = next(((size, number) for size, number in heads if size > index), None)
        assert (anchor and (anchor.size, anchor.block_number)) == above
        assert anchor is None or anchor.time_seconds == time_of(anchor.block_number)
