"""Which acts a page offers its reader: when a thing stands where they may be done, and when they are the reader's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.acts import acts
from contracts.enums import CampaignState, RedemptionState, Role, TaskState

if TYPE_CHECKING:
    from enum import IntEnum

    from contracts.acts import Act
    from ledger_api.portal.signing.person import Person

# The states of the thing in which the contract takes the act; it has the last word.
OPEN: dict[str, set[IntEnum]] = {
    "AcceptTask": {TaskState.OPEN},
    "ReleaseTask": {TaskState.ACCEPTED},
    "Acknowledge": {TaskState.CLAIMED, TaskState.DISPUTED},
    "Dispute": {TaskState.CLAIMED},
    "Reject": {TaskState.CLAIMED, TaskState.DISPUTED},
    "ReverseCredit": {TaskState.CREDITED},
    "CompleteRedemption": {RedemptionState.HELD},
    "CancelRedemption": {RedemptionState.HELD},
    "AttestGifts": {CampaignState.OPEN},
    "RefundGift": {CampaignState.MISSED},
}
ROLES = {role.name.lower(): role for role in Role}
ANY_MEMBER = ("member", "person")


def is_open(act: Act, thing: Any) -> bool:
    """Whether a thing stands where an act may be done; True where that does not depend on a state, and of no thing."""
    return thing is None or act.act not in OPEN or thing.state in OPEN[act.act]


def belongs(act: Act, person: Person, thing: Any = None) -> bool:
    """Whether an act is a person's, as its record says.

    Args:
        act: The act.
        person: Who is signed in.
        thing: What it is about, such as a task; None asks for any that the person could do it to.
    """
    return any(_is(by.partition(" of ")[0], person, thing) for by in act.by)


def offered(names: tuple[str, ...], person: Person | None, thing: Any) -> list[Act]:
    """Those of some acts that are open on a thing and belong to its reader.

    Args:
        names: Ids of the acts, in the order of the page.
        person: Who is signed in; None if nobody is.
        thing: What the page is about.
    """
    if person is None:
        return []
    return [
        acts()[name]
        for name in names
        if is_open(acts()[name], thing) and belongs(acts()[name], person, thing)
    ]


def _is(part: str, person: Person, thing: Any) -> bool:
    """Whether a person is who an act's record names."""
    if part in ROLES:
        scopes = {held.scope for held in person.holdings if held.role == ROLES[part]}
        # Nobody judges the own service.
        served = getattr(thing, "volunteer", None)
        return bool(scopes) if thing is None else _scope(part, thing) in scopes and served != person.member
    if part in ANY_MEMBER:
        return True
    if thing is None:
        return part in ("volunteer", "redeemer", "provider")
    own = {"redeemer": "member"}.get(part, part)
    return getattr(thing, own, None) == person.member


def _scope(part: str, thing: Any) -> int | None:
    """The fund or enterprise for which somebody must hold a role. A treasurer of an enterprise is one of the fund that it pays to."""
    if part == "foreman":
        return int(thing.enterprise)
    purpose = getattr(thing, "levy_purpose", getattr(thing, "purpose", None))
    return int(purpose) >> 16 if purpose is not None else getattr(thing, "fund", None)
