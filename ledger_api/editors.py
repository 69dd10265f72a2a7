"""Who may edit what in the register: one table, which API and pages go by, and the rest of the house can ask.

An office edits all entries of its nouns. A member edits by a role those of the fund or the enterprise that the role is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.enums import Role
from contracts.roles import AuthorityRole
from ledger_api.forms import hexed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_api.holdings import Holding


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Who may edit a noun.

    Attributes:
        office: The office that edits all of it; None if none does.
        role: Role of members who edit what belongs to their fund or enterprise; None if no member does.
    """

    office: AuthorityRole | None = None
    role: Role | None = None


STEWARD, REGISTRAR = Rule(office=AuthorityRole.STEWARD), Rule(office=AuthorityRole.REGISTRAR)
RULES = {
    # Who opens a thing on chain names it.
    "banks": STEWARD,
    "bank_accounts": STEWARD,
    "budget_lines": STEWARD,
    "campaigns": STEWARD,
    "committees": STEWARD,
    "enterprises": STEWARD,
    "funds": STEWARD,
    "purposes": STEWARD,
    "services": STEWARD,
    "words": STEWARD,
    # Of requests without a text of their own, whose title the chain commits to: neither who asks nor who votes may change it.
    "proposals": STEWARD,
    # Who alone makes a product knows what it is called.
    "products": Rule(office=AuthorityRole.STEWARD, role=Role.FOREMAN),
    # Who checked identities and addresses; who is paid is not named by the office that opens budget lines.
    "buildings": REGISTRAR,
    "members": REGISTRAR,
    "payees": REGISTRAR,
    "places": REGISTRAR,
    # Where people are served: the registrar checked the address, the coordinators of the fund go there.
    "homes": Rule(office=AuthorityRole.REGISTRAR, role=Role.COORDINATOR),
    # Who lives alone or is away concerns only those who look after the visit, and no office.
    "households": Rule(role=Role.COORDINATOR),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Editor:
    """Somebody who is signed in, with what they may edit as.

    Attributes:
        address: Key that signed in, 20 bytes.
        member: Member whose key it is, 16 bytes; None for an office.
        offices: Roles of the authority that the key holds now.
        holdings: Roles of the member in force now.
        csrf: What a write must repeat.
    """

    address: bytes
    member: bytes | None
    offices: Sequence[AuthorityRole]
    holdings: Sequence[Holding]
    csrf: str

    def may_edit(self, noun: str) -> bool:
        """Whether there may be entries of a noun that are theirs to edit."""
        scopes = self.scopes(noun)
        return scopes is None or bool(scopes)

    def scopes(self, noun: str) -> set[int] | None:
        """Funds or enterprises whose entries they may edit; None for all of a noun."""
        if RULES[noun].office in self.offices:
            return None
        return edited_by_role(noun, self.holdings)

    def name(self, noun: str) -> str:
        """Who the register says made an edit: the office and its key, or the member."""
        office = RULES[noun].office
        if office is not None and office in self.offices:
            return f"{office.name.lower()}/{hexed(self.address)}"
        return f"members/{hexed(self.member or b'')}"


def edited_by_role(noun: str, holdings: Sequence[Holding]) -> set[int]:
    """Funds or enterprises whose entries of a noun a member may edit."""
    return {held.scope for held in holdings if held.role is RULES[noun].role}
