"""An intent that uses bank lines may only use lines of imported statements, with their amount, direction, account and day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from contracts.acts import acts
from ledger_api.errors import BankLineMismatchError, BankLineUnknownError
from ledger_api.statements.parsed import yuan
from ledger_api.tables import statement_lines, statements
from wallets import intents

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from wallets.intents import Intent

NO_LINE = bytes(32)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineUse:
    """How an intent uses a bank line.

    Attributes:
        key: Key of the line, 32 bytes.
        incoming: Whether the money must have come in.
        amount_fen: What the line must amount to, in fen, over zero; None where the intent does not tell.
        booked_on: Day on which the bank must have booked it, from 1970; None where the intent does not tell.
        bank: Bank account it must be of; None where the intent does not tell.
        returns: Key of the line whose money it returns, of the same account and as much; None if it returns none.
        share_fen: What it may amount to instead, in fen: a request's part of a line that paid several.
    """

    key: bytes
    incoming: bool
    amount_fen: int | None = None
    booked_on: int | None = None
    bank: int | None = None
    returns: bytes | None = None
    share_fen: int | None = None


def _incoming(bank: int, lines: Any) -> list[LineUse]:
    return [LineUse(key=x.bank_line, incoming=True, amount_fen=x.amount_fen, bank=bank) for x in lines]


def _gifts(intent: intents.AttestGifts) -> list[LineUse]:
    uses = _incoming(intent.bank, intent.gifts)
    return [replace(use, booked_on=gift.booked_on) for use, gift in zip(uses, intent.gifts, strict=True)]


def _outgoing(bank: int, lines: Any) -> list[LineUse]:
    return [LineUse(key=x.bank_line, incoming=False, amount_fen=x.amount_fen, bank=bank) for x in lines]


def _optional(key: bytes, **attributes: Any) -> list[LineUse]:
    return [] if key == NO_LINE else [LineUse(key=key, **attributes)]


def _proof(act: intents.ActOnProposal) -> list[LineUse]:
    if not any(field.kind == "bank-line-out" for field in acts()[act.act.id].fields):
        return []
    return [LineUse(key=act.evidence, incoming=False, amount_fen=act.proposal.amount_fen)]


USES: dict[type[Intent], Callable[[Any], list[LineUse]]] = {
    intents.AttestDonations: lambda i: _incoming(i.bank, i.donations),
    intents.AttestGifts: _gifts,
    intents.AttestProceeds: lambda i: _incoming(i.bank, [i]),
    intents.PayOut: lambda i: _outgoing(i.bank, i.payouts),
    intents.ReverseGift: lambda i: _optional(i.outgoing_bank_line, incoming=False, returns=i.bank_line),
    intents.RefundGift: lambda i: [LineUse(key=i.outgoing_bank_line, incoming=False, returns=i.bank_line)],
    intents.ReverseDonation: lambda i: _optional(i.outgoing_bank_line, incoming=False, returns=i.bank_line),
    intents.ReverseProceeds: lambda i: _optional(i.outgoing_bank_line, incoming=False, returns=i.bank_line),
    intents.ReversePayout: lambda i: _optional(i.incoming_bank_line, incoming=True, returns=i.bank_line),
    intents.ReverseDisbursement: lambda i: _optional(
        i.incoming_bank_line, incoming=True, amount_fen=i.proposal.amount_fen
    ),
    intents.ProveInstalment: lambda i: [LineUse(key=i.bank_line, incoming=False, amount_fen=i.amount_fen)],
    intents.ReverseProof: lambda i: _optional(
        i.incoming_bank_line, incoming=True, returns=i.bank_line, share_fen=i.proposal.amount_fen
    ),
    intents.RecordReturn: lambda i: _optional(i.incoming_bank_line, incoming=True, amount_fen=i.amount_fen),
    intents.ProveJointPayment: lambda i: [
        LineUse(key=i.bank_line, incoming=False, amount_fen=sum(one.amount_fen for one in i.proposals))
    ],
    intents.RecordWageReturn: lambda i: _optional(
        i.incoming_bank_line, incoming=True, amount_fen=i.amount_fen
    ),
    intents.RecordFee: lambda i: _outgoing(i.bank, [i]),
    intents.RecordInterest: lambda i: _incoming(i.bank, [i]),
    intents.ReverseFee: lambda i: _optional(i.incoming_bank_line, incoming=True, returns=i.bank_line),
    intents.ReverseInterest: lambda i: _optional(i.outgoing_bank_line, incoming=False, returns=i.bank_line),
    intents.ActOnProposal: _proof,
}


def line_uses(intent: Intent) -> list[LineUse]:
    """The bank lines that an intent uses."""
    return USES[type(intent)](intent) if type(intent) in USES else []


async def check_lines(engine: AsyncEngine, intent: Intent) -> None:
    """Makes sure that every bank line of an intent is what the statements say.

    Raises:
        BankLineUnknownError: No imported statement has the line.
        BankLineMismatchError: Its amount, direction, account or day differs.
    """
    uses = line_uses(intent)
    if not uses:
        return
    columns = statement_lines.c
    query = select(columns.key, columns.amount_fen, statements.c.bank, columns.booked_on).join(statements)
    keys = {use.key for use in uses} | {use.returns for use in uses if use.returns}
    async with engine.connect() as connection:
        rows = await connection.execute(query.where(columns.key.in_(keys)))
        known = {bytes(key): _Line(*values) for key, *values in rows}
    for use in uses:
        if use.key not in known:
            raise BankLineUnknownError(
                f"expected the key of a line of an imported statement, got 0x{use.key.hex()}"
            )
        _compare(_returning(use, known[use.returns]) if use.returns in known else use, known[use.key])


class _Line(NamedTuple):
    """A line of a statement: amount in fen, account, and day as YYYY-MM-DD."""

    amount_fen: int
    bank: int
    booked_on: str


def _returning(use: LineUse, line: _Line) -> LineUse:
    """A use of a line that returns money, when it is known how much came in and where."""
    return replace(use, amount_fen=abs(line.amount_fen), bank=line.bank)


def _compare(use: LineUse, booked: _Line) -> None:
    line, line_fen = f"bank line 0x{use.key.hex()}", booked.amount_fen
    if (line_fen > 0) != use.incoming:
        raise BankLineMismatchError(
            f"{line}: expected money that {'came in' if use.incoming else 'went out'}, got {yuan(line_fen)}"
        )
    if use.amount_fen is not None and abs(line_fen) not in (use.amount_fen, use.share_fen):
        raise BankLineMismatchError(f"{line}: expected {yuan(abs(line_fen))}, got {yuan(use.amount_fen)}")
    if use.bank is not None and booked.bank != use.bank:
        raise BankLineMismatchError(f"{line}: expected bank account {booked.bank}, got {use.bank}")
    if use.booked_on is not None and date.fromisoformat(booked.booked_on) != _day(use.booked_on):
        raise BankLineMismatchError(f"{line}: expected {booked.booked_on}, got {_day(use.booked_on)}")


def _day(number: int) -> date:
    """A day from 1970; the last of the calendar where it has none so late."""
    return date.fromordinal(min(date(1970, 1, 1).toordinal() + number, date.max.toordinal()))
