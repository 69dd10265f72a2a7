"""The kinds of acts that a town's life is made of. The plan lists them; `build` carries them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallets.intents import Call, Intent, Proposal

if TYPE_CHECKING:
    from gongji.town.bank import Statement
    from gongji.town.book import Book
    from gongji.town.planned_visit import Visit

DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Days before and after today.

    Attributes:
        midnight: Start of today in the town, seconds since 1970.
    """

    midnight: int

    def at(self, day: float, hour: int = 9, minute: int = 0) -> int:
        """A moment, seconds since 1970; day 0 is today, day −1 yesterday."""
        return self.midnight + int(day * DAY_SECONDS) + hour * 3600 + minute * 60


CallOf = Callable[["Book"], Call]
"""A call, made from the book."""
IntentOf = Callable[["Book", int, int], Intent]
"""An intent, made from the book, a nonce and the deadline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something that happens.

    Attributes:
        at: When, seconds since 1970. Acts of the same moment do not depend on each other.
        key: Idempotency key: what makes it happen once.
    """

    at: int
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Order(Act):
    """An office does something, which its holder signs; or the relayer what anyone may do.

    Attributes:
        service: The office, "steward", "registrar" …, or "relayer".
        call: The call, made when the time comes.
    """

    service: str
    call: CallOf


@dataclass(frozen=True, kw_only=True, slots=True)
class Change(Order):
    """An office announces a call that changes something; the keeper carries it out once it has waited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade(Act):
    """The operator deploys a new version of a module, and the administrator announces what brings it in.

    Attributes:
        contract: Name of the module.
    """

    contract: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record(Act):
    """The operator writes from the chain which versions count, and starts the town again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop(Act):
    """The guardian stops a change that still waits.

    Attributes:
        change: Which one.
    """

    change: Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Veto(Act):
    """A member of a committee votes against a change that still waits.

    Attributes:
        by: Name of the member.
        committee: Id of the committee.
        change: Which one.
    """

    by: str
    committee: int
    change: Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed(Act):
    """A member signs an intent.

    Attributes:
        by: Name of the member.
        intent: The intent, from the book, a nonce and the deadline.
        received_at: When a portal acknowledged it that did not carry it, seconds since 1970; None if it is new.
    """

    by: str
    intent: IntentOf
    received_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ByDesk(Act):
    """A clerk of a service desk does an act for a person.

    Attributes:
        by: Name of the clerk.
        delegation: What the plan calls the delegation.
        intent: The person's act, from the book, a nonce and the deadline.
    """

    by: str
    delegation: str
    intent: IntentOf


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected(Act):
    """Approvals of a proposal that were collected before and arrive together.

    Attributes:
        approvers: Names of the committee members who signed.
        proposal: The proposal, made when the time comes.
    """

    approvers: tuple[str, ...]
    proposal: Callable[[Book], Proposal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Import(Act):
    """A treasurer imports a bank statement.

    Attributes:
        by: Name of the treasurer.
        statement: What the bank sent.
    """

    by: str
    statement: Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Serve(Act):
    """A volunteer visits; the place's pad and the volunteer's phone sign it."""

    visit: Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Read(Act):
    """A water meter reports.

    Attributes:
        meter: Name of the meter.
        index_litres: Counter.
        litres: Use per interval, the oldest first.
    """

    meter: str
    index_litres: int
    litres: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep(Act):
    """The keeper makes its round: heads, claims, credits, campaigns, welfare."""
