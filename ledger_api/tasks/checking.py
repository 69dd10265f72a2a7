"""What a phone needs to sign a check-in or check-out, told to nobody but the volunteer of the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.projections.service import services
from indexer.projections.task import TaskPhase
from ledger_api.tasks import queries

if TYPE_CHECKING:
    from ledger_api.context import Context
    from ledger_api.mirror import Reading
    from ledger_api.sessions.current import Session
    from ledger_api.tasks.schemas import Task
    from ledger_api.visits import VisitEvidence

TYPES = {"check-in": 101, "check-out": 102}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checking:
    """What a phone needs to sign.

    Attributes:
        task: Id of the task, 16 bytes.
        actor: The volunteer, 16 bytes.
        place: Pseudonym of the place, 16 bytes; None if the register of places does not know it.
        chain_id: EIP-155 chain id of the deployment.
        registry: Address of DeviceRegistry, 0x and hex digits.
        seen: Types of the check-ins and check-outs that are in the log already, by whatever device.
        checked_in_at: When the first check-in of those was made, seconds since 1970; None if there is none.
        least_minutes: A shorter visit earns nothing.
    """

    task: bytes
    actor: bytes
    place: bytes | None
    chain_id: int
    registry: str
    seen: tuple[int, ...]
    checked_in_at: int | None
    least_minutes: int


async def checking_of(
    context: Context, mirror: Reading, session: Session | None, task: Task, evidence: VisitEvidence | None
) -> Checking | None:
    """What the reader's phone needs, or None if the reader is not the volunteer of an accepted task.

    Args:
        context: What the endpoints share.
        mirror: A snapshot.
        session: Who is signed in.
        task: The task.
        evidence: Its events so far.
    """
    if session is None or session.member != task.volunteer or task.phase is not TaskPhase.ACCEPTED:
        return None
    if context.visits is None:
        return None
    deployment = context.config.deployment
    checks = [event for event in evidence.events if event.kind in TYPES] if evidence else []
    rules = await mirror.versions(services, queries.service(task.service))
    return Checking(
        task=task.task,
        actor=session.member,
        place=await context.visits.place(task.task),
        chain_id=deployment.chain_id,
        registry=deployment.address("DeviceRegistry"),
        seen=tuple(TYPES[event.kind] for event in checks),
        checked_in_at=min((event.time for event in checks if event.kind == "check-in"), default=None),
        least_minutes=max([1, *(rule.min_minutes for rule in rules)]),
    )
