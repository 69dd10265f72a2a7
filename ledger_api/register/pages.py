"""The register as offices and some members edit it, without a program: what is theirs, a list, and a form with its history."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit.problem import Text
from kit.translation import N_
from ledger_api.editors import RULES
from ledger_api.errors import EditContradictedError, SessionForbiddenError, ThingUnknownError
from ledger_api.forms import hexed
from ledger_api.locale import locale_of
from ledger_api.portal.render import PageLocale, page
from ledger_api.portal.route import PageRoute
from ledger_api.problem import field_wrong, problem_of
from ledger_api.register.keys import KeyedBy, entry_text, is_listed, keyed_by, noun_called
from ledger_api.register.schemas import form_of
from ledger_api.register.service import CHOSEN, Desk, PageDesk
from ledger_api.sessions.form_token import form_token, is_form_token
from register.names import short
from register.nouns import BANK_ACCOUNTS, HOMES, HOUSEHOLDS, PLACES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.problem import Problem
    from ledger_api.editors import Rule
    from ledger_api.locale import Locale
    from ledger_api.register.schemas import Entered, Shown

router = APIRouter(route_class=PageRoute)

ROWS = 50
# Whose entries have no name to be shown by: a page calls them by kind and number.
NAMELESS = (BANK_ACCOUNTS.name, HOMES.name, HOUSEHOLDS.name, PLACES.name)
# Whose entries stay, since accounts and devices go by them.
LASTING = (BANK_ACCOUNTS.name, PLACES.name)
# So much of a key is shown, and of the id of a member who made an edit.
SHOWN_KEY, SHOWN_ID = len("0x") + 8, len("0x") + 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of a form.

    Attributes:
        name: Its name.
        value: What stands or was entered, as text.
        kind: "text", "number" or "flag".
        wrong: What is wrong with it; None if nothing is.
        choices: What may be chosen, value and name; None if it is entered freely.
    """

    name: str
    value: str
    kind: str
    wrong: Text | None
    choices: list[tuple[str, str]] | None


@router.get("/register")
async def nouns(request: Request, desk: PageDesk, locale: PageLocale) -> HTMLResponse:
    """What whoever is signed in may edit, and who edits what."""
    if desk.editor is None:
        return await page(request, "sign_in.html")
    mine = [noun for noun in sorted(RULES) if desk.editor.may_edit(noun)]
    who = {noun: who_edits(locale, rule) for noun, rule in RULES.items()}
    return await page(request, "register.html", desk.mirror.head, mine=mine, who=who)


@router.get("/words")
async def words(request: Request, desk: PageDesk, locale: PageLocale) -> HTMLResponse:
    """The city's own words: who changed which when, for everybody."""
    edits = [(edit, edited_by(locale, edit.editor)) for edit in await desk.word_edits()]
    return await page(request, "words.html", desk.mirror.head, edits=edits)


