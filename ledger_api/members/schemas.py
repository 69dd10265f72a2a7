"""JSON forms of members, their keys and roles, and the seats of committees."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import KeyKind, MemberKind, Role, SeatClass
from contracts.events import (
    CommitteeOpened,
    GuardianNamed,
    KeyAdded,
    MemberRegistered,
    RoleGranted,
    SeatFilled,
    TierSet,
)
from indexer.projections.member import KeyPhase
from ledger_api.finality import Answer, Record
from ledger_api.forms import Address, ByName, Form, MemberId, Moment, event_field


class Member(Record):
    """A member joined. Names are never here."""

    member: MemberId = event_field(MemberRegistered, "member")
    kind: ByName[MemberKind] = event_field(MemberRegistered, "kind")
    ended_at: Moment | None = Field(description="When the membership ended; null while it goes on.")


class Key(Form):
    """A key of a member."""

    key: Address = event_field(KeyAdded, "key")
    kind: ByName[KeyKind] = event_field(KeyAdded, "kind")
    phase: ByName[KeyPhase] = Field(description="Where it stands now.")
    valid_from: Moment = event_field(KeyAdded, "valid_from")
    refusable_until: Moment = event_field(KeyAdded, "refusable_until")
    ends_at: Moment | None = Field(
        description="First second at which it may not act any more; null while no end is set."
    )
    replaced_by: Address | None = Field(description="The key that replaced it; null if none did.")
    refused_by: MemberId | None = Field(description="The member who refused it; null if nobody did.")


class Guardian(Form):
    """A guardian of a member: may refuse a new key, and with another guardian bring one."""

    guardian: MemberId = event_field(GuardianNamed, "guardian")
    ends_at: Moment | None = Field(
        description="First second at which the guardian is none any more; null while no end is set."
    )
    membership_ended_at: Moment | None = Field(
        description="When the guardian's own membership ended, who is none since; null while it goes on."
    )


class RoleHeld(Form):
    """A role of a member."""

    role: ByName[Role] = event_field(RoleGranted, "role")
    scope: int = event_field(RoleGranted, "scope")
    valid_until: Moment = event_field(RoleGranted, "valid_until")


class Seat(Form):
    """A seat of a committee and who holds it."""

    committee: int = event_field(SeatFilled, "committee")
    seat: int = event_field(SeatFilled, "seat")
    seat_class: ByName[SeatClass] | None = Field(description="Whom it speaks for; null for a supervisor.")
    member: MemberId | None = Field(description="Who holds it; null if it is free.")
    held_since: Moment | None = Field(
        description="When it was filled. It has no vote in rounds begun before."
    )
    valid_until: Moment | None = event_field(SeatFilled, "valid_until")
    membership_ended_at: Moment | None = Field(
        description="When the membership of its holder ended, who votes no more; null while it goes on, or the seat is free."
    )

    def holder(self, now: int) -> bytes | None:
        """Who may act for it at a moment, seconds since 1970; None while it is free, its holder has left, or the term is over."""
        in_term = self.valid_until is not None and now < self.valid_until
        return self.member if in_term and self.membership_ended_at is None else None


class MemberDetail(Answer):
    """A member with keys, guardians, roles and seats."""

    member: Member
    keys: list[Key] = Field(description="In the order in which they were added.")
    guardians: list[Guardian] = Field(
        description="In force or past their end, in the order in which they were named."
    )
    roles: list[RoleHeld] = Field(description="The last grant of each role and scope.")
    seats: list[Seat] = Field(description="Seats held, in force or past their end.")


class Committee(Record):
    """A committee."""

    committee: int = event_field(CommitteeOpened, "committee")
    fund: int = event_field(CommitteeOpened, "fund")
    seats: int = event_field(CommitteeOpened, "seats")
    decides_since: Moment | None = Field(
        description="Since when it decides over its fund, seconds since 1970; null if it does not yet."
    )
    decides_until: Moment | None = Field(
        description="First second at which another one decides; null if none is known."
    )
    former: int | None = Field(description="Committee that decided before it; null if none did.")


class Tier(Form):
    """Rules of a committee for requests up to an amount."""

    up_to_fen: int | None = Field(
        description="Highest amount of the tier, in fen; null where no amount reaches it."
    )
    yes_numerator: int = event_field(TierSet, "yes_numerator")
    yes_denominator: int = event_field(TierSet, "yes_denominator")
    min_donor: int = event_field(TierSet, "min_donor")
    min_resident: int = event_field(TierSet, "min_resident")
    min_official: int = event_field(TierSet, "min_official")
    min_enterprise: int = event_field(TierSet, "min_enterprise")
    decide_seconds: int = event_field(TierSet, "decide_seconds")
    notice_seconds: int = event_field(TierSet, "notice_seconds")
    objections_to_suspend: int = event_field(TierSet, "objections_to_suspend")
    proof_seconds: int = event_field(TierSet, "proof_seconds")


class CommitteeDetail(Answer):
    """A committee with its seats and the rules in force."""

    committee: Committee
    seats: list[Seat] = Field(description="Voting seats by number, then supervisors.")
    rules: list[Tier] = Field(
        description="Rules for requests submitted now, the lowest amount first; none before the first."
    )
