"""Delegations: for whom a service desk may act, and what it did (`Delegations`)."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.enums import Area
from contracts.events import ActedForPerson, DelegationOpened
from indexer.projections.fold import require
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Delegation(Version):
    """A delegation. Whether it was ended before its date, the row of its key says."""

    delegation: bytes = column("Its id, 16 bytes.")
    person: bytes = column("Member for whom it acts, 16 bytes.")
    fund: int = column("Fund whose clerks act.")
    account: bytes = column("Key of the person that it holds, 20 bytes.")
    area: Area = column("What it is for.")
    daily_limit: int = column("How many acts a day, over all delegations of the person.")
    valid_from: int = column("First second at which it works, since 1970.")
    valid_until: int = column("First second at which it is over, since 1970.")
    guardian: bytes = column("Member who may end it as the person may, 16 bytes.")
    consent: bytes = column("Commitment to the person's consent, 32 bytes.")
    acts: int = column("How many acts were done by it.")
    last_clerk: bytes | None = column("Member who did the last one, 16 bytes; null before the first.")
    last_acted_at: int | None = column("When, seconds since 1970; null before the first.")


delegations = Noun(
    "delegations",
    Delegation,
    key=("delegation",),
    open_indexes=[("person",), ("guardian",), ("fund", "block_number", "log_index"), ("account",)],
)


@delegations.begins(DelegationOpened)
def _opened(event: DelegationOpened, _: Block) -> Delegation:
    return Delegation(
        delegation=event.delegation, person=event.person, fund=event.fund, account=event.account, area=Area(event.area),
        daily_limit=event.daily_limit, valid_from=event.valid_from, valid_until=event.valid_until, guardian=event.guardian,
        consent=event.consent, acts=0, last_clerk=None, last_acted_at=None,
    )  # fmt: skip


@delegations.changes(ActedForPerson)
def _acted(delegation: Delegation, event: ActedForPerson, block: Block) -> None:
    in_time = delegation.valid_from <= block.time < delegation.valid_until
    require(in_time, event, f"a time from {delegation.valid_from} to {delegation.valid_until}", block.time)
    require(
        event.person == delegation.person, event, f"0x{delegation.person.hex()}", f"0x{event.person.hex()}"
    )
    others = (delegation.person, delegation.guardian)
    require(event.clerk not in others, event, "a clerk who is another", f"0x{event.clerk.hex()}")
    require(
        1 <= event.number <= delegation.daily_limit, event, f"at most {delegation.daily_limit}", event.number
    )
    delegation.acts += 1
    delegation.last_clerk, delegation.last_acted_at = event.clerk, block.time
