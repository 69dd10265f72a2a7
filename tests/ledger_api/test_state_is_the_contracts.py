"""What the mirror says of members, seats and requests is what the contracts have in storage, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from audit.chain import storage
from contracts.enums import ProposalState
from indexer.projections.member import keys, members, roles, seats
from indexer.projections.request import requests
from indexer.schema import MIRROR
from kit.database import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.projections.noun import Noun
    from tests.ledger_api.client import House

# Field of `Rounds.Progress` and of the mirror's request.
PROGRESS = {
    "state": "state", "round": "round", "rulesVersion": "rules_version", "tier": "tier", "approvals": "approvals",
    "rejections": "rejections", "retracted": "retracted", "recusals": "recusals", "objections": "objections",
    "roundStartedAt": "round_started_at", "approvedAt": "approved_at",
}  # fmt: skip
# The date that `Rounds.Progress` keeps, by the state; the mirror keeps them all.
ENDS = {
    ProposalState.SUBMITTED: "vote_ends_at",
    ProposalState.APPROVED: "notice_ends_at",
}


@pytest.fixture
def state(story: House) -> Callable[[Noun[Any]], list[Any]]:
    """The things of a noun as they are."""

    def read(noun: Noun[Any]) -> list[Any]:
        engine = open_engine(story.config.mirror_url, MIRROR, read_only=True)
        with engine.connect() as connection:
            rows = connection.execute(select(noun.table).where(noun.table.c.to_block.is_(None))).all()
        engine.dispose()
        return [noun.version(row) for row in rows]

    return read


async def test_requests(story: House, state: Callable[[Noun[Any]], list[Any]]) -> None:
    assert state(requests)
    for request in state(requests):
        for field, column in (PROGRESS | {"endsAt": ENDS.get(request.state, "notice_ends_at")}).items():
            place = storage.spot("Rounds", "_progress", request.proposal_id).place(field)
            address: Any = story.town.deployment.address("Rounds")
            word = await story.town.web3.eth.get_storage_at(address, int.from_bytes(place.slot, "big"))
            assert (getattr(request, column) or 0) == place.read(bytes(word).rjust(32, b"\0")), field


async def test_members_with_keys_and_roles(story: House, state: Callable[[Noun[Any]], list[Any]]) -> None:
    read = story.town.read
    assert state(members)
    for member in state(members):
        assert await read("Members", "kindOf", member.member) == member.kind
        assert await read("Members", "householdOf", member.member) == member.household
        assert await read("Members", "membershipEndedAt", member.member) == (member.ended_at or 0)
    for key in state(keys):
        record = [key.member, key.kind, key.valid_from, key.refusable_until, key.ends_at or 0]
        assert [*await read("Members", "keyRecord", key.key)] == record
    for role in state(roles):
        until = await read("Members", "roleValidUntil", role.member, role.role, role.scope)
        assert until == role.valid_until


async def test_seats(story: House, state: Callable[[Noun[Any]], list[Any]]) -> None:
    assert state(seats)
    for seat in state(seats):
        held = [*await story.town.read("Committees", "seatOf", seat.committee, seat.member)]
        assert held == [seat.seat, seat.held_since, seat.valid_until, 0]
