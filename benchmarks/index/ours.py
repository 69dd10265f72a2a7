"""Our side: a verified sync from nothing to the head. Prints its figures as JSON.

python -m benchmarks.index.ours RPC_URL DATABASE_URL
"""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def sync(rpc_url: str, database_url: str) -> float:
    """Seconds that catching up took."""
    # Inside, because the processes that prove blocks load this module too and need none of it.
    from benchmarks.index.paper_chain import deployment
    from indexer.config import IndexerConfig
    from indexer.sync import Syncer

    config = IndexerConfig(rpc_url=rpc_url, database_url=database_url, deployment=deployment())
    syncer = await Syncer.open(config)
    began = time.perf_counter()
    await syncer.catch_up()
    seconds = time.perf_counter() - began
    await syncer.close()
    return seconds


def main(rpc_url: str, database_url: str) -> None:
    """Syncs, and tells seconds, events and the sum of amounts."""
    from sqlalchemy import func, select

    from contracts.events import Transferred
    from indexer.schema import MIRROR
    from indexer.tables import EVENT_TABLES
    from kit.database import open_engine

    seconds = asyncio.run(sync(rpc_url, database_url))
    table = EVENT_TABLES[Transferred]
    with open_engine(database_url, MIRROR).connect() as connection:
        events, amount = connection.execute(
            select(func.count(), func.sum(table.c.amount)).select_from(table)
        ).one()
    print(json.dumps({"seconds": seconds, "events": events, "amount": int(amount)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
