"""What tests of refusals in hours share."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from contracts.enums import AssuranceLevel
from tests.conftest import signer
from tests.contracts import event_tree
from tests.contracts.neighbourhood import CHALLENGE_SECONDS, DAY, FUND, VISIT
from wallets.intents import ActOnTask, OpenTask, TaskAct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contracts.evm import EvmTown


TASK, RULES = b"t" * 16, b"r" * 32
IN, OUT = (hashlib.sha256(b"\x00" + event).digest() for event in (b"in", b"out"))
LEAVES = [IN, OUT, *(hashlib.sha256(b"\x00" + bytes([n])).digest() for n in range(3))]
ROOT = event_tree.root(LEAVES[:2])


def open_task(place: EvmTown, by: str = "coordinator", **changes: Any) -> None:
    fields: dict[str, Any] = {
        "task": TASK, "fund": FUND, "service": VISIT, "authorised_minutes": 90, "beneficiary": b"w" * 32,
        "expires_at": place.now + 30 * DAY,
    } | changes  # fmt: skip
    place.act(signer(by), OpenTask(**fields, nonce=0, deadline=0))


def act(place: EvmTown, name: str, what: TaskAct, task: bytes = TASK) -> None:
    place.act(signer(name), ActOnTask(act=what, task=task, document=bytes(32), nonce=0, deadline=0))


def anchor(place: EvmTown, size: int = 2, root: bytes = ROOT, path: Sequence[bytes] = ()) -> None:
    place.send(signer("log_keeper"), "EventLog", "anchor", size, root, RULES, path)


def claim(
    place: EvmTown,
    task: bytes = TASK,
    minutes: int = 60,
    level: int = AssuranceLevel.A3,
    leaves: Any = None,
    size: int = 2,
) -> None:
    leaves = leaves or ((IN, 0, [OUT]), (OUT, 1, [IN]))
    place.send(signer("verifier"), "TimeBank", "admitClaim", (task, minutes, level, RULES, size, *leaves))


def accepted(place: EvmTown, task: bytes = TASK, **changes: Any) -> None:
    open_task(place, task=task, **changes)
    act(place, "volunteer", TaskAct.ACCEPT, task)


def claimed(place: EvmTown) -> None:
    anchor(place)
    accepted(place)
    claim(place)


def credited(place: EvmTown) -> None:
    claimed(place)
    place.wait(CHALLENGE_SECONDS)
    place.send(signer("anyone"), "TimeBank", "credit", TASK)
