"""JSON forms of delegations and of what desks did."""

from __future__ import annotations

from pydantic import Field

from contracts.enums import Area
from contracts.events import ActedForPerson, DelegationOpened
from indexer.projections.member import KeyPhase
from ledger_api.finality import Answer, Record
from ledger_api.forms import Address, ByName, Id16, Id32, MemberId, Moment, event_field


class Delegation(Record):
    """A delegation and where it stands; for the person, the clerks of its fund, and offices."""

    delegation: Id16 = event_field(DelegationOpened, "delegation")
    person: MemberId = event_field(DelegationOpened, "person")
    fund: int = event_field(DelegationOpened, "fund")
    account: Address = event_field(DelegationOpened, "account")
    area: ByName[Area] = event_field(DelegationOpened, "area")
    daily_limit: int = event_field(DelegationOpened, "daily_limit")
    valid_from: Moment = event_field(DelegationOpened, "valid_from")
    valid_until: Moment = event_field(DelegationOpened, "valid_until")
    guardian: MemberId = event_field(DelegationOpened, "guardian")
    consent: Id32 = event_field(DelegationOpened, "consent")
    acts: int = Field(description="How many acts were done by it.")
    phase: ByName[KeyPhase] = Field(
        description="WAITING before it works, NEW while it works and may be refused, OVER after."
    )
    ends_at: Moment = Field(description="First second at which it is over: its date, or when it was ended.")
    refused_by: MemberId | None = Field(
        description="The person or the guardian who ended it; null if nobody did."
    )

    @property
    def works(self) -> bool:
        """Whether a clerk may act by it now."""
        return self.phase is KeyPhase.NEW

    @property
    def is_over(self) -> bool:
        """Whether it was ended, or its date is past."""
        return self.phase is KeyPhase.OVER


class DeskAct(Record):
    """An act that a clerk did for a person."""

    delegation: Id16 = event_field(ActedForPerson, "delegation")
    person: MemberId = event_field(ActedForPerson, "person")
    clerk: MemberId = event_field(ActedForPerson, "clerk")
    act: str = Field(description="Id of the act, such as Redeem.")
    number: int = event_field(ActedForPerson, "number")


class DelegationDetail(Answer):
    """A delegation, and the latest acts that were done by it."""

    delegation: Delegation = Field(description="The delegation.")
    acts: list[DeskAct] = Field(description="The latest acts, newest first.")
