"""Who may read and edit which entries of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_api.context import context_of
from ledger_api.editors import RULES, Editor
from ledger_api.errors import EditForbiddenError, SessionMissingError
from ledger_api.holdings import holdings_of
from ledger_api.mirror import read
from ledger_api.register.keys import noun_called
from ledger_api.sessions.current import Session, signed_in_or_none
from ledger_api.sessions.offices import offices_of
from register.nouns import Home, Household

if TYPE_CHECKING:
    from fastapi import Request

    from register.nouns import Value


async def editor_or_none(request: Request) -> Editor | None:
    """Who is signed in, with roles and offices as they are now; None if nobody is."""
    context, signed_in = await context_of(request), await signed_in_or_none(request)
    if signed_in is None:
        return None
    address, csrf = signed_in.address, signed_in.csrf
    if not isinstance(signed_in, Session):
        return Editor(address=address, member=None, offices=signed_in.roles, holdings=(), csrf=csrf)
    async with read(context.mirror) as reading:
        holdings = await holdings_of(reading, signed_in.member, context.clock())
    offices = await offices_of(context, address)
    return Editor(address=address, member=signed_in.member, offices=offices, holdings=holdings, csrf=csrf)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What one person may do with the register.

    Attributes:
        editor: Who it is; None if nobody is signed in.
    """

    editor: Editor | None

    def require_editor(self, noun: str) -> Editor:
        """The editor of a noun.

        Raises:
            SessionMissingError: Nobody is signed in.
            EditForbiddenError: It is not theirs to edit.
        """
        noun_called(noun)
        if self.editor is None:
            raise SessionMissingError("expected the cookie of a session in force, got none")
        if not self.editor.may_edit(noun):
            raise self.forbidden(noun)
        return self.editor

    def require_reader(self, noun: str) -> None:
        """Refuses who may not read a noun whose entries are personal.

        Raises:
            As `require_editor`.
        """
        if noun_called(noun).subject is not None:
            self.require_editor(noun)

    def require_visible(self, noun: str, value: Value) -> None:
        """Refuses an entry that is of somebody else's fund.

        Raises:
            EditForbiddenError: It is.
        """
        if not self.is_visible(noun, value):
            raise self.forbidden(noun)

    def is_visible(self, noun: str, value: Value) -> bool:
        """Whether it is of no fund, or of a fund of the reader's."""
        if not isinstance(value, Home | Household) or self.editor is None:
            return True
        scopes = self.editor.scopes(noun)
        return scopes is None or value.fund in scopes

    def forbidden(self, noun: str) -> EditForbiddenError:
        """The error that says whose an entry of a noun is to edit."""
        rule = RULES[noun]
        who = " or ".join(one.name for one in (rule.office, rule.role) if one is not None)
        return EditForbiddenError(f"expected {who} for this entry of {noun}, got somebody else")
