"""The peer: the same address by a plain FastAPI endpoint over the SQLAlchemy ORM, on the same database."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from indexer.projections.account import accounts
from indexer.tables import balances, cursor, mirror


class Base(DeclarativeBase):
    """Maps the tables of the mirror."""

    metadata = mirror


class Account(Base):
    """An account."""

    __table__ = accounts.table


class Balance(Base):
    """A balance after a block."""

    __table__ = balances


class Cursor(Base):
    """The head of the mirror."""

    __table__ = cursor


class AccountAnswer(BaseModel):
    """The answer."""

    model_config = ConfigDict(from_attributes=True)
    account: str
    unit: int
    world: bool
    balance: int
    block_number: int
    block_hash: str
    finality: str


def create_app(mirror_url: str) -> FastAPI:
    """The peer's application."""
    app = FastAPI()
    app.state.sessions = async_sessionmaker(_engine(mirror_url))
    app.get("/v1/accounts/{account}")(get_account)
    return app


def _engine(mirror_url: str) -> AsyncEngine:
    url = make_url(mirror_url)
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url)
    names = {"schema_translate_map": {mirror.schema: None}}
    return create_async_engine(url.set(drivername="sqlite+aiosqlite"), execution_options=names)


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


async def get_account(account: str, session: Annotated[AsyncSession, Depends(_session)]) -> AccountAnswer:
    """The balance of an account."""
    head: Any
    found: Any
    balance: Any
    key = bytes.fromhex(account[2:])
    head = (await session.scalars(select(Cursor))).one()
    found = (
        await session.scalars(
            select(Account).where(accounts.table.c.account == key, accounts.table.c.to_block.is_(None))
        )
    ).one_or_none()
    if found is None:
        raise HTTPException(404)
    last = select(Balance).where(balances.c.account == key).order_by(balances.c.block_number.desc()).limit(1)
    balance = (await session.scalars(last)).one_or_none()
    return AccountAnswer(
        account=account,
        unit=found.unit,
        world=found.world,
        balance=balance.balance if balance else 0,
        block_number=head.number,
        block_hash="0x" + head.hash.hex(),
        finality="final" if head.number <= head.final_number else "confirmed",
    )
