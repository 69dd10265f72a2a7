"""The demo town's decisions: what becomes of its requests for money, act by act."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Collected, IntentOf, Order, Signed
from gongji.town.bank import Bank, import_day
from gongji.town.places import FUNDS
from gongji.town.requests import REQUESTS, UNPAID, Ending, Request
from gongji.town.roster import neighbours
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    Call,
    ProposalAct,
    ProveInstalment,
    ProveJointPayment,
    RecordReturn,
    ReverseDisbursement,
    SubmitProposal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

NO_LINE = bytes(32)
# In how many parts what is paid in instalments is paid, and what of it comes back.
INSTALMENTS, RETURNED_FEN = 3, 60_000
# What the neighbours say against a request.
OBJECTIONS = {
    Ending.OBJECTED: "占用了孩子们的草地 It takes away the children's lawn",
    Ending.SUSPENDED: "凉亭还结实，不急着修 The pavilion is still sound, and the repair can wait",
}


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """All acts on all requests; their payments are booked at the bank on the way."""
    for request in REQUESTS:
        yield from _Course(calendar, bank, request).acts()
    yield _joint(calendar, bank, [request for request in REQUESTS if request.ending is Ending.JOINT])


def _joint(calendar: Calendar, bank: Bank, requests: list[Request]) -> Signed:
    """The gardener is paid for both at once: one transfer, one signature."""
    first, total_fen = requests[0], sum(request.amount_fen for request in requests)
    day = first.day + first.notice_days + 3
    line = bank.book(first.fund.bank, day, -total_fen, first.payee, "、".join(r.zh for r in requests))

    def intent(book: Book, nonce: int, deadline: int) -> ProveJointPayment:
        return ProveJointPayment(
            proposals=tuple(request.struct(book) for request in requests),
            bank_line=book.bank_line(first.fund.bank, line), nonce=nonce, deadline=deadline,
        )  # fmt: skip

    at = calendar.at(import_day(day), 16)
    return Signed(at=at, key=f"{first.number}/joint", by=first.fund.treasurer, intent=intent)


class _Course:
    """The course of one request: `_day` moves on as its acts are made."""

    def __init__(self, calendar: Calendar, bank: Bank, request: Request) -> None:
        self._calendar, self._bank, self._request = calendar, bank, request
        self._day, self._paid_by = request.day, ""

    def acts(self) -> Iterator[Act]:
        """The acts in order."""
        request, ending = self._request, self._request.ending
        yield self._submitted()
        if ending is Ending.COLLECTED:
            yield self._collected()
        else:
            yield from self._voted()
        if ending in (Ending.SUSPENDED, Ending.OBJECTED):
            yield from self._objected()
        if ending is Ending.OBJECTED:
            answer = "改到北门外，不占绿地 Moved outside the north gate"
            yield self._act(ProposalAct.ANSWER, request.requester, answer, hour=9)
            yield from self._approved(request.approvers(), vote=2)
        if ending not in UNPAID:
            yield from self._paid()

    def _submitted(self) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> SubmitProposal:
            return SubmitProposal(proposal=self._request.struct(book), nonce=nonce, deadline=deadline)

        return self._signed("submit", self._request.requester, intent, hour=9)

    def _collected(self) -> Collected:
        request = self._request
        self._day += request.notice_days + 1
        return Collected(
            at=self._calendar.at(request.day, 10), key=f"{request.number}/collected",
            approvers=request.approvers(), proposal=request.struct,
        )  # fmt: skip

    def _voted(self) -> Iterator[Signed]:
        request, ending = self._request, self._request.ending
        voters = request.approvers()
        if ending is Ending.WITHDRAWN:
            yield self._act(ProposalAct.WITHDRAW, request.requester, hour=15)
            return
        if ending is Ending.FAILED:
            yield from self._failed()
            return
        if ending in (Ending.LAPSED, Ending.SUBMITTED):
            voters = voters[:2]
        if ending is Ending.RECUSED:
            recused = request.fund.seats[1]
            yield self._act(ProposalAct.RECUSE, recused, hour=10)
            voters = request.approvers(recused=(recused,))
        if ending is Ending.REFERRED:
            yield from self._referred()
            return
        if request.notice_days == 15:
            opinion = "三家报价齐全 All three quotes are complete"
            yield self._act(ProposalAct.GIVE_OPINION, request.fund.supervisor, opinion, hour=10)
        yield from self._approved(voters, vote=1)

    def _referred(self) -> Iterator[Signed]:
        """The shop is the firm's, and the official's wife keeps its books: of five seats too few are left, so the street decides."""
        request, above = self._request, FUNDS[self._request.fund.parent]
        for i, entangled in enumerate(request.entangled):
            yield self._act(ProposalAct.RECUSE, entangled, hour=14 + i)
        self._day += 2
        yield from self._approved(request.approvers(recused=request.entangled, fund=above), vote=2)

    def _failed(self) -> Iterator[Signed]:
        """The donor approves and thinks again; the official is against it: of five seats, four can no longer agree."""
        donor, *_, official, _firm = self._request.fund.seats
        yield from self._approved((donor,), vote=1)
        self._day = self._request.day
        yield self._act(ProposalAct.RETRACT_VOTE, donor, hour=15)
        yield self._act(ProposalAct.REJECT, official, hour=16)

    def _approved(self, voters: tuple[str, ...], *, vote: int) -> Iterator[Signed]:
        def intent(book: Book, _: int, deadline: int) -> ApproveProposal:
            return ApproveProposal(proposal=self._request.struct(book), round=vote, deadline=deadline)

        for i, voter in enumerate(voters):
            yield self._signed(f"approve-{vote}", voter, intent, hour=11 + i)
        self._day += self._request.notice_days + 1

    def _objected(self) -> Iterator[Signed]:
        self._day -= self._request.notice_days
        *others, last = (
            self._act(ProposalAct.OBJECT, neighbour, OBJECTIONS[self._request.ending], hour=18 + i)
            for i, neighbour in enumerate(neighbours(self._request.fund.number))
        )
        yield from others
        if self._request.ending is Ending.SUSPENDED:
            # Acknowledged within the notice, and carried only after it: it counts within the grace.
            late = self._calendar.at(self._day + self._request.notice_days - 1, 20)
            last = replace(last, at=late, received_at=last.at)
        yield last
        self._day += 1

    def _paid(self) -> Iterator[Act]:
        request = self._request
        if request.ending is Ending.COLLECTED:
            yield self._proven(ProposalAct.EXECUTE_PROVEN)
            return
        yield Order(
            at=self._calendar.at(self._day, 20), key=f"{request.number}/execute", service="relayer",
            call=lambda book: Call(contract="Disbursements", function="execute", args=(request.struct(book).as_tuple(),)),
        )  # fmt: skip
        if request.ending in (Ending.OVERDUE, Ending.PROOF_DUE, Ending.JOINT):
            return
        self._day += 2
        if request.ending is Ending.MISTAKEN:
            yield self._reversed("", request.fund.treasurer)
            yield self._act(ProposalAct.WITHDRAW, request.requester, hour=18)
            return
        if request.ending is Ending.INSTALMENTS:
            yield from self._in_parts()
            return
        yield self._proven(ProposalAct.PROVE_PAYMENT)
        if request.ending is Ending.RETURNED:
            day = self._day + 3
            back = self._bank.book(
                request.fund.bank, day, request.amount_fen, request.payee, f"退款 {request.zh}"
            )
            self._day = import_day(day)
            yield self._reversed(back, request.fund.cashier)

    def _proven(self, act: ProposalAct) -> Signed:
        request = self._request
        self._paid_by = self._bank.book(
            request.fund.bank, self._day, -request.amount_fen, request.payee, request.zh
        )
        self._day = import_day(self._day)
        return self._act(act, request.fund.treasurer, line=self._paid_by, hour=16)

    def _in_parts(self) -> Iterator[Signed]:
        """Three instalments; one of the devices was out of stock, and its price comes back."""
        request = self._request
        part_fen = request.amount_fen // INSTALMENTS
        for number in range(INSTALMENTS):
            text = f"{request.zh} {number + 1}/{INSTALMENTS}"
            self._paid_by = self._bank.book(
                request.fund.bank, self._day + number, -part_fen, request.payee, text
            )
            yield self._instalment(self._paid_by, part_fen, number)
        day = self._day + INSTALMENTS
        back = self._bank.book(request.fund.bank, day, RETURNED_FEN, request.payee, f"退款 {request.zh}")
        yield self._returned(back, import_day(day))

    def _instalment(self, line: str, amount_fen: int, number: int) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> ProveInstalment:
            return ProveInstalment(
                amount_fen=amount_fen, proposal=self._request.struct(book), bank_line=self._line(book, line),
                nonce=nonce, deadline=deadline,
            )  # fmt: skip

        at = self._calendar.at(import_day(self._day + number), 16)
        key = f"{self._request.number}/instalment-{number + 1}"
        return Signed(at=at, key=key, by=self._request.fund.treasurer, intent=intent)

    def _returned(self, line: str, day: int) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> RecordReturn:
            return RecordReturn(
                amount_fen=RETURNED_FEN, proposal=self._request.struct(book), bank_line=self._line(book, self._paid_by),
                incoming_bank_line=self._line(book, line),
                document=book.commit("一台缺货，退回一台的钱 One of them was out of stock, its price came back"), nonce=nonce, deadline=deadline,
            )  # fmt: skip

        at = self._calendar.at(day, 17)
        return Signed(
            at=at, key=f"{self._request.number}/return", by=self._request.fund.cashier, intent=intent
        )

    def _reversed(self, line: str, by: str) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> ReverseDisbursement:
            return ReverseDisbursement(
                proposal=self._request.struct(book), bank_line=self._line(book, self._paid_by),
                incoming_bank_line=self._line(book, line),
                document=book.commit(f"{self._request.zh}没有办成，撤销付款 This did not go ahead, so the payment is reversed: {self._request.en}"), nonce=nonce, deadline=deadline,
            )  # fmt: skip

        return self._signed("reverse", by, intent, hour=17)

    def _act(self, act: ProposalAct, by: str, statement: str = "", *, line: str = "", hour: int) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> ActOnProposal:
            evidence = book.commit(statement) if statement else self._line(book, line)
            return ActOnProposal(
                act=act,
                proposal=self._request.struct(book),
                evidence=evidence,
                nonce=nonce,
                deadline=deadline,
            )

        return self._signed(act.name.lower(), by, intent, hour=hour)

    def _signed(self, name: str, by: str, intent: IntentOf, *, hour: int) -> Signed:
        at = self._calendar.at(self._day, hour)
        return Signed(at=at, key=f"{self._request.number}/{name}/{by}", by=by, intent=intent)

    def _line(self, book: Book, reference: str) -> bytes:
        return book.bank_line(self._request.fund.bank, reference) if reference else NO_LINE
