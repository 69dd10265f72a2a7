"""What one transaction of the chain was: the act, by the events that it left, and the page of what it was about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.accounts import fund_of
from contracts.acts import acts
from indexer.projections.committee import committees
from indexer.projections.redemption import redemptions
from indexer.projections.request import requests
from indexer.projections.task import tasks
from indexer.projections.work import lots, work_orders
from ledger_api.forms import hexed
from ledger_api.sessions.access import DataClass
from ledger_api.transfers.queries import open_rows_by_key
from ledger_api.verify.history import events_of
from wallets.office import office_act

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contracts.acts import Act
    from indexer.projections.noun import Noun
    from ledger_api.locale import Locale
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

# What an event may name, and the noun whose row says which page that is.
NOUNS: dict[str, Noun[Any]] = {
    "proposal_id": requests, "task": tasks, "lot": lots, "order": work_orders, "redemption": redemptions,
    "committee": committees,
}  # fmt: skip
DESK_EVENT, OFFICE_EVENT = "ActedForPerson", "ActedForOffice"
# What an office leaves that announces a change or calls one off, and what is left besides when one is carried out.
WAYS = {"ChangeScheduled": "ScheduleForOffice", "ChangeCancelled": "CancelForOffice"}
EXECUTED = "ChangeExecuted"
NUMBERS = ("campaign", "enterprise", "fund", "purpose")


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What an act was about.

    Attributes:
        address: Page that shows it.
        name: What it is called.
    """

    address: str
    name: str


async def act_of(mirror: Reading, transaction_hash: bytes) -> Act | None:
    """The act that a transaction was: the one with the fewest events that could have left what the transaction left.

    Args:
        mirror: A snapshot.
        transaction_hash: 32 bytes.
    """
    events = await events_of(mirror, transaction_hash)
    left = {event for event, _ in events}
    if DESK_EVENT in left:
        return acts()["ActForPerson"]  # what it left besides is that of the act inside
    for event, fields in events:
        if event == OFFICE_EVENT:
            return _of_office(fields["selector"], left)
    left = left - {EXECUTED} or left
    able = [act for act in acts().values() if left and left <= set(act.emits)]
    return min(able, key=lambda act: len(act.emits), default=None)


def _of_office(selector: bytes, left: Collection[str]) -> Act | None:
    """What an office did, by the function that its holder signed for: that, or that it was announced or called off."""
    inner = office_act(selector)
    if inner is not None and inner.act == "StopChange":
        return inner
    way = next((act for event, act in WAYS.items() if event in left), None)
    return acts()[way] if way else inner


async def thing_of(mirror: Reading, viewer: Viewer, locale: Locale, transaction_hash: bytes) -> Thing | None:
    """What a transaction was about; None where its reader may not know, or no page tells it.

    Args:
        mirror: A snapshot.
        viewer: Who asks.
        locale: Who reads.
        transaction_hash: 32 bytes.
    """
    for _, fields in await events_of(mirror, transaction_hash):
        thing = await _thing(mirror, viewer, locale, fields)
        if thing is not None:
            return thing
    return None


async def _thing(mirror: Reading, viewer: Viewer, locale: Locale, fields: Mapping[str, Any]) -> Thing | None:
    for name, noun in NOUNS.items():
        if name in fields:
            found = await mirror.versions(noun, open_rows_by_key(noun, [fields[name]]))
            return _page(viewer, locale, name, found[0]) if found else None
    return next((_numbered(locale, name, fields[name]) for name in NUMBERS if name in fields), None)


def _page(viewer: Viewer, locale: Locale, name: str, version: Any) -> Thing | None:
    match name:
        case "proposal_id":
            title = locale.request(version.number, version.documents)
            return Thing(address=f"/proposals/{version.number}", name=title)
        case "task":
            return Thing(
                address=f"/visits/{hexed(version.task)}", name=locale.name("services", version.service)
            )
        case "committee":
            name = locale.name("committees", version.committee)
            return Thing(address=f"/funds/{version.fund}#committee", name=name)
        case "redemption":
            # Who redeemed with whom is told to these two, and to the fund's coordinators.
            if viewer.member is None or not viewer.may_read(
                DataClass.REDEMPTION, version.member, version.provider, fund=version.fund
            ):
                return None
            return Thing(
                address=f"/volunteers/{hexed(viewer.member)}", name=locale.name("services", version.service)
            )
        case _:
            return _numbered(locale, "enterprise", version.enterprise)


def _numbered(locale: Locale, name: str, number: int) -> Thing:
    match name:
        case "campaign":
            return Thing(address=f"/campaigns/{number}", name=locale.name("campaigns", number))
        case "enterprise":
            return Thing(address=f"/enterprises/{number}", name=locale.name("enterprises", number))
        case _:
            fund = fund_of(number) if name == "purpose" else number
            return Thing(address=f"/funds/{fund}", name=locale.name("funds", fund))
