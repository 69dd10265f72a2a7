"""Volunteer hours of the town, in all and by level."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Index

from contracts.enums import AssuranceLevel
from contracts.events import (
    ClaimAdmitted,
    ClaimCredited,
    ClaimLapsed,
    ClaimRejected,
    CreditReversed,
    DecidedForProvider,
    RedemptionConfirmed,
    RedemptionReversed,
    RedemptionSettled,
)
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.redemption import Redemption, redemptions
from indexer.projections.task import Task, tasks
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class TownHours(Version):
    """Minutes of the whole town since it began. There is one thing of this kind; its versions tell what it was when."""

    town: int = column("Always 1.")
    pending_minutes: int = column("Claimed and not yet credited, in dispute or not, in minutes.")
    issued_minutes: int = column("Credited and not reversed, in minutes.")
    redeemed_minutes: int = column("Exchanged for services received, in minutes.")


@dataclass(kw_only=True)
class LevelHours(Version):
    """Minutes credited at a level."""

    level: AssuranceLevel = column("How sure the credits are.")
    credited_minutes: int = column("Credited and not reversed, in minutes.")


town_hours = Noun("town_hours", TownHours, key=("town",), past_is_read=True)
level_hours = Noun("level_hours", LevelHours, key=("level",))
TOWN = {"town": 1}
# The page asks for what the hours were at a moment.
Index(None, town_hours.table.c.from_block)


@town_hours.sets(ClaimAdmitted, key=TOWN)
def _claimed(hours: TownHours | None, event: ClaimAdmitted, _: Block) -> TownHours:
    hours = hours or _new()
    hours.pending_minutes += event.credit_minutes
    return hours


@town_hours.changes(ClaimRejected, look_up=tasks, key=TOWN)
@town_hours.changes(ClaimLapsed, look_up=tasks, key=TOWN)
def _rejected(hours: TownHours, _: ClaimRejected | ClaimLapsed, __: Block, task: Task) -> None:
    hours.pending_minutes -= task.credit_minutes or 0


@town_hours.changes(ClaimCredited, key=TOWN)
def _issued(hours: TownHours, event: ClaimCredited, _: Block) -> None:
    hours.pending_minutes -= event.credited_minutes
    hours.issued_minutes += event.credited_minutes


@town_hours.changes(CreditReversed, look_up=tasks, key=TOWN)
def _taken_back(hours: TownHours, _: CreditReversed, __: Block, task: Task) -> None:
    hours.issued_minutes -= task.credit_minutes or 0


@town_hours.sets(RedemptionConfirmed, look_up=redemptions, key=TOWN)
@town_hours.sets(RedemptionSettled, look_up=redemptions, key=TOWN)
@town_hours.sets(DecidedForProvider, look_up=redemptions, key=TOWN)
def _redeemed(hours: TownHours | None, _: object, __: Block, redemption: Redemption) -> TownHours:
    hours = hours or _new()
    hours.redeemed_minutes += redemption.held_minutes
    return hours


@town_hours.changes(RedemptionReversed, look_up=redemptions, key=TOWN)
def _redeemed_no_more(hours: TownHours, _: RedemptionReversed, __: Block, redemption: Redemption) -> None:
    hours.redeemed_minutes -= redemption.held_minutes


def _new() -> TownHours:
    return TownHours(town=1, pending_minutes=0, issued_minutes=0, redeemed_minutes=0)


@level_hours.sets(ClaimCredited, look_up=tasks)
def _credited(hours: LevelHours | None, event: ClaimCredited, _: Block, task: Task) -> LevelHours:
    hours = hours or LevelHours(level=AssuranceLevel(task.level or 0), credited_minutes=0)
    hours.credited_minutes += event.credited_minutes
    return hours


@level_hours.changes(CreditReversed, look_up=tasks)
def _reversed(hours: LevelHours, _: CreditReversed, __: Block, task: Task) -> None:
    hours.credited_minutes -= task.credit_minutes or 0
