"""Redemptions: minutes held for a service, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import RedemptionState
from contracts.events import (
    DecidedForMember,
    DecidedForProvider,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionConfirmed,
    RedemptionDeclined,
    RedemptionDisputed,
    RedemptionLapsed,
    RedemptionOpened,
    RedemptionReversed,
    RedemptionServed,
    RedemptionSettled,
    RedemptionVoided,
)
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column

OPEN, ACCEPTED = RedemptionState.OPEN, RedemptionState.ACCEPTED
SERVED, DISPUTED = RedemptionState.SERVED, RedemptionState.DISPUTED
# While minutes are held; and before anybody has said that the service was given.
HELD = (OPEN, ACCEPTED, SERVED, DISPUTED)
UNSERVED = (OPEN, ACCEPTED)
# So long after its end a redemption may be reversed (`Redemptions.REVERSAL_SECONDS`).
REVERSAL_SECONDS = 365 * 24 * 3600


@dataclass(kw_only=True)
class Redemption(Version):
    """A redemption. What belongs to a dispute or to a coordinator's word is null without one."""

    redemption: bytes = column("Its id, 16 bytes.")
    member: bytes = column("Who redeems, 16 bytes.")
    provider: bytes = column("Member who serves, 16 bytes.")
    fund: int = column("Fund whose coordinators decide if the two do not agree.")
    service: int = column("Code of the service.")
    held_minutes: int = column("Held for it, in minutes.")
    state: RedemptionState = column("State on the chain.")
    until: int = column("When its last state before the end ends by itself, seconds since 1970.")
    dispute: bytes | None = column("Commitment to why the member disputed the service, 32 bytes.")
    judge: bytes | None = column("Coordinator who decided the dispute or voided it, 16 bytes.")
    decision: bytes | None = column("Commitment to the coordinator's reasons, 32 bytes.")
    reversible_until: int | None = column("From then on it is not reversed any more; null before it is done.")
    reverser: bytes | None = column("Coordinator who reversed it, 16 bytes.")
    reversal: bytes | None = column("Commitment to the reasons for reversing it, 32 bytes.")


redemptions = Noun(
    "redemptions",
    Redemption,
    key=("redemption",),
    open_indexes=[
        ("block_number", "log_index"),
        ("member", "block_number", "log_index"),
        ("provider", "block_number", "log_index"),
        ("state", "until"),
        ("state", "fund", "block_number", "log_index"),
        ("dispute",),
        ("decision",),
        ("reversal",),
    ],
)


@redemptions.begins(RedemptionOpened)
def _opened(event: RedemptionOpened, _: Block) -> Redemption:
    return Redemption(
        redemption=event.redemption,
        member=event.member,
        provider=event.provider,
        fund=event.fund,
        service=event.service,
        held_minutes=event.held_minutes,
        state=OPEN,
        until=event.until,
        dispute=None,
        judge=None,
        decision=None,
        reversible_until=None,
        reverser=None,
        reversal=None,
    )


@redemptions.changes(RedemptionAccepted)
def _accepted(redemption: Redemption, event: RedemptionAccepted, block: Block) -> None:
    _require(redemption, event, OPEN)
    _require_before(redemption, event, block)
    redemption.state = ACCEPTED


@redemptions.changes(RedemptionServed)
def _served(redemption: Redemption, event: RedemptionServed, block: Block) -> None:
    _require(redemption, event, ACCEPTED)
    _require_before(redemption, event, block)
    redemption.state, redemption.until = SERVED, event.until


@redemptions.changes(RedemptionDisputed)
def _disputed(redemption: Redemption, event: RedemptionDisputed, block: Block) -> None:
    _require(redemption, event, SERVED)
    _require_before(redemption, event, block)
    redemption.state, redemption.until, redemption.dispute = DISPUTED, event.until, event.document


@redemptions.changes(RedemptionConfirmed)
def _confirmed(redemption: Redemption, event: RedemptionConfirmed, block: Block) -> None:
    _require(redemption, event, ACCEPTED, SERVED, DISPUTED)
    _done(redemption, event, block)


