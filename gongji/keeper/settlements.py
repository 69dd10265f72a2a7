"""Settles campaigns that have closed, once gifts that the bank booked before are attested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.enums import CampaignState
from gongji.keeper.duty import Duty, Order
from gongji.mirror import current_versions
from indexer.projections import campaign
from wallets.intents import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


class Settlements(Duty):
    """Settles campaigns that have closed, once gifts that the bank booked before are attested."""

    def orders(self) -> Iterator[Order]:
        """Settlements that are due."""
        hour = self._context.hour()
        for closed in due(self._context.mirror, self._context.clock()):
            call = Call(contract="Campaigns", function="settle", args=(closed,))
            yield Order(sender="relayer", key=f"keeper:settle/{closed}/{hour}", call=call)


def due(mirror: Engine, now: int) -> list[int]:
    """Campaigns that have closed, whose grace is over, and that are not settled.

    Args:
        mirror: Reads the mirror.
        now: Seconds since 1970.
    """
    unsettled = current_versions(
        mirror, campaign.campaigns, campaign.campaigns.table.c.state == CampaignState.OPEN
    )
    return [c.campaign for c in unsettled if campaign.phase(c, now) is campaign.Phase.CLOSED]
