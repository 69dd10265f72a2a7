"""For whom a desk may act, who may know it, and what a clerk signs to do an act for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.acts import acts
from contracts.enums import Role
from indexer.projections.delegation import delegations
from indexer.projections.member import key_phase, keys
from ledger_api.delegations import queries
from ledger_api.delegations.schemas import Delegation
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.sessions.access import DataClass
from wallets.desk import desk_call
from wallets.intents import ActForPerson

if TYPE_CHECKING:
    from collections.abc import Collection

    from contracts.acts import Act
    from contracts.enums import Area
    from indexer.projections.delegation import Delegation as Kept
    from indexer.projections.member import Key
    from ledger_api.mirror import Placed, Query, Reading
    from ledger_api.sessions.access import Viewer
    from wallets.intents import Intent


async def delegations_of(mirror: Reading, persons: Collection[bytes]) -> list[Delegation]:
    """Delegations of some members, newest first."""
    return await _delegations(mirror, queries.of_persons(persons))


async def ended_by(mirror: Reading, guardian: bytes) -> list[Delegation]:
    """Delegations that name a member who may end them, newest first."""
    return await _delegations(mirror, queries.ended_by(guardian))


async def in_care_of(mirror: Reading, viewer: Viewer) -> list[Delegation]:
    """Delegations by which a clerk acts, newest first; none of who is no clerk."""
    funds = [held.scope for held in viewer.holdings if held.role is Role.CLERK]
    return await _delegations(mirror, queries.of_funds(funds))


async def delegation_for(mirror: Reading, viewer: Viewer, delegation: bytes) -> Delegation:
    """A delegation, for whom it is.

    Raises:
        NotFoundError: There is no such delegation.
        SessionMissingError: Nobody is signed in.
        AccessForbiddenError: It is not for who asks.
    """
    found = await _delegations(mirror, queries.called(delegation))
    if not found:
        # Whether an id is taken is no secret: ids are random.
        raise NotFoundError("delegation", hexed(delegation))
    viewer.require(DataClass.DELEGATION, found[0].person, found[0].guardian, fund=found[0].fund)
    return found[0]


async def acts_of_fund(mirror: Reading, fund: int) -> int:
    """How many acts the desk of a fund did, for whomever."""
    found = await mirror.first(queries.acts_of_fund(fund))
    return int(found.acts) if found else 0


def desk_acts(area: Area) -> list[Act]:
    """What a desk may do by a delegation of an area, in the order of the alphabet."""
    return [act for act in acts().values() if act.desk == area.name]


def for_person(delegation: bytes, intent: Intent, target: str, *, nonce: int, deadline: int) -> ActForPerson:
    """What a clerk signs to do an act for a person.

    Args:
        delegation: By which delegation, 16 bytes.
        intent: The act.
        target: Address of the version of the contract that is called.
        nonce: A number that the clerk's key has not used at the contract of delegations.
        deadline: Last second at which it may arrive, seconds since 1970.
    """
    return ActForPerson(
        delegation=delegation,
        target=bytes.fromhex(target[2:]),
        data=desk_call(intent),
        nonce=nonce,
        deadline=deadline,
    )


async def _delegations(mirror: Reading, query: Query) -> list[Delegation]:
    found = await mirror.placed(delegations, query)
    held = await mirror.versions(keys, queries.keys_called([one.version.account for one in found]))
    by_account = {key.key: key for key in held}
    return [_delegation(mirror, one, by_account[one.version.account]) for one in found]


def _delegation(mirror: Reading, found: Placed[Kept], key: Key) -> Delegation:
    """Whether it was ended before its date, its key says."""
    return mirror.placed_record(
        Delegation,
        found,
        phase=key_phase(key, mirror.head.time),
        ends_at=key.ends_at,
        refused_by=key.refused_by,
    )
