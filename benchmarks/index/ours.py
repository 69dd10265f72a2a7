"""Our side: a verified sync from nothing to the head. Prints its figures as JSON.

python -m benchmarks.index.ours RPC_URL DATABASE_URL [--without-projections]
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import time


async def sync(rpc_url: str, database_url: str) -> float:
    """Seconds that catching up took."""
    # Inside, because the processes that prove blocks load this module too and need none of it.
    from benchmarks.index.paper_chain import deployment
    from indexer.config import IndexerConfig
    from indexer.sync import Syncer

    config = IndexerConfig(rpc_urls=(rpc_url,), database_url=database_url, deployment=deployment())
    syncer = await Syncer.open(config)
    began = time.perf_counter()
    await syncer.catch_up()
    seconds = time.perf_counter() - began
    await syncer.close()
    return seconds


def without_projections() -> None:
    """Has the writer keep no state, only history."""
    if importlib.util.find_spec("indexer.projections"):
        importlib.import_module("indexer.projections").NOUNS = ()  # type: ignore[attr-defined]


def figures(database_url: str) -> dict[str, int]:
    """Events, the sum of the amounts that moved, and rows that are versions of a state."""
    from sqlalchemy import create_engine, inspect, text

    from contracts.events import EVENTS, Transferred
    from indexer.names import table_name

    engine = create_engine(database_url)
    schema = None if engine.dialect.name == "sqlite" else "mirror"
    place, inspector = f"{schema}." if schema else "", inspect(engine)
    columns = {
        t: {c["name"] for c in inspector.get_columns(t, schema)} for t in inspector.get_table_names(schema)
    }
    versions = [table for table, names in columns.items() if {"from_block", "to_block"} <= names]
    with engine.connect() as connection:

        def total(value: str, tables: list[str]) -> int:
            parts = (connection.execute(text(f"SELECT {value} FROM {place}{t}")).scalar_one() for t in tables)
            return sum(map(int, parts))

        return {
            "events": total("count(*)", [table_name(event) for event in EVENTS]),
            "amount": total("sum(amount)", [table_name(Transferred)]),
            "versions": total("count(*)", versions),
        }


def main() -> None:
    """Syncs, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rpc_url")
    parser.add_argument("database_url")
    parser.add_argument("--without-projections", action="store_true")
    arguments = parser.parse_args()
    if arguments.without_projections:
        without_projections()
    seconds = asyncio.run(sync(arguments.rpc_url, arguments.database_url))
    print(json.dumps({"seconds": seconds, **figures(arguments.database_url)}))


if __name__ == "__main__":
    main()
