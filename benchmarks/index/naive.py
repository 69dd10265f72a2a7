"""The other side as most people write it: a loop of web3's `get_logs` and ORM inserts. Prints its figures as JSON.

It keeps the same events in a table each, verifies nothing, keeps no blocks, no transactions, no balances and no states.

python -m benchmarks.index.naive RPC_URL DATABASE_URL LAST_BLOCK
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, LargeBinary, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from web3 import HTTPProvider, Web3

from benchmarks.index.abi_log import ADDRESSES
from contracts.abi import artifact
from contracts.events import EVENTS, Transferred
from indexer.names import table_name

if TYPE_CHECKING:
    from contracts.types import Event, Param

BLOCKS_A_REQUEST = 25


class Base(DeclarativeBase):
    """Base of the tables."""


class Row:
    """Where an event is."""

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True)


def main(rpc_url: str, database_url: str, last_block: str) -> None:
    """Indexes, and tells seconds, events and the sum of the amounts that moved."""
    web3, readers = Web3(HTTPProvider(rpc_url)), {event.TOPIC: reader(event) for event in EVENTS}
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    addresses = [Web3.to_checksum_address(address) for address in ADDRESSES.values()]
    began, events = time.perf_counter(), 0
    for first in range(0, int(last_block) + 1, BLOCKS_A_REQUEST):
        last = min(first + BLOCKS_A_REQUEST - 1, int(last_block))
        logs = web3.eth.get_logs({"fromBlock": first, "toBlock": last, "address": addresses})
        with Session(engine) as session:
            session.add_all([readers[bytes(log["topics"][0])](log) for log in logs])
            session.commit()
        events += len(logs)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "events": events, "amount": amount(engine)}))


def reader(event: type[Event]) -> Any:
    """What makes a row of a log, with a table of its own for the event."""
    abi = next(entry for entry in artifact(event.CONTRACT)["abi"] if entry.get("name") == event.__name__)
    # Of the ABI only the one event: to search the whole for each log would take web3 most of the time.
    decode = Web3().eth.contract(abi=[abi]).events[event.__name__]().process_log
    names, table = [param.name for param in event.params()], orm_class(event)

    def row(log: Any) -> Any:
        decoded = decode(log)
        values = [decoded["args"][i["name"]] for i in abi["inputs"]]
        flat = [
            part for value in values for part in (value.values() if isinstance(value, Mapping) else [value])
        ]
        return table(
            block=log["blockNumber"], log_index=log["logIndex"], **dict(zip(names, flat, strict=True))
        )

    return row


def orm_class(event: type[Event]) -> Any:
    """The ORM class of an event."""
    columns = {param.name: column(param) for param in event.params()}
    return type(event.__name__, (Row, Base), {"__tablename__": table_name(event), **columns})


def column(param: Param) -> Any:
    """The column of a parameter; web3 gives addresses as text."""
    kinds = {"bool": Boolean, "address": String, "bytes": LargeBinary}
    kind = kinds.get(param.scalar.abi.rstrip("0123456789"), BigInteger)
    return mapped_column(kind, index=param.indexed)


def amount(engine: Any) -> int:
    """Sum of the amounts of all transfers."""
    with Session(engine) as session:
        moved = Base.metadata.tables[table_name(Transferred)].c.amount
        return int(session.execute(select(func.sum(moved))).scalar_one())


if __name__ == "__main__":
    main(*sys.argv[1:])
