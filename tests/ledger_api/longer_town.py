"""The town of the story some months on: more of everything that a list has, written into a copy of its mirror."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2
from sqlalchemy import func, select, update

from contracts import events as e
from contracts.enums import AssuranceLevel
from indexer import projections
from indexer.history import EVENT_TABLES
from indexer.schema import MIRROR
from indexer.tables import blocks, cursor, transactions
from kit.database import open_engine
from kit.sql import insert_rows
from ledger_api.app import create_app
from ledger_api.context import Context
from tests.conftest import member_id
from tests.indexer.projections.paper_mirror import batch_of
from tests.ledger_api.client import PUBLIC_URL
from tests.ledger_api.story import CARE, COMMITTEE, COMMUNITY, ENTERPRISE, LINE, STAIRS, named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from contracts.types import Event
    from tests.indexer.projections.paper_mirror import History
    from tests.ledger_api.client import House

MONTH_SECONDS = 31 * 86_400
# How much more there is of everything; a page of the tests has two rows.
MORE = 5
PIECES = 10


@contextlib.asynccontextmanager
async def longer_town(story: House, folder: Path) -> AsyncIterator[House]:
    """The story's house with a mirror that goes on."""
    file = folder / "mirror.db"
    with (
        contextlib.closing(sqlite3.connect(story.config.mirror_url.removeprefix("sqlite:///"))) as whole,
        contextlib.closing(sqlite3.connect(file)) as copied,
    ):
        whole.backup(copied)
    append(
        f"sqlite:///{file}", [*map(month, range(MORE)), [event for i in range(MORE) for event in lately(i)]]
    )
    config = replace(story.config, mirror_url=f"sqlite:///{file}")
    context = Context.open(config, clock=story.town.chain.now)
    app = create_app(context)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=PUBLIC_URL)
    yield replace(story, config=config, app=app, http=http)
    await context.close()


def append(database_url: str, history: History) -> None:
    """Appends blocks, a month between each and the next, with a transaction each."""
    engine = open_engine(database_url, MIRROR)
    with engine.begin() as connection:
        last, time = connection.execute(select(func.max(blocks.c.number), func.max(blocks.c.time))).one()
        batch = batch_of(last + 1, history, lambda number: time + (number - last) * MONTH_SECONDS)
        insert_rows(connection, blocks, batch.blocks)
        carried = [
            (number, 0, bytes([9]) + number.to_bytes(31, "big"), None, 1, 1) for number, *_ in batch.blocks
        ]
        insert_rows(connection, transactions, carried)
        for table in EVENT_TABLES.values():
            insert_rows(connection, table, batch.events.get(table.name, []))
        projections.write(connection, batch)
        number, block_hash, *_ = batch.blocks[-1]
        connection.execute(update(cursor).values(number=number, hash=block_hash, final_number=number))
    engine.dispose()


def month(i: int) -> list[Event]:
    """Work of a month: a card, an order, a lot that is settled and one that is not, and a payment."""
    worker, order, lot = member_id("worker0"), named_id(f"order {i}"), named_id(f"lot {i}")
    parts = {
        "proceeds_fen": 3_330,
        "worker_fen": 1_998,
        "reserve_fen": 166,
        "fund_fen": 999,
        "remainder_fen": 167,
    }
    return [
        e.RateCardPublished(
            enterprise=ENTERPRISE, product=7, version=2 + i, piece_fen=333, worker_bps=6_000, reserve_bps=500, fund_bps=3_000
        ),
        e.WorkOrderOpened(
            order=order, enterprise=ENTERPRISE, product=7, version=2 + i, pieces=100, worker_pieces=100, due_at=2**40
        ),
        e.LotTaken(lot=lot, order=order, worker=worker, pieces=PIECES, until=2**41),
        e.LotTaken(lot=named_id(f"open lot {i}"), order=order, worker=worker, pieces=PIECES, until=2**41),
        e.LotSettled(
            lot=lot, worker=worker, enterprise=ENTERPRISE, accepted_pieces=PIECES, rejected_pieces=0, document=named_id("protocol") * 2,
            foreman=member_id("foreman"), until=2**41, **parts
        ),
        e.PayoutProven(enterprise=ENTERPRISE, worker=worker, bank_line=named_id(f"pay {i}") * 2, amount_fen=100 + i, treasurer=bytes(16)),
    ]  # fmt: skip


