"""What a treasurer may attest a bank line as: purposes of the own funds, by a public donor or a private one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.enums import Role
from indexer.projections.fund import funds, purposes
from ledger_api.forms import hexed
from ledger_api.funds.queries import funds_of, purposes_of
from ledger_api.members.service import service_accounts
from ledger_api.statements.usage import UNUSED

if TYPE_CHECKING:
    from ledger_api.locale import Locale
    from ledger_api.members.person import Person
    from ledger_api.mirror import Reading
    from ledger_api.statements.schemas import StatementLineAnswer
    from register.nouns import Name

PRIVATE = "private"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What a donation may be attested as.

    Attributes:
        bank: Bank account of the line, as on chain.
        purposes: Purposes by fund, of the funds of this account whose treasurer it is.
        donors: Public members: 0x and hex of the id, and the name; whom the bank names comes first.
    """

    bank: int
    purposes: dict[int, list[int]]
    donors: list[tuple[str, Name]]

    def have(self, line: StatementLineAnswer, purpose: int, donor: str) -> bool:
        """Whether a line may be attested so.

        Args:
            line: The bank line.
            purpose: What it is given to.
            donor: "private", or 0x and hex of a public member's id.
        """
        known = purpose in self.purposes.get(purpose >> 16, ())
        return is_gift(line) and known and donor in (PRIVATE, *dict(self.donors))


class NoGift(StrEnum):
    """Why a bank line may not be attested as a donation: the words of the group `no_gift`."""

    PAID_OUT = "paid_out"
    USED = "used"


def no_gift(line: StatementLineAnswer) -> NoGift | None:
    """Why a bank line may not be attested as a donation; None if it may: it came in, and nothing has used it."""
    if line.amount_fen <= 0:
        return NoGift.PAID_OUT
    return None if line.use == UNUSED else NoGift.USED


def is_gift(line: StatementLineAnswer) -> bool:
    """Whether a bank line may be attested as a donation."""
    return no_gift(line) is None


async def choices_of(
    mirror: Reading, locale: Locale, person: Person, bank: int, line: StatementLineAnswer
) -> Choices:
    """What a treasurer may attest a bank line as.

    Args:
        mirror: A snapshot of the mirror.
        locale: Who reads.
        person: The treasurer.
        bank: Bank account of the line, as on chain.
        line: The bank line.
    """
    own = [
        f.fund for f in await mirror.versions(funds, funds_of(bank)) if person.holds(Role.TREASURER, f.fund)
    ]
    by_fund: dict[int, list[int]] = {fund: [] for fund in own}
    for purpose in await mirror.versions(purposes, purposes_of(own)):
        by_fund[purpose.fund].append(purpose.purpose)
    services = {hexed(member) for member in await service_accounts(mirror)}
    donors = sorted(
        (donor for donor in locale.names.named("members").items() if donor[0] not in services),
        key=lambda donor: (
            line.counterparty not in (donor[1].zh, donor[1].en),
            locale.order(locale.in_language(donor[1])),
        ),
    )
    return Choices(bank=bank, purposes=by_fund, donors=donors)