@redemptions.changes(RedemptionSettled)
def _settled(redemption: Redemption, event: RedemptionSettled, block: Block) -> None:
    _require(redemption, event, SERVED)
    _require_from(redemption, event, block)
    _done(redemption, event, block)


@redemptions.changes(DecidedForProvider)
def _decided_for_provider(redemption: Redemption, event: DecidedForProvider, block: Block) -> None:
    _require(redemption, event, DISPUTED)
    _require_before(redemption, event, block)
    _by_coordinator(redemption, event)
    _done(redemption, event, block)


@redemptions.changes(DecidedForMember)
def _decided_for_member(redemption: Redemption, event: DecidedForMember, block: Block) -> None:
    _require(redemption, event, DISPUTED)
    _require_before(redemption, event, block)
    _by_coordinator(redemption, event)
    redemption.state = RedemptionState.RETURNED


@redemptions.changes(RedemptionCancelled)
def _cancelled(redemption: Redemption, event: RedemptionCancelled, _: Block) -> None:
    _require(redemption, event, OPEN)
    redemption.state = RedemptionState.CANCELLED


@redemptions.changes(RedemptionDeclined)
def _declined(redemption: Redemption, event: RedemptionDeclined, _: Block) -> None:
    _require(redemption, event, *UNSERVED)
    redemption.state = RedemptionState.DECLINED


@redemptions.changes(RedemptionVoided)
def _voided(redemption: Redemption, event: RedemptionVoided, _: Block) -> None:
    _require(redemption, event, *UNSERVED)
    _by_coordinator(redemption, event)
    redemption.state = RedemptionState.VOIDED


@redemptions.changes(RedemptionLapsed)
def _lapsed(redemption: Redemption, event: RedemptionLapsed, block: Block) -> None:
    _require(redemption, event, *UNSERVED, DISPUTED)
    _require_from(redemption, event, block)
    redemption.state = RedemptionState.LAPSED


@redemptions.changes(RedemptionReversed)
def _reversed(redemption: Redemption, event: RedemptionReversed, block: Block) -> None:
    _require(redemption, event, RedemptionState.DONE)
    until = redemption.reversible_until or 0
    require(block.time < until, event, f"a time before {until}", block.time)
    _require_third(redemption, event)
    is_second = event.coordinator != redemption.judge
    require(is_second, event, "another coordinator than who decided", f"0x{event.coordinator.hex()}")
    _require_earned(redemption, event)
    redemption.state = RedemptionState.REVERSED
    redemption.reverser, redemption.reversal = event.coordinator, event.document


def _done(
    redemption: Redemption, event: RedemptionConfirmed | RedemptionSettled | DecidedForProvider, block: Block
) -> None:
    _require_earned(redemption, event)
    redemption.state, redemption.reversible_until = RedemptionState.DONE, block.time + REVERSAL_SECONDS


def _require_earned(
    redemption: Redemption,
    event: RedemptionConfirmed | RedemptionSettled | DecidedForProvider | RedemptionReversed,
) -> None:
    fits = event.earned_minutes in (0, redemption.held_minutes)
    require(fits, event, f"0 or {redemption.held_minutes} minutes", event.earned_minutes)


def _by_coordinator(
    redemption: Redemption, event: DecidedForProvider | DecidedForMember | RedemptionVoided
) -> None:
    _require_third(redemption, event)
    redemption.judge, redemption.decision = event.coordinator, event.document


def _require_third(
    redemption: Redemption,
    event: DecidedForProvider | DecidedForMember | RedemptionVoided | RedemptionReversed,
) -> None:
    is_third = event.coordinator not in (redemption.member, redemption.provider)
    require(is_third, event, "neither of the two sides", f"0x{event.coordinator.hex()}")


def _require(redemption: Redemption, event: object, *states: RedemptionState) -> None:
    names = " or ".join(state.name for state in states)
    require(redemption.state in states, event, names, redemption.state.name)


def _require_before(redemption: Redemption, event: object, block: Block) -> None:
    require(block.time < redemption.until, event, f"a time before {redemption.until}", block.time)


def _require_from(redemption: Redemption, event: object, block: Block) -> None:
    require(block.time >= redemption.until, event, f"a time from {redemption.until} on", block.time)
