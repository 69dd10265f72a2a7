"""The pages of acts: what a person or an office may do, and the sheet for each act."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from contracts.acts import acts
from contracts.ids import NEW_IDS
from ledger_api.acts.sheets import just_signed, lines_of
from ledger_api.acts.waiting import wait_seconds
from ledger_api.context import AppContext, Context
from ledger_api.delegations.service import delegation_for
from ledger_api.editors import edited_by_role
from ledger_api.errors import NotFoundError
from ledger_api.forms import hexed, id_bytes
from ledger_api.locale import locale_of
from ledger_api.members.person import person_of
from ledger_api.mirror import Mirror, Reading
from ledger_api.portal.acting.addresses import SheetRoute, act_of_desk, act_of_sheet, address_of_sheet
from ledger_api.portal.acting.choices import Chooser, home_labels, member_ids_by_name, number_of
from ledger_api.portal.acting.declared import acts_of_nouns, has_sheet
from ledger_api.portal.acting.facts import facts
from ledger_api.portal.acting.fields import REQUEST, entered_values, inputs_of
from ledger_api.portal.acting.listing import first_chosen, in_order
from ledger_api.portal.acting.lookup import find, find_by_key, things_of
from ledger_api.portal.acting.offers import belongs, is_open
from ledger_api.portal.acting.possession import ids_to_keep, page_of_proof
from ledger_api.portal.acting.sheet import entries, questions, sheet_of
from ledger_api.portal.acting.shown import label, state_word
from ledger_api.portal.render import page, qr
from ledger_api.proposals.schemas import Proposal
from ledger_api.proposals.service import id_of, proposal_detail, signed_form
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice, Office, Session, SignedIn
from ledger_api.sessions.offices import is_of_office, office_of
from register.nouns import HOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.acts import Act
    from ledger_api.delegations.schemas import Delegation
    from ledger_api.locale import Locale
    from ledger_api.members.person import Person
    from ledger_api.portal.acting.sheet import Entries
    from ledger_api.sessions.access import Viewer

router = APIRouter(route_class=SheetRoute)

# Who holds whatever office, of an act that its own key signs.
HOLDER = "holder"


@router.get("/acts")
async def list_acts(
    request: Request, context: AppContext, mirror: Mirror, signed_in: MaybeMemberOrOffice
) -> HTMLResponse:
    """What whoever is signed in may do, by contract. Values in the address are handed on to the sheets."""
    if signed_in is None:
        return await page(request, "sign_in.html")
    mine = [
        act for act in in_order() if has_sheet(act) and await _is_for(mirror, act, signed_in, context.clock())
    ]
    groups = {
        contract: [
            (act, first_chosen(act, request.query_params), address_of_sheet(act, request.query_params))
            for act in group
        ]
        for contract, group in groupby(mine, lambda act: act.contract)
    }
    return await page(request, "acts.html", mirror.head, groups=groups)


@router.get("/acts/{act}")
async def sheet(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    signed_in: MaybeMemberOrOffice,
    act: str,
) -> HTMLResponse:
    """The sheet for an act. It asks for what the address does not say."""
    record = act_of_sheet(act)
    of_holder = isinstance(signed_in, Office) and HOLDER in record.by
    if signed_in is not None and (is_of_office(record) or of_holder):
        return await _for_office(request, context, mirror, signed_in, record)
    if not isinstance(signed_in, Session):
        return await page(request, "sign_in.html")
    return await _signed(request, context, mirror, viewer, signed_in, record)


@router.get("/desk/{delegation}/{act}")
async def desk_sheet(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    session: SignedIn,
    delegation: str,
    act: str,
) -> HTMLResponse:
    """The sheet on which a clerk does an act for a person: it shows what the person's own sheet would."""
    record, found = act_of_desk(act), await delegation_for(mirror, viewer, id_bytes(delegation, 16))
    if record.desk != found.area.name:
        raise NotFoundError("act", act[:40])
    # What the person may know of the own things, the clerk needs to know to do the act.
    for_person = replace(viewer, member=found.person)
    return await _signed(request, context, mirror, for_person, session, record, found)


async def _signed(
    request: Request,
    context: Context,
    mirror: Reading,
    viewer: Viewer,
    session: Session,
    act: Act,
    desk: Delegation | None = None,
) -> HTMLResponse:
    """What a member signs, for oneself or as a clerk for the person of a delegation."""
    member = desk.person if desk else session.member
    entered = entered_values(act, request.query_params)
    locale = locale_of(request, context.names.current().in_usual_words())
    thing = await _thing(mirror, act, entered)
    lines = await lines_of(context, mirror, locale, session, act, entered, thing)
    chosen = next((line for line in lines.unused or () if hexed(line.bank_line) in entered.values()), None)
    form = signed_form(thing).as_json() if isinstance(thing, Proposal) else None
    person = await person_of(mirror, member, context.clock())
    homes = await _homes(context, act, person)
    found = entries(act, entered, form, chosen, member_ids_by_name(locale.names), homes)
    chooser = Chooser(mirror=mirror, locale=locale, lines=lines.unused, homes=homes)
    mine = belongs(act, person, thing)
    # What somebody else's task, lot or redemption is, is not this reader's to know.
    things = await things_of(mirror, viewer, act, found.values) if mine else []
    values = await _values(act, entered, found, chooser, things, {**homes, **lines.chosen})
    values |= _proof(context, act, found, session.member)
    values["stands"] = state_word(locale, thing) if mine else ""
    values["mine"] = mine
    values["open_now"] = is_open(act, thing, mirror.head.time)
    values["just_signed"] = await just_signed(context, mirror, session.address, act, found)
    ready = mine and values["open_now"] and values["just_signed"] is None and found.is_whole(act)
    values["desk"] = desk
    sheet = sheet_of(act, found, desk.delegation if desk else None) if ready else None
    return await page(request, "act.html", mirror.head, sheet=sheet, **values)


