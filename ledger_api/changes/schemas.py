"""JSON forms of changes that wait in public."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from contracts.events import ChangeCancelled, ChangeScheduled, HandoverVoteCast, VetoCast
from contracts.roles import AuthorityRole
from indexer.projections.change import ChangePhase
from ledger_api.finality import Answer, Record
from ledger_api.forms import Address, ByName, Form, Id32, Moment, event_field


class Change(Record):
    """A call of an office that waits, was carried out, was stopped or lapsed."""

    operation_id: Id32 = event_field(ChangeScheduled, "operation_id")
    nonce: int = event_field(ChangeScheduled, "nonce")
    phase: ChangePhase = Field(
        description="waiting; due: may be carried out from now on; executed; cancelled; expired: nobody carried it out in time, or"
        " it was scheduled in the founding, which has ended."
    )
    office: ByName[AuthorityRole] = Field(description="Office whose act it is.")
    key: Address | None = Field(
        description="Key of the office that signed for it; null if no key of an office did."
    )
    caller: Address = event_field(ChangeScheduled, "caller")
    target: Address = event_field(ChangeScheduled, "target")
    contract: str | None = Field(description="Name of the contract; null if it is none of the town's.")
    function: str | None = Field(description="Name of its function; null if it has none such.")
    action: str | None = Field(
        description="What the act is called, Chinese and English; null if the function is no act."
    )
    arguments: dict[str, Any] = Field(
        description="What it is called with, by name; none where that cannot be read. A member who gets a role or a key is null but"
        " for that member and for offices."
    )
    present: dict[str, Any] = Field(
        description="Of a change that waits or is due: what holds now of that which it would set, by the same names as the arguments;"
        " none of what nothing holds yet, or of what only begins or ends something."
    )
    effective_at: Moment = event_field(ChangeScheduled, "due_at")
    expires_at: Moment = Field(description="First second at which it may be carried out no more.")
    executed_at: Moment | None = Field(description="When it was carried out; null if it was not.")
    cancelled_at: Moment | None = Field(description="When it was stopped; null if it was not.")
    cancelled_by: Address | None = event_field(ChangeCancelled, "by")


class CommitteeVetoes(Form):
    """How many seats of a committee are against a change."""

    committee: int = event_field(VetoCast, "committee")
    against: list[int] = Field(
        description="Numbers of the seats against it, from 0: those that the member still holds who voted."
    )
    needed: int = Field(description="So many stop it: more than half of all seats.")


class CommitteeAgreement(Form):
    """How many seats of a committee agree to a handover."""

    committee: int = event_field(HandoverVoteCast, "committee")
    agreed: list[int] = Field(
        description="Numbers of the seats that agree to it, from 0: those that the member still holds who agreed."
    )
    needed: int = Field(description="So many are needed: more than half of all seats.")


class Handover(Form):
    """What is needed for a fund to be handed over."""

    successor: int = Field(description="Committee that is to decide.")
    revision: int = Field(
        description="How often its seats and rules have been changed. Who agreed before the last change agrees no more."
    )
    agreements: list[CommitteeAgreement] = Field(
        description="Committees with seats that agree to the successor as it is, by number."
    )


class ChangeDetail(Answer):
    """A change, and what became of it when it was scheduled before."""

    change: Change = Field(description="As it was scheduled last.")
    vetoes: list[CommitteeVetoes] = Field(
        description="Committees with seats against it, as it was scheduled last; by number."
    )
    handover: Handover | None = Field(description="Of a handover; null of other changes.")
    earlier: list[Change] = Field(description="The same call as it was scheduled before, the latest first.")
