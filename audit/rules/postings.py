"""Which transfers each workflow event must bring with it, to the fen and the minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from audit.decode import accounts as a
from audit.decode.accounts import account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.chain.history import History, Log

Values = dict[str, Any]
NONE = bytes(32)
CNY, MINUTE = 1, 2
PERSON = 1
_ESCROW = account(a.MINUTES_ESCROW)
(
    DONATION, DONATION_REVERSAL, CAMPAIGN_GIFT, CAMPAIGN_SUCCESS, CAMPAIGN_REFUND, MATCH_LOCK, MATCH, MATCH_RETURN,
    DISBURSEMENT, DISBURSEMENT_REVERSAL, CREDIT, CREDIT_REVERSAL, REDEMPTION_ESCROW, REDEMPTION,
    REDEMPTION_CANCELLATION, PROCEEDS, WAGE, RESERVE, LEVY, REMAINDER, PAYOUT, PROCEEDS_REVERSAL, PAYOUT_REVERSAL,
    CAMPAIGN_REVERSAL, LOT_REVERSAL, REDEMPTION_REVERSAL, FEE, FEE_REVERSAL, INTEREST, INTEREST_REVERSAL,
    DISBURSEMENT_RETURN, DISBURSEMENT_RETURN_REVERSAL, PAYOUT_RETURN, PAYOUT_RETURN_REVERSAL,
) = range(1, 35)  # fmt: skip


# By the reason of what undoes: the reason of what it undoes.
_UNDOES = {
    DONATION_REVERSAL: DONATION, CAMPAIGN_REFUND: CAMPAIGN_GIFT, CAMPAIGN_REVERSAL: CAMPAIGN_GIFT, DISBURSEMENT_REVERSAL: DISBURSEMENT,
    CREDIT_REVERSAL: CREDIT, REDEMPTION_CANCELLATION: REDEMPTION_ESCROW, REDEMPTION_REVERSAL: REDEMPTION,
    PROCEEDS_REVERSAL: PROCEEDS, PAYOUT_REVERSAL: PAYOUT, FEE_REVERSAL: FEE, INTEREST_REVERSAL: INTEREST,
    DISBURSEMENT_RETURN: DISBURSEMENT, DISBURSEMENT_RETURN_REVERSAL: DISBURSEMENT_RETURN,
    PAYOUT_RETURN: PAYOUT, PAYOUT_RETURN_REVERSAL: PAYOUT_RETURN,
}  # fmt: skip


class Posting(NamedTuple):
    """A transfer without its number.

    Attributes:
        payer: Account that goes down, 32 bytes.
        payee: Account that goes up, 32 bytes.
        unit: 1 CNY, 2 MINUTE.
        amount: In fen or minutes.
        reason: Number of the reason.
        cause: Id of the workflow object, 32 bytes.
        document: Commitment, or zeros, 32 bytes.
    """

    payer: bytes
    payee: bytes
    unit: int
    amount: int
    reason: int
    cause: bytes
    document: bytes

    def text(self) -> str:
        """The posting for a finding."""
        between = f"0x{self.payer.hex()} to 0x{self.payee.hex()}"
        return f"{self.amount} of unit {self.unit} for reason {self.reason} from {between}, cause 0x{self.cause.hex()}"


def posted(log: Log) -> Posting:
    """The posting of a `Transferred`."""
    v = log.values
    return Posting(*(v[name] for name in Posting._fields))


_NO_TERMS = {"purpose": 0, "match_purpose": 0}


class Expected:
    """Knows what each workflow event must post, from that event, its call, and what came before it."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._banks: dict[int, int] = {}
        self._lines: dict[bytes, Posting] = {}
        self._terms: dict[int, Values] = {}
        self._reached: set[int] = set()
        self._executed: dict[bytes, Posting] = {}
        self._proposals: dict[bytes, Values] = {}
        self._credits: dict[bytes, Posting] = {}
        self._persons: set[bytes] = set()
        self._redemptions: dict[bytes, tuple[Posting, bytes]] = {}
        self._done: dict[bytes, Posting] = {}
        self._enterprises: dict[int, Values] = {}
        self._orders: dict[bytes, int] = {}
        self._lots: dict[bytes, int] = {}

    def of(self, log: Log) -> list[Posting]:
        """The postings that an event must bring; none for one that moves nothing. Events come in order."""
        handler = self._HANDLERS.get(log.name)
        return [p for p in handler(self, log, log.values) if p.amount] if handler else []

    def _call(self, log: Log) -> Values:
        return self._history.transaction_of(log).args

    def _bank(self, purpose: int) -> bytes:
        """Account of the bank that holds the money of a purpose's fund, whatever bank the call names."""
        return account(a.BANK, self._banks.get(a.fund_of(purpose), 0))

    def _of_line(self, v: Values, of: bytes) -> Posting | None:
        """What an event undoes by its line: of this account, and of the amount that the event says."""
        found = self._lines.get(v["bank_line"])
        is_it = found and of in (found.payer, found.payee) and v["amount_fen"] == found.amount
        return found if is_it else None

    def _purpose_of(self, enterprise: int, part: str) -> int:
        number: int = self._enterprises.get(enterprise, {}).get(f"{part}_purpose", 0)
        return number

    # OPENINGS

    def _fund(self, _log: Log, v: Values) -> Iterable[Posting]:
        self._banks[v["fund"]] = v["bank"]
        return ()

    def _enterprise(self, _log: Log, v: Values) -> Iterable[Posting]:
        self._enterprises[v["enterprise"]] = v
        return ()

    def _order(self, _log: Log, v: Values) -> Iterable[Posting]:
        self._orders[v["order"]] = v["enterprise"]
        return ()

    def _lot(self, _log: Log, v: Values) -> Iterable[Posting]:
        self._lots[v["lot"]] = self._orders.get(v["order"], 0)
        return ()

    def _member(self, _log: Log, v: Values) -> Iterable[Posting]:
        if v["kind"] == PERSON:
            self._persons.add(v["member"])
        return ()

    def _proposal(self, _log: Log, v: Values) -> Iterable[Posting]:
        self._proposals[v["proposal_id"]] = v["proposal"]
        return ()

    # GIVING

    def _donations(self, log: Log, _v: Values) -> Iterable[Posting]:
        call = self._call(log)
        for d in call.get("donations", ()):
            if a.fund_of(d["purpose"]) != call["fund"]:
                continue  # its treasurer signs for no other fund
            payer = self._bank(d["purpose"])
            payee = account(a.PURPOSE, d["purpose"])
            posting = Posting(payer, payee, CNY, d["amount_fen"], DONATION, d["bank_line"], d["donor"])
            self._lines[d["bank_line"]] = posting
            yield posting

    def _donation_reversed(self, log: Log, v: Values) -> Iterable[Posting]:
        donation = self._lines.get(v["bank_line"])
        if donation and a.fund_of(a.owner_of(donation.payee)) == self._call(log).get("fund"):
            yield from _back(donation, DONATION_REVERSAL, v["bank_line"], v["document"])

    def _campaign(self, _log: Log, v: Values) -> Iterable[Posting]:
        terms, number = v["terms"], v["campaign"]
        self._terms[number] = terms
        payer, payee = account(a.PURPOSE, terms["match_purpose"]), account(a.MATCH_LOCK, number)
        yield Posting(payer, payee, CNY, terms["match_lock_fen"], MATCH_LOCK, _cause(number), NONE)

    def _gift(self, _log: Log, v: Values) -> Iterable[Posting]:
        purpose = self._terms.get(v["campaign"], {"purpose": 0})["purpose"]
        payer, payee = self._bank(purpose), account(a.CAMPAIGN, v["campaign"])
        posting = Posting(payer, payee, CNY, v["amount_fen"], CAMPAIGN_GIFT, v["bank_line"], v["donor"])
        self._lines[v["bank_line"]] = posting
        yield posting

    def _settled(self, _log: Log, v: Values) -> Iterable[Posting]:
        number, cause = v["campaign"], _cause(v["campaign"])
        terms = self._terms.get(number, _NO_TERMS)
        purpose, pot = account(a.PURPOSE, terms["purpose"]), account(a.PURPOSE, terms["match_purpose"])
        lock = account(a.MATCH_LOCK, number)
        if v["state"] == 2:
            self._reached.add(number)
            gifts = account(a.CAMPAIGN, number)
            yield Posting(gifts, purpose, CNY, v["gifts_fen"], CAMPAIGN_SUCCESS, cause, NONE)
        yield Posting(lock, purpose, CNY, v["matched_fen"], MATCH, cause, NONE)
        yield Posting(lock, pot, CNY, v["returned_fen"], MATCH_RETURN, cause, NONE)

    def _refunded(self, _log: Log, v: Values) -> Iterable[Posting]:
        gift = self._of_line(v, account(a.CAMPAIGN, v["campaign"]))
        yield from _back(gift, CAMPAIGN_REFUND, v["bank_line"], v["outgoing_bank_line"])

    def _gift_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        """Before the target is reached the campaign gives it back, afterwards its purpose, and the match to its pot."""
        number = v["campaign"]
        gift = self._of_line(v, account(a.CAMPAIGN, number))
        terms = self._terms.get(number, _NO_TERMS)
        purpose, pot = account(a.PURPOSE, terms["purpose"]), account(a.PURPOSE, terms["match_purpose"])
        is_reached = number in self._reached
        if gift and is_reached:
            gift = gift._replace(payee=purpose)
        yield from _back(gift, CAMPAIGN_REVERSAL, v["bank_line"], v["document"])
        if is_reached:
            yield Posting(purpose, pot, CNY, v["matched_fen"], MATCH_RETURN, _cause(number), NONE)

    # SPENDING

    def _execution(self, _log: Log, v: Values) -> Iterable[Posting]:
        proposal = self._proposals.get(v["proposal_id"], {"purpose": 0, "documents": NONE})
        payer, payee = account(a.PURPOSE, proposal["purpose"]), self._bank(proposal["purpose"])
        posting = Posting(
            payer, payee, CNY, v["amount_fen"], DISBURSEMENT, v["proposal_id"], proposal["documents"]
        )
        self._executed[v["proposal_id"]] = posting
        yield posting

    def _disbursement_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        proposal = v["proposal_id"]
        yield from _back(self._executed.get(proposal), DISBURSEMENT_REVERSAL, proposal, v["document"])

    def _payment_returned(self, _log: Log, v: Values) -> Iterable[Posting]:
        """A part of what was paid comes back to where it came from."""
        paid = self._executed.get(v["proposal_id"])
        part = paid and paid._replace(amount=v["amount_fen"])
        for posting in _back(part, DISBURSEMENT_RETURN, v["proposal_id"], v["document"]):
            # What is left of instalments has no line: its request tells it.
            self._lines[_line_or(v["incoming_bank_line"], v["proposal_id"])] = posting
            yield posting

    def _return_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        returned = self._lines.get(_line_or(v["bank_line"], v["proposal_id"]))
        yield from _back(returned, DISBURSEMENT_RETURN_REVERSAL, v["proposal_id"], v["document"])

    # CHARGED AND PAID BY THE BANK

    def _fee(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer, payee = account(a.PURPOSE, v["purpose"]), self._bank(v["purpose"])
        yield self._of_bank(Posting(payer, payee, CNY, v["amount_fen"], FEE, v["bank_line"], NONE))

    def _interest(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer, payee = self._bank(v["purpose"]), account(a.PURPOSE, v["purpose"])
        yield self._of_bank(Posting(payer, payee, CNY, v["amount_fen"], INTEREST, v["bank_line"], NONE))

    def _of_bank(self, posting: Posting) -> Posting:
        self._lines[posting.cause] = posting
        return posting

    def _fee_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        fee = self._of_line(v, account(a.PURPOSE, v["purpose"]))
        yield from _back(fee, FEE_REVERSAL, v["bank_line"], v["document"])

    def _interest_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        interest = self._of_line(v, account(a.PURPOSE, v["purpose"]))
        yield from _back(interest, INTEREST_REVERSAL, v["bank_line"], v["document"])

    # SERVING

    def _credited(self, _log: Log, v: Values) -> Iterable[Posting]:
        payee = account(a.MEMBER_MINUTES, v["volunteer"])
        issued, minutes = account(a.ISSUED_MINUTES), v["credited_minutes"]
        posting = Posting(issued, payee, MINUTE, minutes, CREDIT, _cause(v["task"]), NONE)
        self._credits[v["task"]] = posting
        yield posting

    def _credit_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        yield from _back(self._credits.get(v["task"]), CREDIT_REVERSAL, _cause(v["task"]), v["document"])

    def _redemption_opened(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer = account(a.MEMBER_MINUTES, v["member"])
        posting = Posting(
            payer, _ESCROW, MINUTE, v["held_minutes"], REDEMPTION_ESCROW, _cause(v["redemption"]), NONE
        )
        self._redemptions.setdefault(v["redemption"], (posting, v["provider"]))
        yield posting

    def _redemption_done(self, _log: Log, v: Values) -> Iterable[Posting]:
        """What was held goes to the neighbour who served; of an organisation it is used up."""
        if v["redemption"] in self._redemptions:
            held, provider = self._redemptions[v["redemption"]]
            kind = a.MEMBER_MINUTES if provider in self._persons else a.ISSUED_MINUTES
            payee = account(kind, provider if provider in self._persons else 0)
            document = v.get("document", NONE)
            posting = held._replace(payer=_ESCROW, payee=payee, reason=REDEMPTION, document=document)
            self._done[v["redemption"]] = posting._replace(payer=held.payer)
            yield posting

    def _redemption_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        """What went to who served, or was used up, goes back to the member."""
        cause, document = _cause(v["redemption"]), v["document"]
        yield from _back(self._done.get(v["redemption"]), REDEMPTION_REVERSAL, cause, document)

    def _redemption_returned(self, _log: Log, v: Values) -> Iterable[Posting]:
        held, _ = self._redemptions.get(v["redemption"], (None, b""))
        yield from _back(held, REDEMPTION_CANCELLATION, _cause(v["redemption"]), v.get("document", NONE))

    # EARNING

    def _proceeds(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer = self._bank(self._purpose_of(v["enterprise"], "levy"))
        payee = account(a.ENTERPRISE, v["enterprise"])
        posting = Posting(payer, payee, CNY, v["amount_fen"], PROCEEDS, v["bank_line"], NONE)
        self._lines[v["bank_line"]] = posting
        yield posting

    def _proceeds_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        proceeds = self._of_line(v, account(a.ENTERPRISE, v["enterprise"]))
        yield from _back(proceeds, PROCEEDS_REVERSAL, v["bank_line"], v["document"])

    def _lot_settled(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer = account(a.ENTERPRISE, self._lots.get(v["lot"], 0))
        for payee, amount_fen, reason in self._parts(v):
            yield Posting(payer, payee, CNY, amount_fen, reason, _cause(v["lot"]), v["document"])

    def _lot_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        payee = account(a.ENTERPRISE, self._lots.get(v["lot"], 0))
        for payer, amount_fen, _ in self._parts(v):
            yield Posting(payer, payee, CNY, amount_fen, LOT_REVERSAL, _cause(v["lot"]), v["document"])

    def _parts(self, v: Values) -> Iterable[tuple[bytes, int, int]]:
        """Where each part of a lot goes, how much it is, and for what reason."""
        enterprise = self._lots.get(v["lot"], 0)
        for part, reason, where in (
            ("worker_fen", WAGE, a.worker_account(enterprise, v["worker"])),
            ("reserve_fen", RESERVE, account(a.PURPOSE, self._purpose_of(enterprise, "reserve"))),
            ("fund_fen", LEVY, account(a.PURPOSE, self._purpose_of(enterprise, "levy"))),
            ("remainder_fen", REMAINDER, account(a.PURPOSE, self._purpose_of(enterprise, "remainder"))),
        ):
            yield where, v["parts"][part], reason

    def _payout(self, _log: Log, v: Values) -> Iterable[Posting]:
        payer = a.worker_account(v["enterprise"], v["worker"])
        payee = self._bank(self._purpose_of(v["enterprise"], "levy"))
        posting = Posting(payer, payee, CNY, v["amount_fen"], PAYOUT, v["bank_line"], NONE)
        self._lines[v["bank_line"]] = posting
        yield posting

    def _payout_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        paid = self._of_line(v, a.worker_account(v["enterprise"], v["worker"]))
        yield from _back(paid, PAYOUT_REVERSAL, v["bank_line"], v["document"])

    def _wage_returned(self, _log: Log, v: Values) -> Iterable[Posting]:
        paid = self._lines.get(v["bank_line"])
        is_theirs = paid and paid.payer == a.worker_account(v["enterprise"], v["worker"])
        part = paid._replace(amount=v["amount_fen"]) if paid and is_theirs else None
        for posting in _back(part, PAYOUT_RETURN, v["incoming_bank_line"], v["document"]):
            self._lines[v["incoming_bank_line"]] = posting
            self._left(v["bank_line"], -v["amount_fen"])
            yield posting

    def _wage_return_reversed(self, _log: Log, v: Values) -> Iterable[Posting]:
        line = v["incoming_bank_line"]
        self._left(v["bank_line"], v["amount_fen"])
        returned = self._of_line(v | {"bank_line": line}, a.worker_account(v["enterprise"], v["worker"]))
        yield from _back(returned, PAYOUT_RETURN_REVERSAL, line, v["document"])

    def _left(self, line: bytes, change_fen: int) -> None:
        """What of a payment of wages has not come back is what its reversal takes back."""
        paid = self._lines.get(line)
        if paid:
            self._lines[line] = paid._replace(amount=paid.amount + change_fen)

    _HANDLERS: ClassVar[dict[str, Any]] = {
        "Members.MemberRegistered": _member,
        "Funds.FundOpened": _fund,
        "Donations.DonationsAttested": _donations,
        "Donations.DonationReversed": _donation_reversed,
        "Campaigns.CampaignOpened": _campaign,
        "Campaigns.GiftAttested": _gift,
        "Campaigns.CampaignSettled": _settled,
        "Campaigns.GiftRefunded": _refunded,
        "Campaigns.GiftReversed": _gift_reversed,
        "Rounds.ProposalSubmitted": _proposal,
        "Disbursements.ProposalExecuted": _execution,
        "Disbursements.DisbursementReversed": _disbursement_reversed,
        "PartPayments.PaymentReturned": _payment_returned,
        "PartPayments.ReturnReversed": _return_reversed,
        "BankCharges.FeeRecorded": _fee,
        "BankCharges.InterestRecorded": _interest,
        "BankCharges.FeeReversed": _fee_reversed,
        "BankCharges.InterestReversed": _interest_reversed,
        "TimeBank.ClaimCredited": _credited,
        "TimeBank.CreditReversed": _credit_reversed,
        "Redemptions.RedemptionOpened": _redemption_opened,
        "Redemptions.RedemptionConfirmed": _redemption_done,
        "Redemptions.RedemptionSettled": _redemption_done,
        "Redemptions.DecidedForProvider": _redemption_done,
        "Redemptions.RedemptionReversed": _redemption_reversed,
        "Redemptions.DecidedForMember": _redemption_returned,
        "Redemptions.RedemptionCancelled": _redemption_returned,
        "Redemptions.RedemptionDeclined": _redemption_returned,
        "Redemptions.RedemptionVoided": _redemption_returned,
        "Redemptions.RedemptionLapsed": _redemption_returned,
        "Enterprises.EnterpriseOpened": _enterprise,
        "Cooperative.WorkOrderOpened": _order,
        "Cooperative.LotTaken": _lot,
        "Cooperative.ProceedsAttested": _proceeds,
        "Cooperative.LotSettled": _lot_settled,
        "Cooperative.LotDecided": _lot_settled,
        "Cooperative.LotReversed": _lot_reversed,
        "Cooperative.PayoutProven": _payout,
        "Cooperative.ProceedsReversed": _proceeds_reversed,
        "Cooperative.PayoutReversed": _payout_reversed,
        "PartPayments.WageReturned": _wage_returned,
        "PartPayments.WageReturnReversed": _wage_return_reversed,
    }


def _back(posting: Posting | None, reason: int, cause: bytes, document: bytes) -> Iterable[Posting]:
    """The linked reversal of a posting; none where there is nothing to reverse, or something else, which makes the transfer unexplained."""
    if posting and posting.reason == _UNDOES[reason]:
        swapped = posting._replace(payer=posting.payee, payee=posting.payer)
        yield swapped._replace(reason=reason, cause=cause, document=document)


def _line_or(line: bytes, other: bytes) -> bytes:
    return line if any(line) else other


def _cause(object_id: int | bytes) -> bytes:
    return object_id.to_bytes(32, "big") if isinstance(object_id, int) else object_id.ljust(32, b"\0")
