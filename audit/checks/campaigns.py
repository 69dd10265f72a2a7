"""C38: matching money is locked before the first gift, matches keep their rule and caps, and the end is as promised."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audit.checks.check import check
from audit.decode.accounts import MATCH_LOCK, account, fund_of
from audit.rules import postings
from audit.rules.membership import Membership, place_of

if TYPE_CHECKING:
    from audit.chain.history import History, Log
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.membership import Place

WHOLE_BPS, MAX_MATCH_BPS = 10_000, 30_000
DAY, YEAR = 24 * 3600, 365 * 24 * 3600
# Gifts that the bank booked before the close are attested until so long after it.
GRACE_SECONDS = 7 * DAY
# Days of bank statements are those of China.
CHINA_SECONDS = 8 * 3600
REACHED, MISSED = 2, 3

Values = dict[str, Any]


@check("C38", "众筹与配捐", "Campaigns and matches keep their rules")
def campaigns(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Every campaign, from its opening to its last refund."""
    del bundle, trust
    membership = Membership(history)
    open_: dict[int, _Campaign] = {}
    for log in history.logs("Campaigns.CampaignOpened", *_HANDLERS):
        number = log.values["campaign"]
        if log.event == "CampaignOpened":
            if tally.expect(number not in open_, log.where, f"众筹重复发起 campaign {number} opened twice"):
                open_[number] = _Campaign(log, membership, tally)
        elif tally.expect(number in open_, log.where, f"众筹从未发起 campaign {number} was never opened"):
            _HANDLERS[log.name](open_[number], log, log.values)
    _require_locked(history, open_, tally)
    _require_bounds(history, tally)
    return tally.result() if open_ else tally.not_applicable("没有发起过众筹 no campaign was opened")


def _require_locked(history: History, open_: dict[int, _Campaign], tally: Tally) -> None:
    """The match was locked in the transaction that opened the campaign, so before any gift."""
    locked_fen: dict[tuple[Place, bytes], int] = defaultdict(int)
    for log in history.logs("Ledger.Transferred"):
        if log.values["reason"] == postings.MATCH_LOCK:
            locked_fen[place_of(log), log.values["payee"]] += log.values["amount"]
    for number, campaign in open_.items():
        expected = campaign.terms["match_lock_fen"]
        got = locked_fen[campaign.place, account(MATCH_LOCK, number)]
        tally.expect_equal(
            f"campaign {number}",
            "发起时锁定的配比资金（分） fen locked for matching at its opening",
            expected=expected,
            got=got,
        )


def _require_bounds(history: History, tally: Tally) -> None:
    """Campaigns take a day to a year, and are matched up to three to one, by the own fund or one above it."""
    parents: dict[int, int] = {}
    for log in history.logs("Funds.FundOpened", "Campaigns.CampaignOpened"):
        if log.event == "FundOpened":
            parents[log.values["fund"]] = log.values["parent"]
            continue
        terms = log.values["terms"]
        seconds = terms["closes_at"] - log.block.time
        tally.expect(DAY <= seconds <= YEAR, log.where, f"众筹期限不符 a campaign of {seconds} seconds")
        tally.expect(
            terms["match_bps"] <= MAX_MATCH_BPS,
            log.where,
            f"配捐过高 matched by {terms['match_bps']} basis points",
        )
        fund, pot = fund_of(terms["purpose"]), fund_of(terms["match_purpose"])
        while fund != pot and fund:
            fund = parents.get(fund, 0)
        tally.expect(fund == pot, log.where, f"配捐资金不归上级 matched by fund {pot}, which is not above")


