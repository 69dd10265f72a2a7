"""The demo town's decisions: two dozen requests for money, in every state that a request can be in (case C2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from gongji.town.acts import Act, Calendar, Collected, IntentOf, Order, Signed
from gongji.town.bank import Bank, import_day
from gongji.town.places import CARE, FUNDS, GENERAL, GREEN, MEALS, STAIRWELL, YOUTH, ZHIREN, Fund, purpose
from gongji.town.roster import neighbours
from ledger_api.proposals.texts.text import RequestText
from wallets.intents import (
    ActOnProposal,
    ApproveProposal,
    Call,
    Proposal,
    ProposalAct,
    ReverseDisbursement,
    SubmitProposal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gongji.town.book import Book

NO_LINE = bytes(32)


class Ending(Enum):
    """How far a request comes."""

    CLOSED = auto()
    COLLECTED = auto()
    RECUSED = auto()
    OBJECTED = auto()
    RETURNED = auto()
    MISTAKEN = auto()
    WITHDRAWN = auto()
    LAPSED = auto()
    SUBMITTED = auto()
    ON_NOTICE = auto()
    READY = auto()
    SUSPENDED = auto()
    PROOF_DUE = auto()
    OVERDUE = auto()


UNPAID = {Ending.WITHDRAWN, Ending.LAPSED, Ending.SUBMITTED, Ending.SUSPENDED, Ending.ON_NOTICE, Ending.READY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A request for money that is planned.

    Attributes:
        number: Number that people use.
        fund: Fund that pays.
        code: Purpose that pays.
        amount_fen: In fen.
        zh: What it is for.
        en: The same in English.
        payee: Who is paid.
        day: Day it is submitted.
        ending: How far it comes.
    """

    number: int
    fund: Fund
    code: int
    amount_fen: int
    zh: str
    en: str
    payee: str
    day: int
    ending: Ending

    @property
    def notice_days(self) -> int:
        """Days of public notice of its tier (`founding.TIERS`)."""
        return 3 if self.amount_fen <= 200_000 else 7 if self.amount_fen <= 5_000_000 else 15

    @property
    def requester(self) -> str:
        """Who asks: the coordinator, who has no seat."""
        return "coordinator"

    def approvers(self, *, recused: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Who approves: just as many as its tier needs (`founding.TIERS`), donor and official first."""
        seats = self.fund.seats
        willing = [s for s in (seats[0], seats[-2], *seats[1:-2], seats[-1]) if s not in recused]
        numerator, denominator = (4, 5) if self.amount_fen > 5_000_000 else (2, 3)
        return tuple(willing[: -(-len(willing) * numerator // denominator)])

    def struct(self, book: Book) -> Proposal:
        """The proposal as it is signed."""
        number = purpose(self.fund.number, self.code)
        return Proposal(
            committee=self.fund.committee, purpose=number, budget_line=number, amount_fen=self.amount_fen,
            number=self.number, requester=book.member(self.requester), payee=book.commit(f"收款人 payee: {self.payee}"),
            documents=book.commit(self.text.document()),
        )  # fmt: skip

    @property
    def text(self) -> RequestText:
        """What the request says of itself."""
        reason = f"付给{self.payee}，报价单、合同和发票由管委会保存。\nTo be paid to {self.payee}; the committee keeps quote, contract and invoice."
        return RequestText(title=self.zh, reason=reason)


_C = FUNDS
REQUESTS = tuple(
    Request(number=20260000 + i, fund=fund, code=code, amount_fen=fen, zh=zh, en=en, payee=payee, day=day, ending=ending)
    for i, (fund, code, fen, zh, en, payee, day, ending) in enumerate((
        (_C[1], MEALS, 480_000, "长者食堂米面油", "Rice, flour and oil for the canteen", "惠民粮油店", -320, Ending.CLOSED),
        (_C[2], MEALS, 420_000, "长者食堂餐具消毒柜", "Steriliser for the canteen", "洁康厨具", -315, Ending.CLOSED),
        (_C[11], GENERAL, 150_000, "楼下长椅六把", "Six benches", "木匠老周", -300, Ending.CLOSED),
        (_C[14], GENERAL, 86_000, "防滑扶手", "Handrails", "平安五金", -285, Ending.RECUSED),
        (_C[1], CARE, 600_000, "冬季取暖补贴", "Heating aid in winter", "二十户困难家庭", -280, Ending.COLLECTED),
        (_C[YOUTH], GENERAL, 350_000, "青年编程角", "Coding corner for young people", "启明书店", -262, Ending.CLOSED),
        (ZHIREN, STAIRWELL, 115_000, "58号楼楼道粉刷", "Painting the stairwell of building 58", "彩虹涂料", -228, Ending.CLOSED),
        (_C[19], GENERAL, 190_000, "儿童图书三百册", "Three hundred children's books", "新华书店", -225, Ending.CLOSED),
        (_C[1], GREEN, 5_050_000, "街角口袋公园施工", "Building the pocket park", "绿野园林", -190, Ending.CLOSED),
        (_C[2], GENERAL, 900_000, "电动车充电棚", "Charging shelter for e-bikes", "安途电力", -185, Ending.OBJECTED),
        (_C[27], GENERAL, 120_000, "消防器材更新", "New fire extinguishers", "平安消防", -170, Ending.CLOSED),
        (_C[22], GENERAL, 160_000, "社区合唱团音响", "Loudspeakers for the choir", "和声乐器", -165, Ending.RETURNED),
        (_C[30], GENERAL, 95_000, "健身器材维修", "Repair of the exercise machines", "力健体育", -150, Ending.CLOSED),
        (_C[2], CARE, 300_000, "助学金", "School grants", "六名学生家庭", -140, Ending.COLLECTED),
        (_C[33], GENERAL, 70_000, "重复申请的灯具", "Lamps, asked for twice", "光明灯具", -130, Ending.WITHDRAWN),
        (_C[35], GENERAL, 180_000, "屋顶花园", "Roof garden", "绿野园林", -120, Ending.LAPSED),
        (_C[38], GENERAL, 140_000, "楼道照明", "Stairwell lights", "光明灯具", -110, Ending.MISTAKEN),
        (_C[1], GENERAL, 1_200_000, "社区卫生站血压计", "Blood pressure monitors for the health station", "康宁医疗", -100, Ending.CLOSED),
        (_C[41], GENERAL, 110_000, "文化墙彩绘", "Wall painting", "青禾美术", -75, Ending.OVERDUE),
        (_C[2], MEALS, 260_000, "食堂冷柜", "Freezer for the canteen", "惠冷电器", -24, Ending.PROOF_DUE),
        (_C[1], CARE, 250_000, "独居老人腕表", "Alarm watches for elders who live alone", "安心科技", -18, Ending.READY),
        (_C[13], GENERAL, 175_000, "凉亭修缮", "Repair of the pavilion", "老周木作", -9, Ending.SUSPENDED),
        (_C[1], MEALS, 680_000, "食堂周末加餐", "Weekend meals in the canteen", "惠民粮油店", -5, Ending.ON_NOTICE),
        (_C[2], GENERAL, 360_000, "雨水花园", "Rain garden", "绿野园林", -3, Ending.SUBMITTED),
    ), 1)
)  # fmt: skip


def acts(calendar: Calendar, bank: Bank) -> Iterator[Act]:
    """All acts on all requests; their payments are booked at the bank on the way."""
    for request in REQUESTS:
        yield from _Course(calendar, bank, request).acts()


class _Course:
    """The course of one request: `_day` moves on as its acts are made."""

    def __init__(self, calendar: Calendar, bank: Bank, request: Request) -> None:
        self._calendar, self._bank, self._request = calendar, bank, request
        self._day = request.day

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
        if ending in (Ending.LAPSED, Ending.SUBMITTED):
            voters = voters[:2]
        if ending is Ending.RECUSED:
            recused = request.fund.seats[1]
            yield self._act(ProposalAct.RECUSE, recused, hour=10)
            voters = request.approvers(recused=(recused,))
        if request.notice_days == 15:
            opinion = "三家报价齐全 Three quotes are complete"
            yield self._act(ProposalAct.GIVE_OPINION, request.fund.supervisor, opinion, hour=10)
        yield from self._approved(voters, vote=1)

    def _approved(self, voters: tuple[str, ...], *, vote: int) -> Iterator[Signed]:
        def intent(book: Book, _: int, deadline: int) -> ApproveProposal:
            return ApproveProposal(proposal=self._request.struct(book), round=vote, deadline=deadline)

        for i, voter in enumerate(voters):
            yield self._signed(f"approve-{vote}", voter, intent, hour=11 + i)
        self._day += self._request.notice_days + 1

    def _objected(self) -> Iterator[Signed]:
        self._day -= self._request.notice_days
        for i, neighbour in enumerate(neighbours(self._request.fund.number)):
            reason = "占用了孩子们的草地 It takes the children's lawn"
            yield self._act(ProposalAct.OBJECT, neighbour, reason, hour=18 + i)
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
        if request.ending in (Ending.OVERDUE, Ending.PROOF_DUE):
            return
        self._day += 2
        if request.ending is Ending.MISTAKEN:
            yield self._reversed("")
            return
        yield self._proven(ProposalAct.PROVE_PAYMENT)
        if request.ending is Ending.RETURNED:
            day = self._day + 3
            back = self._bank.book(
                request.fund.bank, day, request.amount_fen, request.payee, f"退款 {request.zh}"
            )
            self._day = import_day(day)
            yield self._reversed(back)

    def _proven(self, act: ProposalAct) -> Signed:
        request = self._request
        line = self._bank.book(request.fund.bank, self._day, -request.amount_fen, request.payee, request.zh)
        self._day = import_day(self._day)
        return self._act(act, request.fund.treasurer, line=line, hour=16)

    def _reversed(self, line: str) -> Signed:
        def intent(book: Book, nonce: int, deadline: int) -> ReverseDisbursement:
            return ReverseDisbursement(
                proposal=self._request.struct(book), incoming_bank_line=self._line(book, line),
                document=book.commit(f"撤销说明 why it was reversed: {self._request.zh}"), nonce=nonce, deadline=deadline,
            )  # fmt: skip

        return self._signed("reverse", self._request.fund.treasurer, intent, hour=17)

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
