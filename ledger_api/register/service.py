"""Reading and editing the register as one person: what they may see, what they may say, and of what there is."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from ledger_api.context import AppContext, Context
from ledger_api.errors import (
    EditContradictedError,
    NotFoundError,
    QueryInvalidError,
    SessionMissingError,
    ThingUnknownError,
)
from ledger_api.mirror import Mirror, Reading
from ledger_api.register.keys import entry_text, parsed
from ledger_api.register.queries import KEY_COLUMNS, key_of, makers_of, products_of, stored
from ledger_api.register.rights import Rights, editor_or_none
from ledger_api.register.schemas import NOUNS, BankNumber, EditRecord, Shown, WordEdit, shown
from ledger_api.sessions.current import SAFE_METHODS, require_token
from ledger_api.statements.keys import account_number
from register.errors import EditRefusedError
from register.nouns import (
    BANK_ACCOUNTS,
    HOMES,
    HOUSEHOLDS,
    NAMED,
    PLACES,
    WORDS,
    BankAccount,
    Home,
    Household,
    Name,
    Place,
    Value,
)
from register.places import PlaceRegister

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger_api.register.schemas import Entered

# Behind what stands on chain by a secret: they are entered once.
LASTING = (BANK_ACCOUNTS.name, PLACES.name)
# Behind a fund: a member who edits them sees those of the own funds alone.
OF_FUNDS = (HOMES.name, HOUSEHOLDS.name)
# Fields whose values are chosen among what is on chain, and the noun of that.
CHOSEN = {"fund": "funds", "service": "services"}
# Those of a bank account's number.
MOST_DIGITS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk(Rights):
    """The register before one person.

    Attributes:
        context: Where it is.
        mirror: What is on chain.
    """

    context: Context
    mirror: Reading

    async def entries(self, noun: str) -> dict[str, Shown]:
        """What stands of a noun, by key; of what belongs to funds, only that of the reader's.

        Raises:
            SessionMissingError: It is personal, and nobody is signed in.
            EditForbiddenError: It is personal, and the reader may not edit it.
        """
        self.require_reader(noun)
        found: Mapping[str, Any]
        if noun in NAMED or noun == WORDS.name:
            found = self.context.names.current().named(noun)
        else:
            found = await asyncio.to_thread(self.context.register.entries, NOUNS[noun])
        return {key: shown(value) for key, value in found.items() if self.is_visible(noun, value)}

    async def history(self, noun: str, text: str) -> list[EditRecord]:
        """The edits of an entry, oldest first.

        Raises:
            As `entries`; QueryInvalidError: The key is none.
        """
        self.require_reader(noun)
        edits = await asyncio.to_thread(
            self.context.register.history, NOUNS[noun], entry_text(parsed(noun, text))
        )
        values = [
            shown(edit.value) if edit.value and self.is_visible(noun, edit.value) else None for edit in edits
        ]
        return [
            EditRecord(edited_at=edit.edited_at, editor=edit.editor, before=before, after=after)
            for edit, before, after in zip(edits, [None, *values], values, strict=False)
        ]

    async def word_edits(self) -> list[WordEdit]:
        """The edits of all of the city's own words, newest first; everybody may read them."""
        changes = await asyncio.to_thread(self.context.register.changes, [WORDS], 0)
        stands: dict[str, Name | None] = {}
        found = []
        for _, edit in changes:
            before, stands[edit.key] = stands.get(edit.key), edit.value
            found.append(
                WordEdit(
                    key=edit.key,
                    edited_at=edit.edited_at,
                    editor=edit.editor,
                    before=before,
                    after=edit.value,
                )
            )
        return found[::-1]

    async def keys(self, noun: str) -> list[int | bytes]:
        """Numbers or ids of the things on chain whose entries the editor may edit; the noun is one of `KEY_COLUMNS`.

        Raises:
            As `entries`.
        """
        scopes = self.require_editor(noun).scopes(noun)
        found = [key_of(noun, row[0]) for row in await self.mirror.rows(KEY_COLUMNS[noun].all())]
        if noun == "products" and scopes is not None:
            own = {row[0] for row in await self.mirror.rows(products_of(scopes))}
            return [key for key in found if key in own]
        if noun == HOUSEHOLDS.name:
            taken = await self._taken_by_others(noun)
            return [key for key in found if entry_text(key) not in taken]
        return found

    async def choices(self, noun: str, field: str) -> list[int]:
        """Numbers of what may be chosen for a field of an entry; of funds those whose entries the editor may edit."""
        scopes = self.require_editor(noun).scopes(noun) if field == "fund" else None
        numbers = [int(row[0]) for row in await self.mirror.rows(KEY_COLUMNS[CHOSEN[field]].all())]
        return [number for number in numbers if scopes is None or number in scopes]

    async def current(self, noun: str, text: str) -> tuple[int | bytes | str, Shown | None]:
        """Key and value of an entry that the editor may edit.

        Raises:
            As `put`.
        """
        key = await self._own(noun, text)
        value = await asyncio.to_thread(self.context.register.get, NOUNS[noun], entry_text(key))
        return key, shown(value) if value else None

    async def put(self, noun: str, text: str, form: Entered) -> Shown:
        """Says something of a thing.

        Raises:
            SessionMissingError: Nobody is signed in.
            EditForbiddenError: It is not theirs to edit.
            QueryInvalidError: The key is none.
            ThingUnknownError: There is no such thing on chain.
            EditContradictedError: It contradicts what stands on chain.
        """
        key = entry_text(await self._own(noun, text))
        value = await self._value(noun, key, form)
        await self._write(noun, key, value)
        return shown(value)

    async def commit_home(self, text: str) -> bytes:
        """Registers a home under a new commitment, 32 bytes; nobody can tell that two of them are of one home.

        Args:
            text: Its id.

        Raises:
            As `put`; NotFoundError: No home has this id.
        """
        key, home = await self.current(HOMES.name, text)
        if home is None:
            raise NotFoundError("home", entry_text(key))
        editor = self.require_editor(HOMES.name).name(HOMES.name)
        places = PlaceRegister(self.context.register)
        try:
            return await asyncio.to_thread(places.bind_home, entry_text(key), editor)
        except EditRefusedError as error:
            # It was taken away or forgotten meanwhile.
            raise NotFoundError("home", entry_text(key)) from error

    async def remove(self, noun: str, text: str) -> None:
        """Takes an entry away; its history stays.

        Raises:
            As `put`.
        """
        key = entry_text(await self._own(noun, text))
        if noun in LASTING:
            raise EditContradictedError(
                f"expected {noun}/{key} to stay, because its secret stands behind the chain"
            )
        await self._write(noun, key, None)

    async def _write(self, noun: str, key: str, value: Value | None) -> None:
        editor = self.require_editor(noun).name(noun)
        try:
            await asyncio.to_thread(self.context.register.put, NOUNS[noun], key, value, editor)
        except EditRefusedError as error:
            # Somebody else's edit came between.
            raise EditContradictedError(error.why) from error
        await asyncio.to_thread(self.context.names.look)

    async def _value(self, noun: str, key: str, form: Entered) -> Value:
        """What is to stand, checked against what stands and what is on chain."""
        if isinstance(form, BankNumber):
            return await self._bank_account(key, form)
        if isinstance(form, Place) and form.commitment != key:
            raise EditContradictedError(
                f"expected place and salt behind {key}, got those behind {form.commitment}"
            )
        if isinstance(form, Home | Household):
            self.require_visible(noun, form)
            await self._require_thing("funds", form.fund)
        if isinstance(form, Household):
            await self._require_thing("services", form.service)
        return form

    async def _bank_account(self, key: str, form: BankNumber) -> BankAccount:
        """The bank account with the secret that it has, or with a new one. Its secret and its number never change."""
        number = account_number(form.number)
        # In the one form that is compared some letters become two.
        if not 1 <= len(number) <= MOST_DIGITS:
            raise QueryInvalidError(f"expected 1 to {MOST_DIGITS} digits or letters, got {form.number!r}")
        fresh = BankAccount(number=number, salt=f"0x{secrets.token_hex(32)}")
        editor = self.require_editor(BANK_ACCOUNTS.name).name(BANK_ACCOUNTS.name)
        register = self.context.register
        account = await asyncio.to_thread(register.setdefault, BANK_ACCOUNTS, key, lambda: fresh, editor)
        if account_number(account.number) != number:
            raise EditContradictedError(f"expected the number that bank account {key} has, got another")
        return account

    async def _own(self, noun: str, text: str) -> int | bytes | str:
        """The key of a thing that is on chain and whose entry is the editor's to edit."""
        scopes, key = self.require_editor(noun).scopes(noun), parsed(noun, text)
        if not isinstance(key, str) and noun in KEY_COLUMNS:
            await self._require_thing(noun, key)
        if noun == "products" and scopes is not None and isinstance(key, int):
            makers = {row[0] for row in await self.mirror.rows(makers_of(key))}
            # Whoever publishes a rate card for what others make must not name it for them.
            if not makers or makers - scopes:
                raise self.forbidden(noun)
        if noun in OF_FUNDS and entry_text(key) in await self._taken_by_others(noun):
            raise self.forbidden(noun)
        return key

    async def _require_thing(self, noun: str, key: int | bytes) -> None:
        if await self.mirror.first(KEY_COLUMNS[noun].one(stored(noun, key))) is None:
            raise ThingUnknownError(noun, entry_text(key))

    async def _taken_by_others(self, noun: str) -> set[str]:
        """Keys of entries that are not the editor's."""
        found = await asyncio.to_thread(self.context.register.entries, NOUNS[noun])
        return {key for key, value in found.items() if not self.is_visible(noun, value)}


async def desk_of(request: Request, context: AppContext, mirror: Mirror) -> Desk:
    """The register before whoever is signed in, for the API: a write repeats the session's token.

    Raises:
        SessionMissingError: It is a write, and nobody is signed in.
        SessionForbiddenError: It does not repeat the token.
    """
    editor = await editor_or_none(request)
    if editor is not None:
        require_token(request, editor.csrf)
    elif request.method not in SAFE_METHODS:
        raise SessionMissingError("expected the cookie of a session in force, got none")
    return Desk(context=context, mirror=mirror, editor=editor)


async def page_desk_of(request: Request, context: AppContext, mirror: Mirror) -> Desk:
    """The register before whoever is signed in, for pages: a form has the token as a field."""
    return Desk(context=context, mirror=mirror, editor=await editor_or_none(request))


AppDesk = Annotated[Desk, Depends(desk_of)]
PageDesk = Annotated[Desk, Depends(page_desk_of)]
