"""What a former version of a module has still to end, by the mirror. Retired before, it could end nothing of it any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_utils import to_canonical_address
from sqlalchemy import ColumnCollection, ColumnElement, and_, func, or_, select

from contracts.enums import CampaignState, LotState, RedemptionState, TaskState
from gongji.run.configs import mirror_reader
from indexer.projections.campaign import campaigns
from indexer.projections.redemption import HELD, redemptions
from indexer.projections.task import UNDECIDED, UNSERVED, tasks
from indexer.projections.work import lots, work_orders
from indexer.tables import blocks, emitters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Select

    from contracts.deployment import Deployment
    from gongji.settings import Settings
    from indexer.projections.noun import Noun

# So long after its dispute is over a settled lot may be taken back (`Cooperative.REVERSAL_SECONDS`).
LOT_REVERSAL_SECONDS = 365 * 86_400

Columns = ColumnCollection[str, ColumnElement[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Things:
    """Things that a module ends by its own rules.

    Attributes:
        noun: Where the mirror keeps them.
        zh: What they are.
        en: What they are, in English.
        is_open: Whether one can still come to something at a time, seconds since 1970.
    """

    noun: Noun[Any]
    zh: str
    en: str
    is_open: Callable[[Columns, Any], ColumnElement[bool]]


# As docs/upgrade.md says; requests go on under any version, and gifts that are owed are refunded.
_THINGS: dict[str, tuple[_Things, ...]] = {
    "Campaigns": (
        _Things(
            noun=campaigns, zh="众筹没有结束", en="campaigns not settled",
            is_open=lambda c, _: c.state == CampaignState.OPEN,
        ),
    ),
    "TimeBank": (
        _Things(
            noun=tasks, zh="任务没有了结，或还能撤销", en="tasks that go on, or whose credit may be reversed",
            is_open=lambda c, now: or_(
                c.state.in_((*UNSERVED, *UNDECIDED)),
                and_(c.state == TaskState.CREDITED, c.reversible_until > now),
            ),
        ),
    ),
    "Redemptions": (
        _Things(
            noun=redemptions, zh="兑换没有了结，或还能撤销", en="redemptions that go on, or may be reversed",
            is_open=lambda c, now: or_(
                c.state.in_(HELD), and_(c.state == RedemptionState.DONE, c.reversible_until > now)
            ),
        ),
    ),
    "Cooperative": (
        _Things(
            noun=work_orders, zh="加工单没有到期", en="work orders not yet due",
            is_open=lambda c, now: c.due_at > now,
        ),
        _Things(
            noun=lots, zh="领活没有了结，或还能撤销", en="lots that go on, or may be reversed",
            is_open=lambda c, now: or_(
                c.state.in_((LotState.TAKEN, LotState.DISPUTED)),
                and_(c.state == LotState.SETTLED, c.until + LOT_REVERSAL_SECONDS > now),
            ),
        ),
    ),
}  # fmt: skip


def still_open(settings: Settings, deployment: Deployment, contract: str) -> list[str]:
    """What former versions of a module have still to end: how many of what, in both languages; none if they may be retired.

    Args:
        settings: Settings of the town.
        deployment: The record of contracts.
        contract: Name of the module.
    """
    *former, latest = deployment.versions(contract)
    addresses = [to_canonical_address(one.address) for one in former]
    engine = mirror_reader(settings)
    try:
        with engine.connect() as mirror:
            counted = [
                (mirror.scalar(_number(things, addresses, latest.block)) or 0, things)
                for things in _THINGS.get(contract, ())
            ]
    finally:
        engine.dispose()
    return [f"{number} {things.zh} {things.en}" for number, things in counted if number]


def _number(things: _Things, former: Sequence[bytes], since: int) -> Select[Any]:
    """How many of them began in a former version: before the latest came in, or in one that the mirror names as emitter."""
    table, now = things.noun.table, select(func.max(blocks.c.time)).scalar_subquery()
    same = and_(emitters.c.block_number == table.c.block_number, emitters.c.log_index == table.c.log_index)
    is_former = or_(
        emitters.c.address.in_(former), and_(emitters.c.address.is_(None), table.c.block_number < since)
    )
    return (
        select(func.count())
        .select_from(table.outerjoin(emitters, same))
        .where(table.c.to_block.is_(None), is_former, things.is_open(table.c, now))
    )
