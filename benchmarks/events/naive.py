"""The other side: the same verification, then one ORM object and one commit per event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, LargeBinary, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from iot.event.message import verify
from iot.log.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.events.fleet import FleetDirectory
    from iot.event.cose import Domain


class Base(DeclarativeBase):
    """Tables of this side."""


class StoredEvent(Base):
    """One event, with the columns and indexes of our leaves."""

    __tablename__ = "stored_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    event_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    message: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    captured_ms: Mapped[int] = mapped_column(BigInteger)
    task: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    actor: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)


def naive_rate(
    url: str, messages: Sequence[bytes], directory: FleetDirectory, domain: Domain, seconds: float
) -> float:
    """Events a second of a plain loop, for so many seconds or until there are no more."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    began, done = time.perf_counter(), 0
    with Session(engine) as session:
        for message in messages:
            verified = verify(message, device=directory.device, domain=domain)
            event = verified.event
            if (
                session.scalar(select(StoredEvent.id).where(StoredEvent.event_hash == verified.event_hash))
                is None
            ):
                session.add(
                    StoredEvent(
                        leaf_hash=leaf_hash(message), event_hash=verified.event_hash, message=message,
                        device=event.device, seq=event.seq, captured_ms=event.captured_ms, task=event.task,
                        actor=event.actor,
                    )
                )  # fmt: skip
                session.commit()
            done += 1
            if time.perf_counter() - began > seconds:
                break
    engine.dispose()
    return done / (time.perf_counter() - began)