@router.get("/register/{noun}")
async def entries(
    request: Request,
    desk: PageDesk,
    noun: str,
    number: Annotated[int, Query(alias="page", ge=1, lt=2**31)] = 1,
    key: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:
    """All things of a kind that are on chain, and what the register says of each."""
    noun_called(noun)
    if desk.editor is None:
        return await page(request, "sign_in.html")
    if key:
        return RedirectResponse(f"{request.url.path}/{quote(key.strip(), safe='')}", 303)
    desk.require_editor(noun)
    listed, said = is_listed(noun), await desk.entries(noun)
    keys = await desk.keys(noun) if listed else list(said)
    rows = [(entry_text(one), key_shown(noun, one), said.get(entry_text(one))) for one in keys]
    shown = rows[(number - 1) * ROWS : number * ROWS]
    values: dict[str, Any] = {
        "noun": noun, "rows": shown, "fields": list(fields_of(noun)), "number": number,
        "last": number * ROWS >= len(rows), "listed": listed, "keyed_by": keyed_by(noun),
        "fresh": hexed(secrets.token_bytes(16)) if noun == HOMES.name else None,
    }  # fmt: skip
    return await page(request, "register_entries.html", desk.mirror.head, **values)


@router.get("/register/{noun}/{key}")
async def entry(
    request: Request, desk: PageDesk, noun: str, key: str, *, saved: bool = False
) -> HTMLResponse:
    """The form of an entry, and its history."""
    noun_called(noun)
    if desk.editor is None:
        return await page(request, "sign_in.html")
    _, value = await desk.current(noun, key)
    return await _form(request, desk, noun, key, as_text(value), saved=saved)


@router.post("/register/{noun}/{key}")
async def save(
    request: Request,
    desk: PageDesk,
    noun: str,
    key: str,
    csrf_token: Annotated[str, Form()] = "",
    act: Annotated[str, Form()] = "save",
) -> Response:
    """Saves what the form says, takes the entry away, or commits to a home; what is wrong is told beside its field."""
    editor = desk.require_editor(noun)
    if not is_form_token(csrf_token, editor.csrf):
        raise SessionForbiddenError("expected the session's token in the form, got another or none")
    sent = await request.form()
    entered = {name: text for name in fields_of(noun) if isinstance(text := sent.get(name, ""), str)}
    try:
        if noun == HOMES.name and act == "commit":
            commitment = hexed(await desk.commit_home(key))
            return await _form(request, desk, noun, key, entered, commitment=commitment)
        if act == "remove":
            await desk.remove(noun, key)
        else:
            await desk.put(noun, key, read_form(noun, entered))
    except ValidationError as error:
        return await _form(request, desk, noun, key, entered, wrong=field_errors(error), status=422)
    except (EditContradictedError, ThingUnknownError) as error:
        problem = problem_of(error)
        return await _form(request, desk, noun, key, entered, problem=problem, status=problem.status)
    return RedirectResponse(f"{request.url.path}?saved=true", 303)


async def _form(
    request: Request,
    desk: Desk,
    noun: str,
    key: str,
    entered: Mapping[str, str],
    *,
    wrong: Mapping[str, Text] | None = None,
    problem: Problem | None = None,
    saved: bool = False,
    commitment: str = "",
    status: int = 200,
) -> HTMLResponse:
    known, value = await desk.current(noun, key)
    locale = locale_of(request, desk.context.names.current())
    fields = [
        Field(
            name=name, value=entered.get(name, as_default(field.default)), kind=KINDS.get(field.annotation, "text"),
            wrong=(wrong or {}).get(name), choices=await _choices(desk, locale, noun, name),
        )
        for name, field in fields_of(noun).items()
    ]  # fmt: skip
    history = [(edit, edited_by(locale, edit.editor)) for edit in reversed(await desk.history(noun, key))]
    values: dict[str, Any] = {
        "noun": noun, "called": entry_called(locale, noun, known), "fields": fields, "edits": history,
        "may_remove": value is not None and noun not in LASTING,
        "may_commit": value is not None and noun == HOMES.name,
        "csrf": form_token(desk.require_editor(noun).csrf), "saved": saved, "problem": problem, "commitment": commitment,
    }  # fmt: skip
    return await page(request, "register_entry.html", desk.mirror.head, status, **values)


def who_edits(locale: Locale, rule: Rule) -> str:
    """Who may edit what a rule is of."""
    office = [locale.word("by", rule.office.name.lower())] if rule.office is not None else []
    role = [locale.word("edits_as", rule.role.name)] if rule.role is not None else []
    text = locale.listed([*office, *role], either=True)
    return text[0].upper() + text[1:]


def key_shown(noun: str, key: int | bytes | str) -> str:
    """A key as people read it."""
    if keyed_by(noun) is KeyedBy.WORD:
        return str(key)
    return key[:SHOWN_KEY] if isinstance(key, str) else short(noun, key)


def entry_called(locale: Locale, noun: str, key: int | bytes | str) -> str:
    """What a page calls an entry: its name, or its kind and number where there is none."""
    if isinstance(key, str) and keyed_by(noun) is KeyedBy.WORD:
        return key
    if noun in NAMELESS or isinstance(key, str):
        return locale.gettext(
            "{kind} {number}", kind=locale.word("register", noun), number=key_shown(noun, key)
        )
    return locale.name(noun, key)


def edited_by(locale: Locale, name: str) -> str:
    """Who made an edit: the office, the first digits of the member's id, or the program; see `Editor.name`."""
    kind, _, number = name.partition("/")
    if kind == "members":
        return number[len("0x") : SHOWN_ID]
    return locale.word("office", kind.upper()) if number else locale.word("program", name)


KINDS: dict[Any, str] = {int: "number", bool: "flag"}


def fields_of(noun: str) -> Mapping[str, Any]:
    """Fields of the form that a noun is edited with."""
    return form_of(noun).model_fields


def read_form(noun: str, entered: Mapping[str, str]) -> Entered:
    """What was entered as the form of a noun; a flag that is not set is not sent.

    Raises:
        ValidationError: A field is wrong.
    """
    flags = {name for name, field in fields_of(noun).items() if field.annotation is bool}
    return form_of(noun).model_validate(
        {name: text or "false" if name in flags else text for name, text in entered.items()}
    )


def field_errors(error: ValidationError) -> dict[str, Text]:
    """What is wrong, by field."""
    return {str(one["loc"][0]): field_wrong(one) or Text.of(N_("看不懂这一项")) for one in error.errors()}


def as_text(value: Shown | None) -> dict[str, str]:
    """What an entry says, field by field, as a form shows it."""
    return {} if value is None else {name: as_default(field) for name, field in value}


def as_default(value: Any) -> str:
    """A value as a form shows it; nothing where there is none."""
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value) if isinstance(value, str | int) else ""


async def _choices(desk: Desk, locale: Locale, noun: str, field: str) -> list[tuple[str, str]] | None:
    """What is on chain, by its name."""
    if field not in CHOSEN:
        return None
    return [(str(number), locale.name(CHOSEN[field], number)) for number in await desk.choices(noun, field)]
