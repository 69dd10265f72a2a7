"""The demo town's funds, purposes and committees: two street funds, 32 community funds and a youth fund (case C1)."""

from __future__ import annotations

from dataclasses import dataclass

STREETS = (("朝晖街道", "Zhaohui Street"), ("望海街道", "Wanghai Street"))
COMMUNITIES = (
    ("锦绣社区", "Jinxiu"), ("槐荫社区", "Huaiyin"), ("春晓社区", "Chunxiao"), ("福苑社区", "Fuyuan"),
    ("书香社区", "Shuxiang"), ("和平社区", "Heping"), ("东湖社区", "Donghu"), ("桃园社区", "Taoyuan"),
    ("文汇社区", "Wenhui"), ("兴隆社区", "Xinglong"), ("康宁社区", "Kangning"), ("金桥社区", "Jinqiao"),
    ("柳岸社区", "Liuan"), ("长虹社区", "Changhong"), ("清风社区", "Qingfeng"), ("知仁社区", "Zhiren"),
    ("海棠社区", "Haitang"), ("梧桐社区", "Wutong"), ("听涛社区", "Tingtao"), ("银杏社区", "Yinxing"),
    ("安居社区", "Anju"), ("南岭社区", "Nanling"), ("玉兰社区", "Yulan"), ("双桥社区", "Shuangqiao"),
    ("河畔社区", "Hepan"), ("广利社区", "Guangli"), ("明月社区", "Mingyue"), ("丰泽社区", "Fengze"),
    ("紫薇社区", "Ziwei"), ("石榴社区", "Shiliu"), ("新港社区", "Xingang"), ("滨河社区", "Binhe"),
)  # fmt: skip
YOUTH = 60
GENERAL, MEALS, GREEN, MATCHING, STAIRWELL, CARE, RESERVE, REMAINDER = 1, 2, 3, 4, 5, 6, 7, 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Fund:
    """A fund of the town.

    Attributes:
        number: Its id on chain.
        parent: Fund above it, or 0.
        level: Number of `IFunds.Level`.
        bank: Bank account that holds its money.
        zh: Chinese name.
        en: English name.
        purposes: Codes of its purposes.
    """

    number: int
    parent: int
    level: int
    bank: int
    zh: str
    en: str
    purposes: tuple[int, ...]

    @property
    def committee(self) -> int:
        """Id of its committee; the same number, since each fund has one."""
        return self.number

    @property
    def treasurer(self) -> str:
        """Name of its treasurer."""
        return f"treasurer-{self.bank}"

    @property
    def cashier(self) -> str:
        """Name of the other treasurer, who takes back what the first one recorded wrongly."""
        return f"cashier-{self.bank}"

    @property
    def supervisor(self) -> str:
        """Name of its supervisor."""
        return f"supervisor-{self.bank}"

    @property
    def seats(self) -> tuple[str, ...]:
        """Who holds each voting seat, seat 0 first: donor, residents, official, enterprise."""
        desk = (self.number - 11) % 16 // 4 if self.number > 10 else 0
        own = (f"donor-{self.number}", *(f"resident-{self.number}-{i}" for i in range(1, self.residents + 1)))
        return (*own, f"official-{self.bank}-{desk}", f"enterprise-{self.bank}-{desk % 2}")

    @property
    def residents(self) -> int:
        """Number of resident seats: two in a community, four above."""
        return 2 if self.level == 3 else 4

    @property
    def classes(self) -> tuple[int, ...]:
        """Whom each seat speaks for, as numbers of `ICommittees.SeatClass`."""
        return (0, *([1] * self.residents), 2, 3)


PURPOSES = {
    GENERAL: ("一般用途", "General purpose"),
    MEALS: ("长者食堂", "Canteen for elders"),
    GREEN: ("口袋公园", "Pocket park"),
    MATCHING: ("配捐资金", "Match funding"),
    STAIRWELL: ("58号楼楼道更新", "Stairwell of building 58"),
    CARE: ("困难家庭帮扶", "Help for families in need"),
    RESERVE: ("微工厂公积金", "Reserve of the micro-factory"),
    REMAINDER: ("微工厂留存", "Money the micro-factory keeps"),
}


def purpose(fund: int, code: int) -> int:
    """Number of a purpose: the fund in its upper 16 bits."""
    return fund << 16 | code


def _funds() -> dict[int, Fund]:
    streets = [
        Fund(number=i, parent=0, level=2, bank=i, zh=f"{zh}共济基金", en=f"{en} Fund",
             purposes=(GENERAL, MEALS, GREEN, MATCHING, CARE))
        for i, (zh, en) in enumerate(STREETS, 1)
    ]  # fmt: skip
    communities = [
        Fund(number=11 + i, parent=1 + i // 16, level=3, bank=1 + i // 16, zh=f"{zh}基金", en=f"{en} Community Fund",
             purposes=(GENERAL, STAIRWELL) if zh == "知仁社区" else (GENERAL,))
        for i, (zh, en) in enumerate(COMMUNITIES)
    ]  # fmt: skip
    youth = Fund(
        number=YOUTH, parent=1, level=4, bank=1, zh="青年创想基金", en="Youth Ideas Fund",
        purposes=(GENERAL, RESERVE, REMAINDER),
    )  # fmt: skip
    return {fund.number: fund for fund in (*streets, *communities, youth)}


FUNDS = _funds()
ZHIREN = next(fund for fund in FUNDS.values() if fund.zh == "知仁社区基金")
