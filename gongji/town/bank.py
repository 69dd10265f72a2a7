"""The bank of the demo town: what moved on the hosts' accounts, and the camt.053 statements it sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

TOWN_TIME = timezone(timedelta(hours=8))
PERIODS = 12
PERIOD_DAYS = 30
FIRST_DAY = -362


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a statement.

    Attributes:
        day: Day of booking, counted from today.
        reference: The bank's reference.
        amount_fen: Positive if it came in.
        party: Who paid or was paid.
        text: What it is for.
    """

    day: int
    reference: str
    amount_fen: int
    party: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement of one account over one period.

    Attributes:
        bank: Id of the bank account.
        period: Number of the period, from 0.
        opening_fen: Balance before.
        lines: What moved, in order.
        midnight: Start of today, seconds since 1970.
    """

    bank: int
    period: int
    opening_fen: int
    lines: tuple[Line, ...]
    midnight: int

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"bank-{self.bank}-{self.period + 1:02}.xml"

    @property
    def closing_fen(self) -> int:
        """Balance after."""
        return self.opening_fen + sum(line.amount_fen for line in self.lines)

    def camt053(self) -> bytes:
        """The statement as ISO 20022 camt.053.001.08."""
        first, last = FIRST_DAY + self.period * PERIOD_DAYS, FIRST_DAY + (self.period + 1) * PERIOD_DAYS - 1
        identity = f"GJ-{self.bank}-{self._date(last)}"
        entries = "".join(self._entry(line) for line in self.lines)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
            f"<GrpHdr><MsgId>{identity}</MsgId><CreDtTm>{self._date(last + 1)}T02:00:00+08:00</CreDtTm></GrpHdr>"
            f"<Stmt><Id>{identity}</Id><ElctrncSeqNb>{self.period + 1}</ElctrncSeqNb>"
            f"<FrToDt><FrDtTm>{self._date(first)}T00:00:00+08:00</FrDtTm>"
            f"<ToDtTm>{self._date(last)}T23:59:59+08:00</ToDtTm></FrToDt>"
            f"<Acct><Id><Othr><Id>{account_number(self.bank)}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
            f"{_balance('OPBD', self.opening_fen, self._date(first))}"
            f"{_balance('CLBD', self.closing_fen, self._date(last))}"
            f"{entries}</Stmt></BkToCstmrStmt></Document>\n"
        ).encode()

    def _entry(self, line: Line) -> str:
        side, party = ("CRDT", "Dbtr") if line.amount_fen > 0 else ("DBIT", "Cdtr")
        date = self._date(line.day)
        return (
            f'<Ntry><Amt Ccy="CNY">{_yuan(abs(line.amount_fen))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
            f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{date}</Dt></BookgDt><ValDt><Dt>{date}</Dt></ValDt>"
            f"<AcctSvcrRef>{line.reference}</AcctSvcrRef><NtryDtls><TxDtls>"
            f"<RltdPties><{party}><Pty><Nm>{escape(line.party)}</Nm></Pty></{party}></RltdPties>"
            f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    def _date(self, day: int) -> str:
        moment = datetime.fromtimestamp(self.midnight, TOWN_TIME) + timedelta(days=day)
        return moment.strftime("%Y-%m-%d")


@dataclass(kw_only=True, slots=True)
class Bank:
    """All that moves on the hosts' accounts in the year, gathered while the plan is made."""

    midnight: int
    lines: dict[int, list[Line]] = field(default_factory=dict)
    _count: int = 0

    def book(self, bank: int, day: int, amount_fen: int, party: str, text: str) -> str:
        """Books a line and returns its reference."""
        self._count += 1
        reference = f"{'C' if amount_fen > 0 else 'D'}{bank:02}{self._count:08}"
        line = Line(day=day, reference=reference, amount_fen=amount_fen, party=party, text=text)
        self.lines.setdefault(bank, []).append(line)
        return reference

    def statements(self) -> list[Statement]:
        """All statements of the year, period by period."""
        found = []
        for bank, lines in sorted(self.lines.items()):
            opening = 0
            for period in range(PERIODS):
                of_period = tuple(
                    sorted((x for x in lines if period_of(x.day) == period), key=lambda x: x.day)
                )
                statement = Statement(
                    bank=bank, period=period, opening_fen=opening, lines=of_period, midnight=self.midnight
                )
                found.append(statement)
                opening = statement.closing_fen
        return found


def period_of(day: int) -> int:
    """Number of the period that a day falls in, from 0."""
    period = (day - FIRST_DAY) // PERIOD_DAYS
    if not 0 <= period < PERIODS:
        raise ValueError(f"day {day} is in no statement of the year")
    return period


def import_day(day: int) -> int:
    """Day on which the statement with a line of `day` is imported."""
    return FIRST_DAY + (period_of(day) + 1) * PERIOD_DAYS


def account_number(bank: int) -> str:
    """Account number of a bank account of the town."""
    return f"3705 0160 8808 0000 {bank:04}".replace(" ", "")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _balance(code: str, fen: int, date: str) -> str:
    side = "CRDT" if fen >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{_yuan(abs(fen))}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>'
    )