def lately(i: int) -> list[Event]:
    """What waits: tasks that are open, held and to be judged, redemptions, requests in every hand, and a campaign with gifts."""
    return [*tasks(i), *requests(i), *gifts(i)]


def tasks(i: int) -> list[Event]:
    """Three tasks of which one is open, one held and one served, and a redemption."""
    volunteer = member_id("volunteer")
    opened = [named_id(f"{word} {i}") for word in ("open", "held", "served")]
    return [
        *(
            e.TaskOpened(
                task=task, fund=COMMUNITY, service=1, authorised_minutes=60 + i, beneficiary=bytes(32),
                coordinator=member_id("coordinator"), expires_at=2**40,
            )
            for task in opened
        ),
        *(e.TaskAccepted(task=task, volunteer=volunteer) for task in opened[1:]),
        e.ClaimAdmitted(
            task=opened[2], volunteer=volunteer, served_minutes=50, credit_minutes=50, level=AssuranceLevel.A2,
            ruleset=bytes(32), check_in=named_id(f"in {i}") * 2, check_out=named_id(f"out {i}") * 2, creditable_at=2**40,
        ),
        e.RedemptionOpened(
            redemption=named_id(f"redeemed {i}"), member=volunteer, provider=member_id("elder"), fund=COMMUNITY, service=1,
            held_minutes=10, until=2**40,
        ),
    ]  # fmt: skip


def requests(i: int) -> list[Event]:
    """A request that is voted on, of every second of which one seat has voted; and one to which a neighbour objected."""
    voted, objected = (named_id(f"{word} {i}") * 2 for word in ("voted", "objected"))
    terms = {
        "committee": COMMITTEE, "purpose": CARE, "budget_line": LINE, "requester": member_id("requester"), "payee": bytes(32),
        "documents": bytes(32), "rules_version": 1, "tier": 0,
    }  # fmt: skip
    return [
        e.ProposalSubmitted(proposal_id=voted, number=20_251_000 + i, amount_fen=10_000 + i, **terms),
        *([e.ProposalApproved(proposal_id=voted, round=1, seats=1)] if i % 2 else []),
        e.ProposalSubmitted(proposal_id=objected, number=20_252_000 + i, amount_fen=20_000 + i, **terms),
        e.NoticeStarted(proposal_id=objected, round=1, notice_ends_at=2**40),
        # Of what a member asked for and objected to, or objected to twice, a list tells once.
        *(
            e.ObjectionRaised(
                proposal_id=objected, member=member_id(name), statement=bytes([7]) * 32, objections=number
            )
            for number, name in enumerate(("neighbour1", "requester", "neighbour1"), 1)
        ),
    ]


def gifts(i: int) -> list[Event]:
    """A campaign; a gift to the first of them."""
    opened = e.CampaignOpened(
        campaign=10 + i, purpose=STAIRS, target_fen=10**6, min_households=0, building=bytes(16), closes_at=2**40, match_purpose=0,
        match_lock_fen=0, match_bps=0, match_per_giver_fen=0, per_household=False,
    )  # fmt: skip
    gift = e.GiftAttested(
        campaign=10, bank_line=named_id(f"gift {i}") * 2, donor=named_id("donor") * 2, household=0, amount_fen=100, booked_on=20_000,
        matched_fen=0, gifts_fen=100 * (i + 1), households=0, treasurer=bytes(16),
    )  # fmt: skip
    return [opened, gift]
