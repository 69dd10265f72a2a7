"""The year of the demo town adds up before anything of it happens."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from gongji.town import piecework, plan, tour
from gongji.town.acts import Calendar, Import, Serve, Signed
from gongji.town.bank import Bank
from gongji.town.campaigns import CAMPAIGNS
from gongji.town.giving import CITY_MATCH_FEN, STREET_FEN, YOUTH_FEN
from gongji.town.places import FUNDS, MEALS
from gongji.town.requests import REQUESTS, Ending
from ledger_api.demo.statement import NAME, statement_of_today
from ledger_api.statements.csv_file import parse

if TYPE_CHECKING:
    from pathlib import Path

CALENDAR = Calendar(midnight=1_763_913_600)
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@pytest.fixture(scope="module")
def acts() -> list[plan.Act]:
    return plan.acts(CALENDAR, Bank(midnight=CALENDAR.midnight))


def test_the_town_has_two_street_funds_32_community_funds_and_a_youth_fund() -> None:
    assert Counter(fund.level for fund in FUNDS.values()) == {2: 2, 3: 32, 4: 1}


def test_more_than_1_3_million_yuan_are_given_in_the_year() -> None:
    communities = sum((2_480_000 + 13_000 * i) // 6 * 6 for i in range(32))
    total_fen = communities + 2 * sum(STREET_FEN.values()) + YOUTH_FEN + CITY_MATCH_FEN
    assert total_fen > 130_000_000


def test_no_act_happens_twice_and_none_in_the_future(acts: list[plan.Act]) -> None:
    assert max(Counter(act.key for act in acts).values()) == 1
    assert all(act.at < CALENDAR.midnight for act in acts)


def test_the_plan_is_the_same_every_time(acts: list[plan.Act]) -> None:
    assert [(a.at, a.key) for a in plan.acts(CALENDAR, Bank(midnight=CALENDAR.midnight))] == [
        (a.at, a.key) for a in acts
    ]


def test_each_statement_begins_where_the_last_ended_and_adds_up(acts: list[plan.Act]) -> None:
    balances: dict[int, int] = {}
    for statement in (act.statement for act in acts if isinstance(act, Import)):
        assert statement.opening_fen == balances.get(statement.bank, 0)
        assert statement.closing_fen >= 0
        balances[statement.bank] = statement.closing_fen
        assert _sum_of(statement.camt053()) == statement.closing_fen - statement.opening_fen


def test_a_bank_reference_appears_once(acts: list[plan.Act]) -> None:
    lines = [line.reference for act in acts if isinstance(act, Import) for line in act.statement.lines]
    assert len(lines) == len(set(lines))


def test_what_a_tour_imports_goes_on_from_the_year_and_has_the_day_of_whoever_downloads_it(
    tmp_path: Path,
) -> None:
    bank = Bank(midnight=CALENDAR.midnight)
    last = [act.statement for act in plan.acts(CALENDAR, bank) if isinstance(act, Import)]
    closing_fen = [one.closing_fen for one in last if one.bank == tour.BANK][-1]
    (tmp_path / NAME).write_text(tour.statement(bank), "utf-8")
    text = statement_of_today(tmp_path, CALENDAR.at(0, 9))
    parsed = parse(text.encode(), "generic")
    assert parsed.opening_fen == closing_fen
    assert [line.amount_fen for line in parsed.lines] == [amount_fen for amount_fen, *_ in tour.LINES]
    # Every account of the year has ended before, and so has the campaign whose gift goes back.
    assert {line.booked_on for line in parsed.lines} == {"2025-11-24"}
    missed = next(one for one in CAMPAIGNS if one.zh == "广场健身器材")
    assert missed.closes < 0


def test_a_campaign_raises_money_for_a_purpose_that_its_name_agrees_with() -> None:
    for one in CAMPAIGNS:
        assert one.code != MEALS or "食堂" in one.zh


@pytest.mark.parametrize("product", piecework.PRODUCTS)
def test_a_month_s_order_is_nearly_made_when_it_is_due(product: int) -> None:
    taken = sum(lot.accepted + lot.rejected for lot in piecework.lots() if lot.product == product)
    assert 0 <= piecework.ordered_pieces(product) - taken < 100


def test_requests_end_in_every_way_that_there_is() -> None:
    assert len(REQUESTS) == 29
    assert {request.ending for request in REQUESTS} == set(Ending)


def test_a_worker_earns_60_to_80_yuan_a_day() -> None:
    assert all(5_900 <= lot.earned_fen <= 8_000 for lot in piecework.lots())


def test_a_hundred_visits_are_made_and_nobody_is_at_two_places_at_once(acts: list[plan.Act]) -> None:
    visits = [act.visit for act in acts if isinstance(act, Serve)]
    assert len(visits) == 100
    for volunteer in {visit.volunteer for visit in visits}:
        times = sorted((v.check_in, v.check_out) for v in visits if v.volunteer == volunteer)
        assert all(first[1] < second[0] for first, second in pairwise(times))


def test_members_sign_most_of_it(acts: list[plan.Act]) -> None:
    assert sum(isinstance(act, Signed) for act in acts) > 800


def _sum_of(camt: bytes) -> int:
    entries = ET.fromstring(camt).iter(f"{CAMT}Ntry")
    signs = {"CRDT": 1, "DBIT": -1}
    return sum(
        signs[str(e.findtext(f"{CAMT}CdtDbtInd"))] * int(Decimal(str(e.findtext(f"{CAMT}Amt"))) * 100)
        for e in entries
    )
