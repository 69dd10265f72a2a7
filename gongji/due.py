"""What is due, by the mirror: claims that may be admitted, credits and campaigns whose time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import CampaignState, TaskState
from gongji.mirror import things
from indexer.projections import campaign
from indexer.projections.task import Phase, phase, tasks

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from indexer.projections.task import Task


def claims(mirror: Engine) -> list[Task]:
    """Tasks that somebody has: the only ones of which a claim may be admitted."""
    return things(mirror, tasks, tasks.table.c.state == TaskState.ACCEPTED)


def credits(mirror: Engine, now: int) -> list[bytes]:  # noqa: A001 the word of the time bank
    """Tasks whose claims may be credited.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    claimed = things(mirror, tasks, tasks.table.c.state == TaskState.CLAIMED)
    return [task.task for task in claimed if phase(task, now) is Phase.CREDITABLE]


def settlements(mirror: Engine, now: int) -> list[int]:
    """Campaigns that have closed and are not settled."""
    unsettled = things(mirror, campaign.campaigns, campaign.campaigns.table.c.state == CampaignState.OPEN)
    return [c.campaign for c in unsettled if campaign.phase(c, now) is campaign.Phase.CLOSED]
