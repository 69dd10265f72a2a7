"""When a head is anchored: after so many leaves or so many seconds, and never when nothing is new."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from audit.decode.merkle_log import goes_on
from iot.directory import Anchor
from iot.errors import LogForeignError
from iot.event.event import EventType
from iot.log import anchor
from iot.log.anchor import consistency, next_anchor
from tests.iot.town import NOW

if TYPE_CHECKING:
    from iot.config import IotConfig
    from iot.ingest.ingest import Ingest
    from iot.log.log import Head
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
        if last:
            last = replace(last, root=log.head(last.size).root)
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
    heads: list[Head] = []
    with store.log() as log:
        last: Anchor | None = None
        while head := next_anchor(log, last, config, now_seconds=NOW):
            heads.append(head)
            last = replace(anchored(head.size, 10_000), root=head.root)
    assert [head.size for head in heads] == [4, 8, 9]


async def test_each_head_is_proven_to_go_on_from_the_one_before(
    ingest: Ingest, store: EventStore, pad: SimulatedDevice
) -> None:
    await ingest.receive_many([pad.emit(EventType.DEVICE_STATUS, NOW * 1000 + n).message for n in range(9)])
    with store.log() as log:
        heads = [log.head(size) for size in (3, 4, 9)]
        assert consistency(log, None, heads[0]) == ()
        for former, head in pairwise(heads):
            last = replace(anchored(former.size, 0), root=former.root)
            path = consistency(log, last, head)
            assert goes_on(former.root, former.size, head.root, head.size, path)
            assert not goes_on(former.root, former.size, head.root, head.size, path[1:])


@pytest.mark.parametrize("size", [2, 12])
async def test_after_a_head_that_is_none_of_this_log_nothing_is_anchored(
    size: int, ingest: Ingest, store: EventStore, pad: SimulatedDevice, config: IotConfig
) -> None:
    """Whoever has the log keeper's key can anchor what is not there; the true log goes on when that is set aside."""
    await ingest.receive_many([pad.emit(EventType.DEVICE_STATUS, NOW * 1000 + n).message for n in range(9)])
    with store.log() as log, pytest.raises(LogForeignError, match=f"of {size} leaves"):
        next_anchor(log, anchored(size, 10_000), config, now_seconds=NOW)
