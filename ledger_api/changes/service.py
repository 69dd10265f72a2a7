"""What changes say, and where each stands at the time of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.abi import call_of
from contracts.acts import act_of
from contracts.roles import CHANGE_OPEN_SECONDS, GUARDED, AuthorityRole
from indexer.projections import change as noun
from indexer.projections.veto import vetoes
from ledger_api.changes import history, queries
from ledger_api.changes.handovers import handover_of, majorities
from ledger_api.changes.present import present_values
from ledger_api.changes.schemas import Change, ChangeDetail, CommitteeVetoes
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed
from ledger_api.lists import newest_page
from ledger_api.sessions.access import DataClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.deployment import Deployment
    from indexer.projections.change import ChangePhase, Place
    from ledger_api.mirror import Placed, Reading
    from ledger_api.sessions.access import Viewer

# Who has a role or a key is of the class of memberships; who has a seat is public.
OF_MEMBERSHIP = "Members"


async def changes_page(
    mirror: Reading,
    deployment: Deployment,
    viewer: Viewer,
    cursor: str | None,
    limit: int,
    phase: ChangePhase | None = None,
) -> tuple[list[Change], str | None]:
    """Changes, newest first, and the cursor of what came before; None if nothing did.

    Args:
        mirror: A snapshot.
        deployment: Where the contracts are.
        viewer: Who asks.
        cursor: Where to begin; None with the newest.
        limit: How many.
        phase: Only those in this phase; None takes all.
    """
    founded = await _founded(mirror)
    query = queries.all_changes()
    if phase is not None:
        query = query.where(queries.in_phase(phase, mirror.head.time, founded))
    found, following = await newest_page(mirror, noun.changes, query, cursor, limit)
    signed = await _signed(mirror, found)
    return [await _change(mirror, deployment, viewer, founded, signed, one) for one in found], following


async def change_detail(
    mirror: Reading, deployment: Deployment, viewer: Viewer, operation_id: bytes
) -> ChangeDetail:
    """A change.

    Args:
        mirror: A snapshot.
        deployment: Where the contracts are.
        viewer: Who asks.
        operation_id: 32 bytes.

    Raises:
        NotFoundError: It was never scheduled.
    """
    placed = await mirror.placed(noun.changes, queries.scheduled_as(operation_id))
    if not placed:
        raise NotFoundError("change", hexed(operation_id))
    founded = await _founded(mirror)
    signed = await _signed(mirror, placed)
    latest, *earlier = [await _change(mirror, deployment, viewer, founded, signed, one) for one in placed]
    against = await _vetoes(mirror, operation_id, latest.nonce)
    handover = await handover_of(mirror, latest)
    return ChangeDetail(
        change=latest, vetoes=against, handover=handover, earlier=earlier, **mirror.head.stands()
    )


async def calldata_of(mirror: Reading, operation_id: bytes) -> bytes:
    """What a change that was scheduled calls, function and arguments: for its own office, since it may name a member."""
    latest, *_ = await mirror.placed(noun.changes, queries.scheduled_as(operation_id))
    return latest.version.data


async def count_to_come(mirror: Reading) -> int:
    """How many changes wait in public or are due: they may still come into force, or be stopped."""
    row = await mirror.first(queries.count_to_come(mirror.head.time, await _founded(mirror)))
    return int(row.number) if row else 0


async def is_founded(mirror: Reading) -> bool:
    """Whether the founding of the town has ended."""
    return await _founded(mirror) is not None


async def _vetoes(mirror: Reading, operation_id: bytes, nonce: int) -> list[CommitteeVetoes]:
    cast = await mirror.versions(vetoes, queries.votes_against(operation_id, nonce, mirror.head.time))
    needed = await majorities(mirror, {vote.committee for vote in cast})
    return [
        CommitteeVetoes(
            committee=number,
            against=[vote.seat for vote in cast if vote.committee == number],
            needed=most,
        )
        for number, most in needed.items()
    ]


async def _founded(mirror: Reading) -> Place | None:
    """Block and place in it at which the founding ended; None while it has not."""
    row = await mirror.first(history.founding_ended())
    return None if row is None else (row.block_number, row.log_index)


async def _signed(mirror: Reading, found: Sequence[Placed[noun.Change]]) -> list[Any]:
    """What keys signed for offices in the blocks in which some changes were scheduled."""
    blocks = {one.version.block_number for one in found}
    return list(await mirror.rows(history.signed_for_offices(blocks)))


async def _change(
    mirror: Reading,
    deployment: Deployment,
    viewer: Viewer,
    founded: Place | None,
    signed: Sequence[Any],
    placed: Placed[noun.Change],
) -> Change:
    version = placed.version
    contract = deployment.name_of(version.target)
    function, arguments = _call(contract, version.data)
    record = history.signed_for(version, signed)
    act = act_of(contract or "", function or "")
    if act and arguments:
        arguments = act.named(arguments)
    arguments = _as_seen_by(viewer, contract, arguments)
    phase = noun.phase(version, mirror.head.time, founded)
    return mirror.placed_record(
        Change,
        placed,
        phase=phase,
        # What the table does not name is the ADMIN's, the authority's own functions among it.
        office=GUARDED.get(contract or "", {}).get(function or "", AuthorityRole.ADMIN),
        key=record and record.key,
        contract=contract,
        function=function,
        action=act and act.action,
        arguments=arguments,
        present=await present_values(mirror, act, arguments) if phase in noun.TO_COME else {},
        effective_at=version.due_at,
        expires_at=version.due_at + CHANGE_OPEN_SECONDS,
    )


def _call(contract: str | None, data: bytes) -> tuple[str | None, dict[str, Any]]:
    """Function and arguments; none of what is no contract of the town's."""
    function, arguments = call_of(contract, data) if contract else ("", {})
    return function or None, arguments


def _as_seen_by(viewer: Viewer, contract: str | None, arguments: dict[str, Any]) -> dict[str, Any]:
    if contract != OF_MEMBERSHIP or "member" not in arguments:
        return arguments
    member = bytes.fromhex(arguments["member"][2:])
    is_readable = viewer.may_read(DataClass.MEMBERSHIP, member)
    return arguments if is_readable else {**arguments, "member": None}
