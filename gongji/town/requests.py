"""The demo town's two dozen requests for money, in every state that a request can be in (case C2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from gongji.town.places import (
    CARE,
    FUNDS,
    GENERAL,
    GREEN,
    MEALS,
    RESERVE,
    STAIRWELL,
    YOUTH,
    ZHIREN,
    Fund,
    purpose,
)
from ledger_api.proposals.texts.text import RequestText
from wallets.intents import Proposal

if TYPE_CHECKING:
    from gongji.town.book import Book


class Ending(Enum):
    """How far a request comes."""

    CLOSED = auto()
    COLLECTED = auto()
    RECUSED = auto()
    REFERRED = auto()
    FAILED = auto()
    OBJECTED = auto()
    RETURNED = auto()
    INSTALMENTS = auto()
    JOINT = auto()
    MISTAKEN = auto()
    WITHDRAWN = auto()
    LAPSED = auto()
    SUBMITTED = auto()
    ON_NOTICE = auto()
    READY = auto()
    SUSPENDED = auto()
    PROOF_DUE = auto()
    OVERDUE = auto()


UNPAID = {
    Ending.FAILED,
    Ending.WITHDRAWN,
    Ending.LAPSED,
    Ending.SUBMITTED,
    Ending.SUSPENDED,
    Ending.ON_NOTICE,
    Ending.READY,
}


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

    @property
    def entangled(self) -> tuple[str, ...]:
        """Who recuses, if it is referred: the official and the firm, who sit in the street's committee as well."""
        return self.fund.seats[-2:]

    def approvers(self, *, recused: tuple[str, ...] = (), fund: Fund | None = None) -> tuple[str, ...]:
        """Who approves: just as many as its tier needs (`founding.TIERS`), donor and official first.

        Args:
            recused: Who does not.
            fund: Fund whose committee decides; None means the one that pays.
        """
        seats = (fund or self.fund).seats
        willing = [s for s in (seats[0], seats[-2], *seats[1:-2], seats[-1]) if s not in recused]
        numerator, denominator = (4, 5) if self.amount_fen > 5_000_000 else (2, 3)
        return tuple(willing[: -(-len(seats) * numerator // denominator)])

    def struct(self, book: Book) -> Proposal:
        """The proposal as it is signed."""
        number = purpose(self.fund.number, self.code)
        return Proposal(
            committee=self.fund.committee, purpose=number, budget_line=number, amount_fen=self.amount_fen,
            number=self.number, requester=book.member(self.requester), payee=book.commit(f"收款人 payee: {self.payee}", public=False),
            documents=book.commit(self.text.document()),
        )  # fmt: skip

    @property
    def text(self) -> RequestText:
        """What the request says of itself."""
        reason = f"付给{self.payee}，报价单、合同和发票由管委会保存。\nTo be paid to {self.payee}; the committee keeps the quotes, contract and invoice."
        return RequestText(title=self.zh, reason=reason)


_C = FUNDS
REQUESTS = tuple(
    Request(number=20260000 + i, fund=fund, code=code, amount_fen=fen, zh=zh, en=en, payee=payee, day=day, ending=ending)
    for i, (fund, code, fen, zh, en, payee, day, ending) in enumerate((
        (_C[1], MEALS, 480_000, "长者食堂米面油", "Rice, flour and oil for the canteen", "惠民粮油店", -320, Ending.CLOSED),
        (_C[2], MEALS, 420_000, "长者食堂餐具消毒柜", "Steriliser for the canteen", "洁康厨具", -315, Ending.CLOSED),
        (_C[11], GENERAL, 150_000, "楼下长椅六把", "Six benches", "木匠老周", -300, Ending.CLOSED),
        (_C[14], GENERAL, 86_000, "防滑扶手", "Handrails", "平安五金", -285, Ending.RECUSED),
        (_C[1], CARE, 600_000, "冬季取暖补贴", "Winter heating allowance", "二十户困难家庭", -280, Ending.COLLECTED),
        (_C[YOUTH], GENERAL, 350_000, "青年编程角", "Coding corner for young people", "启明书店", -262, Ending.CLOSED),
        (ZHIREN, STAIRWELL, 115_000, "58号楼楼道粉刷", "Painting the stairwell of building 58", "彩虹涂料", -228, Ending.CLOSED),
        (_C[19], GENERAL, 190_000, "儿童图书三百册", "Three hundred children's books", "新华书店", -225, Ending.CLOSED),
        (_C[1], GREEN, 5_050_000, "街角口袋公园施工", "Building the pocket park", "绿野园林", -190, Ending.CLOSED),
        (_C[2], GENERAL, 900_000, "电动车充电棚", "Charging shelter for e-bikes", "安途电力", -185, Ending.OBJECTED),
        (_C[27], GENERAL, 120_000, "消防器材更新", "New fire extinguishers", "平安消防", -170, Ending.CLOSED),
        (_C[22], GENERAL, 160_000, "社区合唱团音响", "Loudspeakers for the choir", "和声乐器", -165, Ending.RETURNED),
        (_C[30], GENERAL, 95_000, "健身器材维修", "Repair of the exercise machines", "力健体育", -150, Ending.CLOSED),
        (_C[2], CARE, 300_000, "助学金", "School grants", "六名学生家庭", -140, Ending.COLLECTED),
        (_C[33], GENERAL, 70_000, "重复申请的灯具", "Lamps, requested twice", "光明灯具", -130, Ending.WITHDRAWN),
        (_C[35], GENERAL, 180_000, "屋顶花园", "Roof garden", "绿野园林", -120, Ending.LAPSED),
        (_C[38], GENERAL, 140_000, "楼道照明", "Stairwell lights", "光明灯具", -110, Ending.MISTAKEN),
        (_C[1], GENERAL, 1_200_000, "社区卫生站血压计", "Blood pressure monitors for the health station", "康宁医疗", -100, Ending.INSTALMENTS),
        (_C[41], GENERAL, 110_000, "文化墙彩绘", "Wall painting", "青禾美术", -75, Ending.OVERDUE),
        (_C[2], MEALS, 260_000, "食堂冷柜", "Freezer for the canteen", "惠冷电器", -24, Ending.PROOF_DUE),
        (_C[1], CARE, 250_000, "独居老人腕表", "Alarm watches for older people living alone", "安心科技", -18, Ending.READY),
        (_C[13], GENERAL, 175_000, "凉亭修缮", "Repair of the pavilion", "老周木作", -9, Ending.SUSPENDED),
        (_C[1], MEALS, 680_000, "食堂周末加餐", "Weekend meals in the canteen", "惠民粮油店", -5, Ending.ON_NOTICE),
        (_C[2], GENERAL, 360_000, "雨水花园", "Rain garden", "绿野园林", -3, Ending.SUBMITTED),
        (_C[33], GENERAL, 155_000, "门口喷泉", "Fountain at the gate", "清泉园艺", -60, Ending.FAILED),
        (_C[YOUTH], RESERVE, 48_000, "微工厂的串珠台灯", "Lamps for the bead tables of the micro-factory", "光明灯具", -30, Ending.CLOSED),
        (_C[12], GENERAL, 165_000, "活动室修门窗", "Doors and windows of the common room", "槐荫门窗店", -45, Ending.REFERRED),
        (_C[11], GENERAL, 40_000, "楼前花箱", "Flower boxes at the doors", "绿野园林", -88, Ending.JOINT),
        (_C[11], GENERAL, 30_000, "补种草坪", "New turf", "绿野园林", -88, Ending.JOINT),
    ), 1)
)  # fmt: skip
