"""What a clerk prints for the person after an act: for whom, what, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.delegations.service import delegation_for
from ledger_api.errors import AccessForbiddenError, NotFoundError
from wallets.desk import desk_act

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.commands.called import Called
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """What stands on a slip.

    Attributes:
        person: For whom it was done, 16 bytes.
        clerk: Who did it, 16 bytes; None if the key is no member's any more.
        act: What was done.
        delegation: By which delegation, 16 bytes.
    """

    person: bytes
    clerk: bytes | None
    act: Act
    delegation: bytes


async def slip_of(mirror: Reading, viewer: Viewer, called: Called) -> Slip | None:
    """The slip of a command; None if it is no act of a desk, or its signer is no clerk there any more."""
    if called.act is None or called.act.act != "ActForPerson":
        return None
    arguments = called.arguments
    act = desk_act(bytes.fromhex(arguments["data"][2:10]))
    try:
        found = await delegation_for(mirror, viewer, bytes.fromhex(arguments["delegation"][2:]))
    except (AccessForbiddenError, NotFoundError):
        return None
    if act is None:
        return None
    return Slip(person=found.person, clerk=viewer.member, act=act, delegation=found.delegation)
