"""Redemptions: minutes exchanged for a service."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import RedemptionState
from contracts.events import RedemptionCancelled, RedemptionCompleted, RedemptionOpened
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Redemption(Version):
    """A redemption."""

    redemption: bytes = column("Its id, 16 bytes.")
    member: bytes = column("Who redeems, 16 bytes.")
    provider: bytes = column("Member who serves, 16 bytes.")
    service: int = column("Code of the service.")
    held_minutes: int = column("Held for it, in minutes.")
    state: RedemptionState = column("State on the chain.")


redemptions = Noun(
    "redemptions",
    Redemption,
    key=("redemption",),
    open_indexes=[
        ("block_number", "log_index"),
        ("member", "block_number", "log_index"),
        ("provider", "block_number", "log_index"),
    ],
)


@redemptions.begins(RedemptionOpened)
def _opened(event: RedemptionOpened, _: Block) -> Redemption:
    return Redemption(
        redemption=event.redemption,
        member=event.member,
        provider=event.provider,
        service=event.service,
        held_minutes=event.held_minutes,
        state=RedemptionState.HELD,
    )


@redemptions.changes(RedemptionCompleted)
def _completed(redemption: Redemption, event: RedemptionCompleted, _: Block) -> None:
    _require_held(redemption, event)
    redemption.state = RedemptionState.DONE


@redemptions.changes(RedemptionCancelled)
def _cancelled(redemption: Redemption, event: RedemptionCancelled, _: Block) -> None:
    _require_held(redemption, event)
    by_either = event.by in (redemption.member, redemption.provider)
    require(by_either, event, "its member or provider", f"0x{event.by.hex()}")
    redemption.state = RedemptionState.CANCELLED


def _require_held(redemption: Redemption, event: object) -> None:
    require(redemption.state == RedemptionState.HELD, event, "HELD", redemption.state.name)
