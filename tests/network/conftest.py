"""What the tests of a network share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.rpc.async_client import AsyncRpcClient
from tests.network.dress import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A network of four validators, at its genesis."""
    async with Network.started() as started:
        yield started


@pytest.fixture
async def client(network: Network) -> AsyncIterator[AsyncRpcClient]:
    """A connection to the network."""
    client = AsyncRpcClient([network.url], 20)
    yield client
    await client.close()
