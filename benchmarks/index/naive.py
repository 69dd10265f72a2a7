"""The other side as most people write it: a loop of web3's `get_logs` and ORM inserts. Prints its figures as JSON.

It verifies nothing, keeps no blocks, no transactions and no balances.

python -m benchmarks.index.naive RPC_URL DATABASE_URL LAST_BLOCK
"""

from __future__ import annotations

import json
import sys
import time

from sqlalchemy import BigInteger, LargeBinary, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from web3 import HTTPProvider, Web3

from benchmarks.index.paper_chain import LEDGER
from contracts.abi import artifact

BLOCKS_A_REQUEST = 25


class Base(DeclarativeBase):
    """Base of the tables."""


class Row(Base):
    """One transfer."""

    __tablename__ = "transferred"
    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    log_index: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    payee: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    unit: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[int]
    cause: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)


def main(rpc_url: str, database_url: str, last_block: str) -> None:
    """Indexes, and tells seconds, events and the sum of amounts."""
    contract = Web3(HTTPProvider(rpc_url)).eth.contract(
        Web3.to_checksum_address(LEDGER), abi=artifact("Ledger")["abi"]
    )
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    began = time.perf_counter()
    for first in range(0, int(last_block) + 1, BLOCKS_A_REQUEST):
        last = min(first + BLOCKS_A_REQUEST - 1, int(last_block))
        logs = contract.events.Transferred().get_logs(from_block=first, to_block=last)
        with Session(engine) as session:
            session.add_all(
                [Row(block=log["blockNumber"], log_index=log["logIndex"], **log["args"]) for log in logs]
            )
            session.commit()
    seconds = time.perf_counter() - began
    with Session(engine) as session:
        events, amount = session.execute(select(func.count(), func.sum(Row.amount))).one()
    print(json.dumps({"seconds": seconds, "events": events, "amount": int(amount)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
