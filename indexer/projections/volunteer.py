"""What each member has earned and redeemed in the time bank, in all."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import (
    ClaimAdmitted,
    ClaimCredited,
    ClaimLapsed,
    ClaimRejected,
    CreditReversed,
    DecidedForMember,
    DecidedForProvider,
    RedemptionCancelled,
    RedemptionConfirmed,
    RedemptionDeclined,
    RedemptionLapsed,
    RedemptionOpened,
    RedemptionReversed,
    RedemptionSettled,
    RedemptionVoided,
)
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.redemption import Redemption, redemptions
from indexer.projections.task import VERIFIED, Task, tasks
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Volunteer(Version):
    """Minutes of a member who served or redeemed."""

    member: bytes = column("The member, 16 bytes.")
    pending_minutes: int = column("Claimed and not yet credited, in dispute or not, in minutes.")
    credited_minutes: int = column("Credited and not reversed, in minutes.")
    verified_minutes: int = column("Of these at level A2 or above.")
    escrow_minutes: int = column("Held for services not yet received, in minutes.")
    redeemed_minutes: int = column("Exchanged for services received, in minutes.")
    provided_minutes: int = column("Earned by services that others redeemed, in minutes.")


volunteers = Noun("volunteers", Volunteer, key=("member",))
SERVED = {"member": "volunteer"}
PROVIDED = {"member": "provider"}
Done = RedemptionConfirmed | RedemptionSettled | DecidedForProvider


def _has_earned(event: Done | RedemptionReversed) -> bool:
    """Whether a neighbour served: an organisation earns no minutes."""
    return event.earned_minutes > 0


@volunteers.sets(ClaimAdmitted, key=SERVED)
def _claimed(volunteer: Volunteer | None, event: ClaimAdmitted, _: Block) -> Volunteer:
    volunteer = volunteer or _new(event.volunteer)
    volunteer.pending_minutes += event.credit_minutes
    return volunteer


@volunteers.changes(ClaimRejected, look_up=tasks, key=SERVED)
@volunteers.changes(ClaimLapsed, look_up=tasks, key=SERVED)
def _rejected(volunteer: Volunteer, _: ClaimRejected | ClaimLapsed, __: Block, task: Task) -> None:
    volunteer.pending_minutes -= task.credit_minutes or 0


@volunteers.changes(ClaimCredited, look_up=tasks, key=SERVED)
def _credited(volunteer: Volunteer, event: ClaimCredited, _: Block, task: Task) -> None:
    volunteer.pending_minutes -= event.credited_minutes
    _credit(volunteer, task, event.credited_minutes)


@volunteers.changes(CreditReversed, look_up=tasks, key=SERVED)
def _reversed(volunteer: Volunteer, _: CreditReversed, __: Block, task: Task) -> None:
    _credit(volunteer, task, -(task.credit_minutes or 0))


@volunteers.sets(RedemptionOpened)
def _redeemed(volunteer: Volunteer | None, event: RedemptionOpened, _: Block) -> Volunteer:
    volunteer = volunteer or _new(event.member)
    volunteer.escrow_minutes += event.held_minutes
    return volunteer


@volunteers.changes(RedemptionConfirmed, look_up=redemptions)
@volunteers.changes(RedemptionSettled, look_up=redemptions)
@volunteers.changes(DecidedForProvider, look_up=redemptions)
def _done(volunteer: Volunteer, _: Done, __: Block, redemption: Redemption) -> None:
    volunteer.escrow_minutes -= redemption.held_minutes
    volunteer.redeemed_minutes += redemption.held_minutes


@volunteers.sets(RedemptionConfirmed, look_up=redemptions, key=PROVIDED, when=_has_earned)
@volunteers.sets(RedemptionSettled, look_up=redemptions, key=PROVIDED, when=_has_earned)
@volunteers.sets(DecidedForProvider, look_up=redemptions, key=PROVIDED, when=_has_earned)
def _provided(volunteer: Volunteer | None, event: Done, _: Block, redemption: Redemption) -> Volunteer:
    volunteer = volunteer or _new(redemption.provider)
    volunteer.provided_minutes += event.earned_minutes
    return volunteer


@volunteers.changes(RedemptionReversed, look_up=redemptions)
def _undone(volunteer: Volunteer, _: RedemptionReversed, __: Block, redemption: Redemption) -> None:
    volunteer.redeemed_minutes -= redemption.held_minutes


@volunteers.changes(RedemptionReversed, look_up=redemptions, key=PROVIDED, when=_has_earned)
def _earned_no_more(volunteer: Volunteer, event: RedemptionReversed, _: Block, __: Redemption) -> None:
    volunteer.provided_minutes -= event.earned_minutes


@volunteers.changes(RedemptionCancelled, look_up=redemptions)
@volunteers.changes(RedemptionDeclined, look_up=redemptions)
@volunteers.changes(RedemptionVoided, look_up=redemptions)
@volunteers.changes(DecidedForMember, look_up=redemptions)
@volunteers.changes(RedemptionLapsed, look_up=redemptions)
def _given_back(volunteer: Volunteer, _: object, __: Block, redemption: Redemption) -> None:
    volunteer.escrow_minutes -= redemption.held_minutes


def _new(member: bytes) -> Volunteer:
    return Volunteer(
        member=member,
        pending_minutes=0,
        credited_minutes=0,
        verified_minutes=0,
        escrow_minutes=0,
        redeemed_minutes=0,
        provided_minutes=0,
    )


def _credit(volunteer: Volunteer, task: Task, minutes: int) -> None:
    volunteer.credited_minutes += minutes
    if (task.level or 0) >= VERIFIED:
        volunteer.verified_minutes += minutes
