"""C19 to C21: a bank line is used once, not to take money out of a frozen fund, and stands in the bank's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from audit.checks.check import check
from audit.decode.accounts import fund_of
from audit.errors import BundleError
from audit.evidence.canonical import array, integer, record, text, unhexed
from audit.evidence.formats import MAX_FEN, STATEMENT_FORMAT, STATEMENTS_FOLDER
from audit.rules.bank_lines import Use, line_key, uses
from audit.rules.openings import Openings
from audit.rules.state.china import day_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally

Values = dict[str, Any]


@check("C19", "每笔银行流水只用一次", "Every bank line is used once")
def lines_used_once(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """No line stands behind two acts of any modules, but one attested by mistake and taken back may be attested anew."""
    del bundle, trust
    used: dict[bytes, str] = {}
    for use in uses(history):
        if use.frees:
            tally.expect(
                use.key in used, use.log.where, f"银行流水从未确认 line 0x{use.key.hex()} was never attested"
            )
            used.pop(use.key, None)
            continue
        before = used.get(use.key)
        tally.expect(
            before is None,
            use.log.where,
            f"银行流水已用过 line 0x{use.key.hex()} was used before, in {before}",
        )
        tally.expect(any(use.key), use.log.where, "应有银行流水，实为零 expected a bank line, got zeros")
        used[use.key] = use.log.where
    return tally.result() if tally.counted else tally.not_applicable("没有用过银行流水 no bank line was used")


@check("C20", "冻结的基金没有付出", "Nothing left a frozen fund")
def frozen_funds(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """While a fund was frozen no donation, gift or proceeds were returned, no wage paid, no match locked."""
    del bundle, trust
    openings = Openings(history)
    frozen: dict[int, bool] = {}
    for log in history.logs("Funds.FundFrozen", *_LEAVING):
        if log.event == "FundFrozen":
            frozen[log.values["fund"]] = log.values["frozen"]
            continue
        fund = _LEAVING[log.name](openings, history.transaction_of(log).args, log.values)
        tally.expect(not frozen.get(fund), log.where, f"基金已冻结 fund {fund} was frozen")
    return (
        tally.result() if tally.counted else tally.not_applicable("没有这样的付出 nothing left in these ways")
    )


@check("C21", "与银行对账单一致", "Bank lines agree with the bank's statements")
def statements(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Statements add up, and every use of a line has its amount and direction there, and a gift to a campaign its day."""
    del trust
    in_use = _uses_at_head(history)
    if not in_use:
        return tally.not_applicable("没有在用的银行流水 no bank line is in use")
    paths = bundle.paths(STATEMENTS_FOLDER)
    if not paths:
        return tally.undecided(f"没有对账单 no statement in {STATEMENTS_FOLDER}")
    booked = _booked(bundle, paths, tally)
    banks = {bank for bank, _ in booked}
    for use in in_use.values():
        if use.bank in banks:
            what = f"amount of line 0x{use.key.hex()} at the bank"
            line = booked.get((use.bank, use.key), NO_ENTRY)
            tally.expect_equal(use.log.where, what, expected=line.amount_fen, got=use.amount_fen)
            if use.booked_on is not None:
                what = f"day of line 0x{use.key.hex()} at the bank, from 1970"
                tally.expect_equal(use.log.where, what, expected=line.booked_on, got=use.booked_on)
    missing = sorted({use.bank for use in in_use.values()} - banks)
    if missing:
        return tally.undecided(f"缺少这些银行账户的对账单 no statement of the bank accounts {missing}")
    return tally.result()


def _returned(_openings: Openings, call: Values, v: Values) -> int:
    """The fund out of which a donation was returned; none if it was a mistake, by which no money leaves."""
    return int(call.get("fund", 0)) if any(v["outgoing_bank_line"]) else 0


def _proceeds_returned(openings: Openings, _call: Values, v: Values) -> int:
    return openings.levy_fund(v["enterprise"]) if any(v["outgoing_bank_line"]) else 0


# The fund that each event takes money out of. What requests take is seen by C15.7.
_LEAVING: dict[str, Callable[[Openings, Values, Values], int]] = {
    "Funds.DonationReversed": _returned,
    "Campaigns.CampaignOpened": lambda _o, _c, v: fund_of(v["terms"]["match_purpose"]),
    "Campaigns.GiftRefunded": lambda o, _c, v: o.campaign_fund(v["campaign"]),
    "Cooperative.ProceedsReversed": _proceeds_returned,
    "Cooperative.PayoutProven": lambda o, _c, v: o.levy_fund(v["enterprise"]),
}


def _uses_at_head(history: History) -> dict[bytes, Use]:
    """The last use of each line that is in use at the head."""
    found: dict[bytes, Use] = {}
    for use in uses(history):
        if use.frees:
            found.pop(use.key, None)
        else:
            found[use.key] = use
    return found


class _Entry(NamedTuple):
    """A line of a statement: amount in fen, and day from 1970."""

    amount_fen: int | None
    booked_on: int | None


NO_ENTRY = _Entry(None, None)


def _booked(bundle: Bundle, paths: list[str], tally: Tally) -> dict[tuple[int, bytes], _Entry]:
    """Every line of the statements, by bank and key."""
    booked: dict[tuple[int, bytes], _Entry] = {}
    for path in paths:
        needed = ("account_salt", "bank", "closing_fen", "format", "lines", "opening_fen")
        statement = record(bundle.json(path), needed)
        if statement["format"] != STATEMENT_FORMAT:
            raise BundleError(f"{path}: expected {STATEMENT_FORMAT}, got {statement['format']!r:.40}")
        bank, salt = integer(statement["bank"]), unhexed(statement["account_salt"], 32)
        opening_fen, closing_fen = (
            integer(statement[n], low=-MAX_FEN) for n in ("opening_fen", "closing_fen")
        )
        total_fen = 0
        for item in array(statement["lines"]):
            line = record(item, ("amount_fen", "booked_on", "reference"))
            amount_fen = integer(line["amount_fen"], low=-MAX_FEN)
            booked_on = day_from(path, text(line["booked_on"]))
            key = line_key(salt, text(line["reference"]))
            tally.expect(
                (bank, key) not in booked,
                path,
                f"流水号重复 reference {line['reference']!r:.60} appears twice",
            )
            booked[bank, key] = _Entry(amount_fen, booked_on)
            total_fen += amount_fen
        tally.expect_equal(
            path, "期末余额（分） closing balance in fen", expected=opening_fen + total_fen, got=closing_fen
        )
    return booked
