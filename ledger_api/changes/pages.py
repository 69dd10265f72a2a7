"""Pages of changes: what is to hold, from when, and who can stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from contracts.acts import act_of, acts
from contracts.deployment import name_of_label
from contracts.roles import ADMIN_DELAY_SECONDS, CHANGE_DELAY_SECONDS, CHANGES, HOLDER, AuthorityRole
from ledger_api.changes.acts import CALL_OFF, is_of_holder, stops_offered
from ledger_api.changes.service import calldata_of, change_detail, changes_page, is_founded
from ledger_api.context import AppContext
from ledger_api.forms import hexed, id_bytes
from ledger_api.locale import title
from ledger_api.mirror import Mirror
from ledger_api.paging import Cursor
from ledger_api.portal.acting.facts import entered_facts
from ledger_api.portal.acting.fields import values_in
from ledger_api.portal.acting.lookup import things_of
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute, head_page
from ledger_api.portal.signing import Sheet, draft_of_act
from ledger_api.sessions.access import Viewing
from ledger_api.sessions.current import MaybeMemberOrOffice

if TYPE_CHECKING:
    from contracts.acts import Act
    from contracts.deployment import Deployment
    from ledger_api.changes.schemas import Change
    from ledger_api.locale import Locale
    from ledger_api.mirror import Reading
    from ledger_api.sessions.access import Viewer

router = APIRouter(route_class=PageRoute)

ROWS = 20
SHOWN_LETTERS = 12


class FactInWords(NamedTuple):
    """One thing that a change would set.

    Attributes:
        label: What it is.
        value: As it would be.
        present: As it is now; None if it is the same, or nothing.
    """

    label: str
    value: str
    present: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeInWords:
    """A change as people read it.

    Attributes:
        change: The change.
        title: What is done.
        facts: With what, in names.
        codes: Keys and numbers that have no name.
    """

    change: Change
    title: str
    facts: list[FactInWords]
    codes: list[FactInWords]


@head_page(router, "/changes")
async def changes(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    locale: PageLocale,
    cursor: Cursor = None,
) -> HTMLResponse:
    """Changes, newest first."""
    deployment = context.config.deployment
    found, following = await changes_page(mirror, deployment, viewer, cursor, ROWS)
    values: dict[str, Any] = {
        "changes": [await _in_words(mirror, deployment, viewer, locale, one) for one in found],
        "is_founded": await is_founded(mirror), "cursor": cursor, "next_cursor": following,
        "wait": locale.length(CHANGE_DELAY_SECONDS), "wait_in_founding": locale.length(ADMIN_DELAY_SECONDS),
    }  # fmt: skip
    return await page(request, "changes.html", mirror.head, **values)


@head_page(router, "/changes/{change}")
async def change(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    session: MaybeMemberOrOffice,
    locale: PageLocale,
    change: Annotated[str, Path(max_length=80)],
) -> HTMLResponse:
    """A change, and the same as it was scheduled before."""
    deployment = context.config.deployment
    detail = await change_detail(mirror, deployment, viewer, id_bytes(change, 32))
    values: dict[str, Any] = {
        "one": await _in_words(mirror, deployment, viewer, locale, detail.change),
        "earlier": detail.earlier, "vetoes": detail.vetoes, "handover": detail.handover,
        "offers": await stops_offered(mirror, session, detail), "is_of_holder": is_of_holder(detail.change),
    }  # fmt: skip
    return await page(request, "change.html", mirror.head, **values)


@router.get("/changes/{change}/call-off")
async def call_off(
    request: Request,
    context: AppContext,
    mirror: Mirror,
    viewer: Viewing,
    signed_in: MaybeMemberOrOffice,
    locale: PageLocale,
    change: Annotated[str, Path(max_length=80)],
) -> HTMLResponse:
    """The sheet on which an office calls off what it announced."""
    deployment = context.config.deployment
    detail = await change_detail(mirror, deployment, viewer, id_bytes(change, 32))
    if signed_in is None:
        return await page(request, "sign_in.html")
    offers = await stops_offered(mirror, signed_in, detail)
    is_open = CALL_OFF in {offer.act.act for offer in offers}
    values: dict[str, Any] = {
        "one": await _in_words(mirror, deployment, viewer, locale, detail.change),
        "act": acts()[CALL_OFF], "notice": locale.gettext(acts()[CALL_OFF].notice_zh),
    }  # fmt: skip
    sheet = await _call_off_sheet(mirror, detail.change) if is_open else None
    return await page(request, "call_off.html", mirror.head, sheet=sheet, **values)


async def _call_off_sheet(mirror: Reading, change: Change) -> Sheet:
    data = await calldata_of(mirror, change.operation_id)
    fields = {"office": int(change.office), "target": hexed(change.target), "data": hexed(data)}
    return Sheet(draft=draft_of_act(CALL_OFF, fields))


async def _in_words(
    mirror: Reading, deployment: Deployment, viewer: Viewer, locale: Locale, change: Change
) -> ChangeInWords:
    act = act_of(change.contract or "", change.function or "")
    facts = (
        await _facts_of_act(mirror, deployment, viewer, locale, act, change)
        if act
        else [FactInWords(*fact) for fact in _facts(locale, deployment, change)]
    )
    return ChangeInWords(
        change=change,
        title=title(locale, act) if act else _title(locale, change),
        facts=[fact for fact in facts if not fact.value.startswith("0x")],
        codes=[fact for fact in facts if fact.value.startswith("0x")],
    )


async def _facts_of_act(
    mirror: Reading, deployment: Deployment, viewer: Viewer, locale: Locale, act: Act, change: Change
) -> list[FactInWords]:
    """With what an act is to be done, in names, and what holds now; that a member is not told."""
    contracts = {
        one.address.lower(): locale.word("contract", name_of_label(label))
        for label, one in deployment.contracts.items()
    }

    async def in_names(arguments: dict[str, Any]) -> dict[str, str]:
        values = values_in(act, arguments)
        return dict(
            entered_facts(locale, act, values, await things_of(mirror, viewer, act, values), contracts)
        )

    to_be = await in_names(change.arguments)
    # The same call, as it would set what holds now.
    present = await in_names({**change.arguments, **change.present}) if change.present else {}
    found = [FactInWords(*fact, present.pop(fact[0], None)) for fact in to_be.items()]
    # What has more entries now than it would have, as rules with more tiers.
    found += [FactInWords(label, locale.gettext("没有"), value) for label, value in present.items()]
    is_hidden = "member" in change.arguments and change.arguments["member"] is None
    return (
        [FactInWords(locale.word("field", "member"), locale.gettext("不公开")), *found]
        if is_hidden
        else found
    )


def _title(locale: Locale, change: Change) -> str:
    """What a function is called that is no act; one without a word, as such."""
    function = change.function or ""
    known = locale.word("authority", function)
    return locale.gettext("没有名称的操作") if known == function else known


def _facts(locale: Locale, deployment: Deployment, change: Change) -> list[tuple[str, str]]:
    """The office, the key and the contract that a function of the authority is about; of a contract of others, its address."""
    arguments, found = change.arguments, []
    if change.contract is None:
        found.append((locale.gettext("哪一部分"), _shortened(hexed(change.target))))
    if "roleId" in arguments:
        found.append((locale.gettext("职务"), _office(locale, arguments["roleId"])))
    if "account" in arguments:
        found.append((locale.gettext("任职的密钥"), _shortened(arguments["account"])))
    if "target" in arguments:
        name = deployment.name_of(bytes.fromhex(arguments["target"][2:]))
        found.append(
            (
                locale.gettext("哪一部分"),
                locale.word("contract", name) if name else _shortened(arguments["target"]),
            )
        )
    return found


def _office(locale: Locale, role: int) -> str:
    """The office of a role; of that of its holder, and of the one whose acts wait, that it is that one."""
    office = role & ~(CHANGES | HOLDER)
    if office not in set(AuthorityRole):
        return str(role)
    name = locale.word("office", AuthorityRole(office).name)
    if role & HOLDER:
        return locale.gettext("{office}的持有人", office=name)
    return locale.gettext("{office}（办理改动）", office=name) if role & CHANGES else name


def _shortened(code: str) -> str:
    return code[:SHOWN_LETTERS] + "…"