class _Campaign:
    def __init__(self, log: Log, membership: Membership, tally: Tally) -> None:
        self.terms: Values = log.values["terms"]
        self.place = place_of(log)
        self._membership, self._tally = membership, tally
        self._gifts: dict[bytes, Values] = {}
        self._matched_fen: dict[bytes, int] = defaultdict(int)
        self._households: dict[int, int] = defaultdict(int)
        self._listed, self._gifts_fen, self._spent_fen = 0, 0, 0
        self._state = 1

    def gift(self, log: Log, v: Values) -> None:
        terms, equal = self.terms, self._tally.expect_equal
        settles_at = terms["closes_at"] + GRACE_SECONDS
        open_ = self._state == 1 and log.block.time < settles_at
        self._tally.expect(
            open_, log.where, f"应为仍在进行的众筹 expected a campaign that counts until {settles_at}"
        )
        last_day = min(_day(terms["closes_at"] - 1), _day(log.block.time))
        self._tally.expect(
            v["booked_on"] <= last_day,
            log.where,
            f"入账日期太晚 booked on day {v['booked_on']}, expected day {last_day} at the latest",
        )
        self._tally.expect(
            v["household"] <= self._listed,
            log.where,
            f"住户不在名单上 household {v['household']} of a list of {self._listed}",
        )
        self._tally.expect(
            not v["household"] or any(v["donor"][16:]),
            log.where,
            "公开姓名又写住户 a donor who gives openly, with a household",
        )
        self._households[v["household"]] += 1
        self._gifts_fen += v["amount_fen"]
        equal(log.where, "match of the gift", expected=self._match(log, v), got=v["matched_fen"])
        self._require_sums(log, v)
        self._gifts[v["bank_line"]] = v

    def list_households(self, log: Log, v: Values) -> None:
        """Once, while it is open, and no more than stand in the building."""
        placed = self._membership.households_in(self.terms["building"], place_of(log))
        fits = self._state == 1 and not self._listed and 0 < v["households"] <= placed and any(v["root"])
        self._tally.expect(
            fits,
            log.where,
            f"住户名单不符 expected one list of at most {placed} households, got {v['households']}",
        )
        self._listed = v["households"]

    def reverse(self, log: Log, v: Values) -> None:
        """Amount, match and household go out of the sums; what an organisation was matched with stays used up."""
        attested = self._gifts.pop(v["bank_line"], None)
        if not self._tally.expect(
            attested is not None,
            log.where,
            f"没有这笔众筹款 no gift of line 0x{v['bank_line'].hex()} is there",
        ):
            return
        gift = attested or {}
        for name in ("amount_fen", "matched_fen"):
            self._tally.expect_equal(
                log.where, f"所撤款项的 {name} of the gift", expected=gift[name], got=v[name]
            )
        self._gifts_fen -= gift["amount_fen"]
        self._spent_fen -= gift["matched_fen"]
        self._households[gift["household"]] -= 1
        if gift["household"]:
            self._matched_fen[_numbered(gift["household"])] -= gift["matched_fen"]
        self._require_sums(log, v)

    def _giving(self) -> int:
        return sum(bool(number and gifts) for number, gifts in self._households.items())

    def _require_sums(self, log: Log, v: Values) -> None:
        equal = self._tally.expect_equal
        equal(log.where, "gifts so far", expected=self._gifts_fen, got=v["gifts_fen"])
        equal(log.where, "households so far", expected=self._giving(), got=v["households"])

    def settle(self, log: Log, v: Values) -> None:
        terms, equal = self.terms, self._tally.expect_equal
        settles_at = terms["closes_at"] + GRACE_SECONDS
        closed = self._state == 1 and log.block.time >= settles_at
        self._tally.expect(
            closed,
            log.where,
            f"应为到期后结束一次的众筹 expected a campaign to settle since {settles_at}, settled once",
        )
        enough = self._giving() >= terms["min_households"]
        reached = self._gifts_fen >= terms["target_fen"] and enough
        matched_fen = self._spent_fen if reached else 0
        self._state = REACHED if reached else MISSED
        equal(log.where, "outcome (2 reached, 3 missed)", expected=self._state, got=v["state"])
        equal(log.where, "gifts", expected=self._gifts_fen, got=v["gifts_fen"])
        equal(log.where, "match handed over", expected=matched_fen, got=v["matched_fen"])
        equal(
            log.where, "match returned", expected=terms["match_lock_fen"] - matched_fen, got=v["returned_fen"]
        )

    def refund(self, log: Log, v: Values) -> None:
        self._tally.expect_equal(
            log.where, "众筹状态 state of the campaign", expected=MISSED, got=self._state
        )
        given_fen = self._gifts.pop(v["bank_line"], {}).get("amount_fen")
        self._tally.expect_equal(
            log.where, "待退的众筹款 gift still to be returned", expected=given_fen, got=v["amount_fen"]
        )

    def _match(self, log: Log, v: Values) -> int:
        terms, giver = self.terms, self._giver(log, v)
        if not terms["match_purpose"] or not giver:
            return 0
        wanted_fen = v["amount_fen"] * terms["match_bps"] // WHOLE_BPS
        left_fen = terms["match_lock_fen"] - self._spent_fen
        match_fen = int(min(wanted_fen, terms["match_per_giver_fen"] - self._matched_fen[giver], left_fen))
        self._matched_fen[giver] += match_fen
        self._spent_fen += match_fen
        return match_fen

    def _giver(self, log: Log, v: Values) -> bytes:
        """A household of the list, else an organisation that gives openly; nobody else is matched."""
        if v["household"]:
            return _numbered(v["household"])
        member, rest = v["donor"][:16], v["donor"][16:]
        is_open = not self.terms["per_household"] and not any(rest)
        return member if is_open and self._membership.is_organisation(member, place_of(log)) else b""


def _numbered(household: int) -> bytes:
    return household.to_bytes(32, "big")


def _day(time: int) -> int:
    """Number of the day of a moment, from 1970; of any moment, however late."""
    return (time + CHINA_SECONDS) // DAY


_HANDLERS = {
    "Campaigns.HouseholdsListed": _Campaign.list_households,
    "Campaigns.GiftAttested": _Campaign.gift,
    "Campaigns.GiftReversed": _Campaign.reverse,
    "Campaigns.CampaignSettled": _Campaign.settle,
    "Campaigns.GiftRefunded": _Campaign.refund,
}
