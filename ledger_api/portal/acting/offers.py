"""Which acts a page offers its reader: when a thing stands where they may be done, and when they are the reader's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.acts import acts
from contracts.enums import CampaignState, ProposalState, RedemptionState, Role, TaskState

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
    "ReverseDisbursement": {ProposalState.EXECUTED, ProposalState.CLOSED},
}
# Those that have an end: the field of the thing that says when, seconds since 1970.
ENDS_AT = {"Dispute": "creditable_at", "AttestGifts": "closes_at"}
ROLES = {role.name.lower(): role for role in Role}
ANY_MEMBER = ("member", "person")


def is_open(act: Act, thing: Any, now: int) -> bool:
    """Whether a thing stands where an act may be done; True where that does not depend on a state, and of no thing.

    Args:
        act: The act.
        thing: What it is about, such as a task; None if that is not known yet.
        now: Seconds since 1970.
    """
    if thing is None or act.act not in OPEN:
        return True
    # In another state there may be no end yet.
    in_state = thing.state in OPEN[act.act]
    return in_state and (act.act not in ENDS_AT or now < getattr(thing, ENDS_AT[act.act]))


def belongs(act: Act, person: Person, thing: Any = None) -> bool:
    """Whether an act is a person's, as its record says.

    Args:
        act: The act.
        person: Who is signed in.
        thing: What it is about, such as a task; None asks for any that the person could do it to.
    """
    return any(_is(by.partition(" of ")[0], person, thing) for by in act.by)


def offered(names: tuple[str, ...], person: Person | None, thing: Any, now: int) -> list[Act]:
    """Those of some acts that are open on a thing and belong to its reader.

    Args:
        names: Ids of the acts, in the order of the page.
        person: Who is signed in; None if nobody is.
        thing: What the page is about.
        now: Seconds since 1970.
    """
    if person is None:
        return []
    return [
        acts()[name]
        for name in names
        if is_open(acts()[name], thing, now) and belongs(acts()[name], person, thing)
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
    return int(thing.enterprise) if part == "foreman" else fund_of(thing)


def fund_of(thing: Any) -> int | None:
    """The fund that a thing is of; None if it is of none."""
    purpose = getattr(thing, "levy_purpose", getattr(thing, "purpose", None))
    return int(purpose) >> 16 if purpose is not None else getattr(thing, "fund", None)
