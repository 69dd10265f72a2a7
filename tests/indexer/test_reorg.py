"""A mirror follows a node that changes its mind, down to the last final block and not below it."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.config import IndexerConfig
from indexer.errors import ReorgBelowFinalError
from indexer.run import status
from indexer.sync import Syncer
from tests.indexer.conftest import content, fresh_content, mirrored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.indexer.forking import ForkingTown

FINALITY = 8

# What happens in one round: blocks taken back, then donations of each new block, then whether the mirror looks.
ROUNDS = st.lists(
    st.tuples(
        st.integers(0, FINALITY),
        st.lists(st.lists(st.integers(1, 10**6), max_size=3), min_size=1, max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


async def test_blocks_that_the_node_gave_up_leave_no_trace(
    founded: ForkingTown, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    syncer = await Syncer.open(config := configure(rpc_urls=(founded.url,), finality_blocks=FINALITY))
    await founded.give(100)
    await founded.mine(3)
    await syncer.catch_up()
    await founded.take_back(3)
    await founded.give(7)
    await founded.mine(2)
    assert await syncer.catch_up() == await founded.height()
    await syncer.close()
    held = content(config.database_url)
    fresh = await fresh_content(founded.deployment, founded.url, tmp_path, finality_blocks=FINALITY)
    held["cursor"], fresh["cursor"] = ([row[:3] for row in c["cursor"]] for c in (held, fresh))
    assert held == fresh
    assert [row[7] for row in held["transferred"]] == [7]


async def test_a_node_that_is_behind_on_the_same_chain_takes_nothing_back(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    syncer = await Syncer.open(config := configure(rpc_urls=(founded.url,), finality_blocks=FINALITY))
    await founded.mine(3)
    height = await syncer.catch_up()
    await founded.take_back(2)
    assert await syncer.catch_up() == height
    await syncer.close()
    assert (await status(config)).head_number == height - 2


@pytest.mark.parametrize("finality_blocks", [0, 2])
async def test_a_fork_below_a_final_block_halts_the_mirror(
    finality_blocks: int, founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    await founded.mine(4)
    syncer = await Syncer.open(config := configure(rpc_urls=(founded.url,), finality_blocks=finality_blocks))
    height = await syncer.catch_up()
    before = content(config.database_url)
    await founded.take_back(finality_blocks + 1)
    await founded.give(5)
    await founded.mine(finality_blocks + 3)
    final = height - finality_blocks
    with pytest.raises(ReorgBelowFinalError, match=rf"block {final}: hash of a final block"):
        await syncer.catch_up()
    await syncer.close()
    assert content(config.database_url) == before
    assert (await status(config)).halted


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=ROUNDS)
async def test_any_sequence_of_forks_ends_as_a_fresh_mirror(
    rounds: list[tuple[int, list[list[int]], bool]],
    founded: ForkingTown,
    tmp_path: Path,
) -> None:
    folder = TemporaryDirectory(dir=tmp_path)
    config = IndexerConfig(
        rpc_urls=(founded.url,), database_url=f"sqlite:///{folder.name}/forked.db", deployment=founded.deployment,
        finality_blocks=10**6, workers=0,
    )  # fmt: skip
    base = await founded.height()
    syncer = await Syncer.open(config)
    for taken_back, new_blocks, looks in rounds:
        await founded.take_back(min(taken_back, await founded.height() - base))
        for amounts in new_blocks:
            if amounts:
                await founded.give(*amounts)
            await founded.mine()
        if looks:
            assert await syncer.catch_up() == await founded.height()
    await founded.mine(FINALITY)
    assert await syncer.catch_up() == await founded.height()
    await syncer.close()
    fresh = await fresh_content(founded.deployment, founded.url, tmp_path, finality_blocks=10**6)
    assert content(config.database_url) == fresh
    folder.cleanup()


async def test_a_new_mirror_of_a_forked_node_has_final_blocks_from_the_start(
    founded: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    await founded.mine(2)
    config = configure(rpc_urls=(founded.url,), finality_blocks=1)
    height = await mirrored(config)
    assert (await status(config)).final_number == height - 1
