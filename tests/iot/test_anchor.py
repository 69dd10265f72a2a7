"""When a head is anchored: after so many leaves or so many seconds, and never when nothing is new."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from iot.directory import Anchor
from iot.event.event import EventType
from iot.log import anchor
from iot.log.anchor import next_anchor
from tests.iot.town import NOW

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.ingest.ingest import Ingest
    from iot.log.store import EventStore
    from iot.simulator.device import SimulatedDevice


def anchored(size: int, seconds_ago: int) -> Anchor:
    return Anchor(size=size, root=bytes(32), block_number=1, time_seconds=NOW - seconds_ago)


@pytest.mark.parametrize(
    ("leaves", "last", "size"),
    [
        (0, None, None),
        (1, None, 1),
        (3, anchored(3, 10_000), None),
        (3, anchored(2, 599), None),
        (3, anchored(2, 600), 3),
        (12, anchored(3, 1), None),
        (13, anchored(3, 1), 13),
    ],
)
async def test_a_head_is_due_after_ten_new_leaves_or_ten_minutes(
    leaves: int, last: Anchor | None, size: int | None, ingest: Ingest, store: EventStore, pad: SimulatedDevice,
    config: IotConfig,
) -> None:  # fmt: skip
    await ingest.receive_many(
        [pad.emit(EventType.DEVICE_STATUS, NOW * 1000 + n).message for n in range(leaves)]
    )
    with store.log() as log:
        head = next_anchor(log, last, replace(config, anchor_leaves=10), now_seconds=NOW)
        assert (head.size if head else None) == size
        if head:
            assert head == log.head()


async def test_a_backlog_longer_than_a_head_may_grow_is_anchored_in_several_heads(
    ingest: Ingest,
    store: EventStore,
    pad: SimulatedDevice,
    config: IotConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(anchor, "MOST_NEW_LEAVES", 4)
    await ingest.receive_many([pad.emit(EventType.DEVICE_STATUS, NOW * 1000 + n).message for n in range(9)])
    sizes: list[int] = []
    with store.log() as log:
        while head := next_anchor(
            log, anchored(sizes[-1], 10_000) if sizes else None, config, now_seconds=NOW
        ):
            sizes.append(head.size)
    assert sizes == [4, 8, 9]
