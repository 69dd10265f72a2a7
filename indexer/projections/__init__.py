"""State beside history: what things are now, and were at any height, folded from the events in the transaction that writes them.

One module for each noun. Nobody else folds events: pages, keeper and device evidence read these tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from indexer.errors import ProjectionUnknownError
from indexer.projections.account import accounts
from indexer.projections.agreement import agreements
from indexer.projections.anchor import anchors
from indexer.projections.bank_line_use import bank_line_uses
from indexer.projections.budget_line import budget_lines
from indexer.projections.campaign import campaign_settlements, campaigns, gifts
from indexer.projections.change import changes
from indexer.projections.committee import committees, tiers
from indexer.projections.delegation import delegations
from indexer.projections.device import devices, enrolments
from indexer.projections.earning import worker_days, worker_months, workers
from indexer.projections.enterprise import enterprises
from indexer.projections.fund import funds, purposes
from indexer.projections.handler import blocks_of
from indexer.projections.hours import level_hours, town_hours
from indexer.projections.member import guardians, keys, members, placed_households, recoveries, roles, seats
from indexer.projections.open_rows import OpenRows
from indexer.projections.purpose_day import purpose_days
from indexer.projections.receipt_key import receipt_keys
from indexer.projections.redemption import redemptions
from indexer.projections.request import requests
from indexer.projections.service import services
from indexer.projections.task import tasks
from indexer.projections.veto import vetoes
from indexer.projections.volunteer import volunteers
from indexer.projections.work import lot_settlements, lots, order_progress, rate_cards, work_orders
from kit.sql import insert_all, update_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from indexer.batch import Batch
    from indexer.projections.projection import Projection

# A noun comes after those that it looks up.
NOUNS: tuple[Projection, ...] = (
    members, placed_households, keys, guardians, recoveries, roles, delegations, tiers, committees, seats, requests,
    accounts, funds, purposes, purpose_days, budget_lines, bank_line_uses, campaigns, campaign_settlements, gifts,
    services, tasks, redemptions, volunteers, town_hours, level_hours, devices, enrolments, anchors, changes, vetoes, agreements, receipt_keys,
    enterprises, rate_cards, work_orders, lots, order_progress, lot_settlements, workers, worker_days,
    worker_months,
)  # fmt: skip


def projection_named(name: str) -> Projection:
    """A projection by the name of its table.

    Raises:
        ProjectionUnknownError: There is none of this name.
    """
    found = next((noun for noun in NOUNS if noun.name == name), None)
    if found is None:
        raise ProjectionUnknownError(name, [noun.name for noun in NOUNS])
    return found


def write(connection: Connection, batch: Batch, nouns: Sequence[Projection] | None = None) -> None:
    """Folds a batch into nouns.

    What all of them look for is read at once, and what all of them change is written at once: PostgreSQL takes longer to be
    asked than to answer.

    Args:
        connection: In the transaction that writes the batch.
        batch: Proven blocks.
        nouns: Which; None for all. Those that they look up come before them or are up to date.

    Raises:
        ImpossibleEventError: An event cannot follow on those before it.
    """
    blocks, open_rows = blocks_of(batch), OpenRows(connection)
    folds = [(noun.table, noun.fold(batch, blocks)) for noun in (NOUNS if nouns is None else nouns)]
    for _, fold in folds:
        fold.prepare(open_rows)
    open_rows.load()
    for _, fold in folds:
        fold.run(open_rows)
    try:
        with connection.begin_nested():
            # The index over open rows allows one for each key, so the earlier ones end first.
            update_all(connection, "to_block", [(table, fold.ends) for table, fold in folds])
            insert_all(connection, [(table, fold.rows()) for table, fold in folds])
    except IntegrityError:
        for _, fold in folds:
            fold.refuse_beginning(OpenRows(connection))
        raise


def rewind(connection: Connection, number: int) -> None:
    """Takes all nouns back to what they were at a block."""
    for noun in NOUNS:
        noun.rewind(connection, number)