async def _for_office(
    request: Request, context: Context, mirror: Reading, signed_in: Session | Office, act: Act
) -> HTMLResponse:
    """What the holder of an office signs."""
    entered = entered_values(act, request.query_params)
    locale = locale_of(request, context.names.current().in_usual_words())
    found = entries(act, entered, None, None, member_ids_by_name(locale.names), {})
    committee = await _committee(mirror, found.values)
    chooser = Chooser(
        mirror=mirror, locale=locale, lines=None, homes={}, committee=committee and committee.committee
    )
    values = await _values(act, entered, found, chooser, [committee] if committee else [], {})
    values |= _proof(context, act, found, None)
    values["mine"] = await _is_for(mirror, act, signed_in, context.clock())
    values["open_now"] = True
    values["just_signed"] = await just_signed(context, mirror, signed_in.address, act, found)
    ready = values["mine"] and values["just_signed"] is None and found.is_whole(act)
    values["wait"] = await _wait(context, locale, act) if ready else ""
    sheet = sheet_of(act, found) if ready else None
    return await page(request, "act.html", mirror.head, sheet=sheet, desk=None, **values)


async def _wait(context: Context, locale: Locale, act: Act) -> str:
    """How long an act of an office waits in public before it holds, in words; nothing of what is done at once."""
    seconds = await wait_seconds(context.chain, context.config.deployment, act.contract, act.function)
    return locale.length(seconds) if seconds else ""


async def _values(
    act: Act,
    entered: Mapping[str, str],
    found: Entries,
    chooser: Chooser,
    things: Sequence[Any],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """What both kinds of sheet show."""
    return {
        "act": act, "notice": chooser.locale.gettext(act.notice_zh), "undo": acts().get(act.undo or ""),
        "entered": {**entered, **ids_to_keep(act, found.values)}, "kept_ids": ids_to_keep(act, found.values),
        "facts": facts(chooser.locale, act, found.values, things, words), "missing": await questions(act, entered, found, chooser),
        "origin": first_chosen(act, found.values),
        "label": label, "wait": "",
        "whose": chooser.locale.listed((chooser.locale.word("by", by) for by in act.by), either=True),
    }  # fmt: skip


def _proof(context: Context, act: Act, found: Entries, own: bytes | None) -> dict[str, Any]:
    """Where the holder of a new key signs for it, and the code that leads there; see `page_of_proof`."""
    address = page_of_proof(act, found.values, own)
    return {"proof_page": address, "proof_qr": qr(context.config.public_url + address) if address else ""}


async def _committee(mirror: Reading, values: Mapping[str, Any]) -> Any | None:
    """The committee that an act of an office is about; None if it is about none, or the chain has none of its number."""
    number = values.get("committee")
    noun = acts_of_nouns().references["committee"].noun
    return None if number is None else await find(mirror, noun, int(number))


async def _is_for(mirror: Reading, act: Act, signed_in: Session | Office, now: int) -> bool:
    """Whether an act is one of whoever is signed in."""
    if isinstance(signed_in, Office):
        return office_of(act) in signed_in.roles or HOLDER in act.by
    return belongs(act, await person_of(mirror, signed_in.member, now))


async def _homes(context: Context, act: Act, person: Person) -> dict[str, str]:
    """Names of the homes at which somebody may open visits, by their ids, if the act is about one."""
    funds = edited_by_role(HOMES.name, person.holdings)
    if not funds or all(one.field.kind != "place" for one in inputs_of(act)):
        return {}
    found = await asyncio.to_thread(context.register.entries, HOMES)
    return home_labels({key: home for key, home in found.items() if home.fund in funds})


async def _thing(mirror: Reading, act: Act, entered: Mapping[str, str]) -> Any | None:
    """The thing that an act is about; None if the address names none.

    Raises:
        NotFoundError: The mirror has none of this id.
    """
    references = acts_of_nouns().references
    for one in inputs_of(act):
        text = entered.get(one.name)
        if not text or one.field.kind in NEW_IDS:
            continue
        if one.field.type == REQUEST:
            return (await proposal_detail(mirror, await id_of(mirror, text))).proposal
        if one.name in references:
            key = id_bytes(text, one.bytes_long) if one.bytes_long else number_of(text) or 0
            return await find_by_key(mirror, references[one.name].noun, key)
    return None
