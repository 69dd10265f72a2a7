"""Which acts a page offers its reader: when a thing stands where they may be done, and when they are the reader's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.acts import acts
from contracts.enums import Role
from ledger_api.members.person import person_of
from ledger_api.members.rules import SUPERVISOR
from ledger_api.portal.acting.declared import acts_of_nouns
from ledger_api.sessions.current import Office
from ledger_api.sessions.offices import office_of

if TYPE_CHECKING:
    from contracts.acts import Act
    from ledger_api.members.person import Person
    from ledger_api.mirror import Reading
    from ledger_api.sessions.current import Session

ROLES = {role.name.lower(): role for role in Role}
# Whose guardian somebody is, the contract knows.
ANY_MEMBER = ("member", "person", "key-guardian")


def is_open(act: Act, thing: Any, now: int) -> bool:
    """Whether a thing stands where an act may be done; True where that does not depend on a state, and of no thing.

    Args:
        act: The act.
        thing: What it is about, such as a task; None if that is not known yet.
        now: Seconds since 1970.
    """
    when = acts_of_nouns().open.get(act.act)
    if thing is None or when is None:
        return True
    if when.is_done(thing) or (when.states is not None and thing.state not in when.states):
        return False
    # In another state there may be no end yet.
    return not when.ends_at or now < getattr(thing, when.ends_at)


def belongs(act: Act, person: Person, thing: Any = None) -> bool:
    """Whether an act is a person's, as its record says.

    Args:
        act: The act.
        person: Who is signed in.
        thing: What it is about, such as a task; None asks for any that the person could do it to.
    """
    when = acts_of_nouns().open.get(act.act)
    barred = [getattr(thing, name) for name in when.not_by] if thing is not None and when else []
    return person.member not in barred and any(_is(by.partition(" of ")[0], person, thing) for by in act.by)


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


async def offered_to(
    mirror: Reading, signed_in: Session | Office | None, names: tuple[str, ...], thing: object
) -> list[Act]:
    """What a page offers whoever is signed in; as of the head, since a page of the head shows nothing else.

    Args:
        mirror: A snapshot.
        signed_in: Who is signed in; None if nobody is.
        names: Ids of the acts, in the order of the page.
        thing: What the page is about.
    """
    if isinstance(signed_in, Office):
        return [acts()[name] for name in names if office_of(acts()[name]) in signed_in.roles]
    person = await person_of(mirror, signed_in.member, mirror.head.time) if signed_in else None
    return offered(names, person, thing, mirror.head.time)


def _is(part: str, person: Person, thing: Any) -> bool:
    """Whether a person is who an act's record names."""
    if part in ROLES:
        scopes = {held.scope for held in person.holdings if held.role == ROLES[part]}
        # Nobody judges the own service.
        served = getattr(thing, "volunteer", None)
        return bool(scopes) if thing is None else _scope(part, thing) in scopes and served != person.member
    if part in ANY_MEMBER:
        return True
    if part == "seat":
        voting = {seat.committee for seat in person.seats if seat.seat != SUPERVISOR}
        deciding = getattr(thing, "deciding_committee", getattr(thing, "committee", None))
        return bool(voting) if thing is None else deciding in voting
    if thing is None:
        return part in ("volunteer", "redeemer", "provider", "worker")
    own = {"redeemer": "member"}.get(part, part)
    return getattr(thing, own, None) == person.member


def _scope(part: str, thing: Any) -> int | None:
    """The fund or enterprise for which somebody must hold a role. A treasurer of an enterprise is one of the fund that it pays to."""
    return int(thing.enterprise) if part == "foreman" else fund_of(thing)


def fund_of(thing: Any) -> int | None:
    """The fund that a thing is of; None if it is of none."""
    purpose = getattr(thing, "levy_purpose", getattr(thing, "purpose", None))
    return int(purpose) >> 16 if purpose is not None else getattr(thing, "fund", None)
