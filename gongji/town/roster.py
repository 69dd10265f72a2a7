"""The people of the demo town. Names are made up; on chain each is a random id."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gongji.town.places import FUNDS

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "桂英", "秀兰", "建国", "玉梅", "志强", "淑珍", "海燕", "文博", "丽华", "春生", "明哲", "雪梅", "国庆", "晓东", "红霞",
    "永福", "爱萍", "子涵", "德全", "美玲", "大伟", "金凤", "振华", "慧敏", "立新", "素芳", "云飞", "翠萍", "家栋", "彩霞",
)  # fmt: skip
VOLUNTEERS = tuple(f"volunteer-{i}" for i in range(1, 13))
WORKERS = tuple(f"worker-{i}" for i in range(1, 6))
ELDERS = tuple(f"elder-{i}" for i in range(1, 11))
BARBER, REPAIRER, DUTY, FOREMAN, CLERK = "barber", "repairer", "duty", "foreman", "clerk"
# Who signs with a passkey. Not those whom visitors of the town can be: their keys are on the page.
PASSKEYS = frozenset({"treasurer-2", "donor-13", "resident-13-1", "neighbour-13-1", "volunteer-5"})
STAIRWELL_HOUSEHOLDS = tuple(f"stairwell-{i}" for i in range(1, 24))


NEIGHBOURS_OF = (2, 13)


def neighbours(fund: int) -> tuple[str, ...]:
    """Residents of a fund who have no seat and object."""
    return tuple(f"neighbour-{fund}-{i}" for i in range(1, 4)) if fund in NEIGHBOURS_OF else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member of the demo town.

    Attributes:
        name: What the plan calls them.
        zh: The name people see.
        organisation: Whether it is an organisation.
        resident_of: Fund whose resident they are, or 0.
    """

    name: str
    zh: str
    organisation: bool = False
    resident_of: int = 0


def people() -> dict[str, Person]:
    """All members, by name."""
    found: dict[str, Person] = {}

    def add(name: str, *, zh: str = "", organisation: bool = False, resident_of: int = 0) -> None:
        if name not in found:
            zh = zh or person_name(len(found))
            found[name] = Person(name=name, zh=zh, organisation=organisation, resident_of=resident_of)

    for fund in FUNDS.values():
        for seat in fund.seats:
            if seat.startswith("enterprise"):
                before = sum(person.organisation for person in found.values())
                add(seat, zh=f"爱心企业{'甲乙丙丁戊己庚辛'[before]}", organisation=True)
            else:
                add(seat, resident_of=0 if seat.startswith("official") else fund.number)
        for name in neighbours(fund.number):
            add(name, resident_of=fund.number)
        add(fund.supervisor)
        add(fund.treasurer)
    for name in (*VOLUNTEERS, *WORKERS, BARBER, REPAIRER, FOREMAN, "coordinator", "second-coordinator"):
        add(name)
    add(DUTY, zh="值守系统", organisation=True)
    add("city", zh="市民政局", organisation=True)
    for fund in FUNDS.values():
        add(fund.cashier)
    add(CLERK)
    return found


def person_name(number: int) -> str:
    """A made-up name, another one for each number."""
    surname, given_name = (
        number * 7 % len(SURNAMES),
        number * 11 + number // math.lcm(len(SURNAMES), len(GIVEN)),
    )
    return SURNAMES[surname] + GIVEN[given_name % len(GIVEN)]
