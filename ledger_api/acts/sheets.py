"""What the sheet of an act needs to know of bank lines, and whether its reader has just signed the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger_api.commands.called import pending
from ledger_api.errors import SessionForbiddenError
from ledger_api.forms import hexed
from ledger_api.funds.service import fund_numbered
from ledger_api.holdings import banks_of
from ledger_api.portal.acting.choices import line_text, number_of
from ledger_api.portal.acting.fields import BANK_LINES, inputs_of
from ledger_api.portal.acting.offers import fund_of
from ledger_api.proposals.schemas import Proposal
from ledger_api.statements.queries import lines_with_keys
from ledger_api.statements.service import unused_lines, unused_of_bank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.acts import Act
    from ledger_api.commands.called import Called
    from ledger_api.context import Context
    from ledger_api.locale import Locale
    from ledger_api.mirror import Reading
    from ledger_api.portal.acting.sheet import Entries
    from ledger_api.sessions.current import Session
    from ledger_api.statements.queries import StatementLine
    from ledger_api.statements.schemas import StatementLineAnswer


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """Bank lines of an act.

    Attributes:
        unused: Those among which one is chosen; None as long as their account is not known, or if the act has none.
        chosen: What those that the address names say, by their keys.
    """

    unused: list[StatementLineAnswer] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


async def lines_of(
    context: Context,
    mirror: Reading,
    locale: Locale,
    session: Session,
    act: Act,
    entered: Mapping[str, str],
    thing: Any | None,
) -> Lines:
    """The bank lines of an act.

    Args:
        context: What the endpoints share.
        mirror: A snapshot.
        locale: Who reads.
        session: Who is signed in.
        act: The act.
        entered: What was entered, by name.
        thing: What the act is about; None if that is not known.

    Raises:
        SessionForbiddenError: Who is signed in is no treasurer of a fund of this account.
    """
    kind = next((one.field.kind for one in inputs_of(act) if one.field.kind in BANK_LINES), None)
    bank = await _bank(mirror, act, entered, thing) if kind else None
    if bank is None:
        return Lines()
    if bank not in await banks_of(mirror, session.member, context.clock()):
        raise SessionForbiddenError(
            f"expected a treasurer of bank account {bank}, got {hexed(session.member)}"
        )
    engine = context.app_engine
    keys = [bytes.fromhex(text[2:]) for text in entered.values() if re.fullmatch("0x[0-9a-f]{64}", text)]
    named = await lines_with_keys(engine, bank, keys)
    amount_fen = _amount_fen(act, thing, entered, named)
    if amount_fen is not None:
        unused = await unused_lines(engine, mirror, bank, amount_fen)
    else:
        unused = await unused_of_bank(engine, mirror, bank, incoming=kind == "bank-line-in")
    return Lines(unused=unused, chosen={hexed(line.key): line_text(locale, line) for line in named})


async def just_signed(
    context: Context, mirror: Reading, address: bytes, act: Act, found: Entries
) -> Called | None:
    """What a key signed of the same act with the same values, while it is in no block: it is not asked for twice."""
    mine = (c for c in await pending(context.app_engine, mirror) if c.command.signer == address)
    return next((c for c in mine if c.act is act and found.is_in(act, c.arguments)), None)


def _amount_fen(
    act: Act, thing: Any | None, entered: Mapping[str, str], named: list[StatementLine]
) -> int | None:
    """What the line of an act amounts to; None if that is not known, as of one that says itself how much is a part."""
    if any(one.field.kind == "money" for one in inputs_of(act)):
        return None
    returned_fen = _returned(act, entered, named)
    is_request = returned_fen is None and isinstance(thing, Proposal)
    return thing.amount_fen if is_request and isinstance(thing, Proposal) else returned_fen


def _returned(act: Act, entered: Mapping[str, str], named: list[StatementLine]) -> int | None:
    """What the line of an act amounts to, which returns what another brought; None if that is not known."""
    recorded = [entered.get(one.name) for one in inputs_of(act) if one.field.kind == "bank-line-recorded"]
    return next((-line.amount_fen for line in named if hexed(line.key) in recorded), None)


async def _bank(mirror: Reading, act: Act, entered: Mapping[str, str], thing: Any | None) -> int | None:
    """The bank account of an act: what was entered where it is asked for, else that of the fund that it is about."""
    if any(one.field.kind == "bank" for one in inputs_of(act)):
        return number_of(entered.get("bank", ""))
    fund = fund_of(thing)
    found = await fund_numbered(mirror, fund) if fund is not None else None
    return found.bank if found else None
