"""JSON forms of tasks, and what a volunteer holds."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.enums import AssuranceLevel, TaskState
from contracts.events import ClaimAdmitted, ClaimCredited, ClaimDisputed, TaskOpened
from indexer.projections.task import TaskPhase
from ledger_api.finality import Answer, Record
from ledger_api.forms import ByName, Form, Id16, Id32, MemberId, Moment, event_field
from ledger_api.redemptions.schemas import Redemption


class Task(Record):
    """A task and where it stands."""

    task: Id16 = event_field(TaskOpened, "task")
    fund: int = event_field(TaskOpened, "fund")
    service: int = event_field(TaskOpened, "service")
    authorised_minutes: int = event_field(TaskOpened, "authorised_minutes")
    expires_at: Moment = event_field(TaskOpened, "expires_at")
    coordinator: MemberId = event_field(TaskOpened, "coordinator")
    state: ByName[TaskState] = Field(description="State on the chain.")
    phase: TaskPhase = Field(description="Where it stands at the time of the block that this answer is of.")
    volunteer: MemberId | None = Field(
        description="Who has it, or served; null while it is open, and for whom it is not."
    )
    served_minutes: int | None = event_field(ClaimAdmitted, "served_minutes")
    credit_minutes: int | None = event_field(ClaimAdmitted, "credit_minutes")
    level: ByName[AssuranceLevel] | None = event_field(ClaimAdmitted, "level")
    claimed_at: Moment | None = Field(description="When the claim was admitted; null before.")
    creditable_at: Moment | None = event_field(ClaimAdmitted, "creditable_at")
    decide_by: Moment | None = Field(
        description="Until when a coordinator may decide on the claim, or on what was disputed of it; null before the claim."
    )
    judge: MemberId | None = Field(description="Coordinator who last acknowledged or disputed the claim.")
    acknowledged: bool = Field(description="Whether a coordinator has acknowledged the claim.")
    credited_minutes: int | None = event_field(ClaimCredited, "credited_minutes")
    reversible_until: Moment | None = Field(
        description="Until when the credit may be taken back; null before the credit."
    )


class TaskStepKind(StrEnum):
    """What happened to a task."""

    OPENED = "opened"
    ACCEPTED = "accepted"
    RELEASED = "released"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CLAIMED = "claimed"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    CREDITED = "credited"
    REVERSED = "reversed"


class TaskStep(Record):
    """One thing that happened to a task. Fields that its kind does not have are null."""

    kind: TaskStepKind = Field(description="What happened.")
    log_index: int = Field(description="Place of its event in the block.")
    member: MemberId | None = Field(
        description="Volunteer or coordinator who did it; a volunteer is null for whom it is not."
    )
    document: Id32 | None = event_field(ClaimDisputed, "document")
    check_in: Id32 | None = event_field(ClaimAdmitted, "check_in")
    check_out: Id32 | None = event_field(ClaimAdmitted, "check_out")
    ruleset: Id32 | None = event_field(ClaimAdmitted, "ruleset")


class TaskDetail(Answer):
    """A task and all that happened to it."""

    task: Task
    timeline: list[TaskStep] = Field(description="In the order of the chain.")


class VolunteerMinutes(Form):
    """Minutes that a volunteer holds, earned and redeemed."""

    member: MemberId = Field(description="The volunteer.")
    balance_minutes: int = Field(description="Held now, in minutes.")
    credited_minutes: int = Field(description="Credited and not taken back, in minutes.")
    pending_minutes: int = Field(description="Claimed and not yet credited, in minutes.")
    verified_minutes: int = Field(description="Credited at level A2 or above, in minutes.")
    escrow_minutes: int = Field(description="Held for services not yet received, in minutes.")
    redeemed_minutes: int = Field(description="Exchanged for services received, in minutes.")
    provided_minutes: int = Field(description="Earned by services that others redeemed, in minutes.")


class Volunteer(Answer, VolunteerMinutes):
    """What a volunteer holds, earned and redeemed."""

    held: list[Task] = Field(
        description="Accepted and not yet served, the latest 100, newest first; all are at /v1/volunteers/{member}/held."
    )
    visits: list[Task] = Field(
        description="The latest 100 served, the latest first; all are at /v1/volunteers/{member}/visits."
    )
    redemptions: list[Redemption] = Field(
        description="The latest 100, newest first; all are at /v1/volunteers/{member}/redemptions."
    )
