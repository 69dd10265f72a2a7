"""Pages as they are without a program in the browser."""

from __future__ import annotations

import asyncio
import itertools
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape

from contracts.enums import Role
from indexer.projections.redemption import redemptions
from indexer.projections.work import lots
from ledger_api.demo.statement import NAME, TODAY
from ledger_api.formats import share, yuan
from ledger_api.holdings import Holding
from ledger_api.locale import Locale
from ledger_api.mirror import read
from ledger_api.portal import charts
from ledger_api.portal.acting.lookup import find
from ledger_api.portal.acting.persons import as_seen_by
from ledger_api.portal.render import qr
from ledger_api.sessions.access import NOBODY, Viewer
from ledger_api.tasks.acts import acts_on_page
from ledger_api.verify.service import KINDS, look_up
from ledger_api.visits import LevelElement, VisitEvent, VisitEvidence, VisitSpan
from register.names import Names
from register.nouns import Name
from tests.conftest import RefusedError, member_id, signer
from tests.ledger_api.client import open_house
from tests.ledger_api.owners import http_for, signed_in
from tests.ledger_api.portal_town import without_spans
from tests.ledger_api.register_entries import write_people
from tests.ledger_api.story import CARE, OBJECTED, PAID, UNPROVEN, WORKERS, lot_of, named_id
from tests.ledger_api.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ledger_api.client import House

VISIT = f"/visits/0x{named_id('visit').hex()}"
PAGES = [
    "/", "/funds", "/funds/1", "/funds/2", "/ledger", "/ledger?fund=2&reason=DONATION", "/ledger/1", "/proposals",
    "/proposals/20250601", "/proposals/20250602", "/proposals/20250603", "/proposals/20250604",
    f"/proposals/0x{PAID.proposal_id().hex()}/sign", "/committee", "/campaigns", "/campaigns/1", "/campaigns/2", "/changes", VISIT,
    "/verify", "/verify?code=1", "/demo", "/keys", "/me/day", f"/volunteers/0x{member_id('volunteer').hex()}",
    f"/workers/0x{member_id('worker0').hex()}",
    "/tasks", "/enterprises/1", "/enterprises/1/orders", "/enterprises/1/open-lots", "/enterprises/1/rate-cards",
    "/funds/2/months", "/proposals?fund=2",
    *(f"/workers/0x{member_id('worker0').hex()}/{one}" for one in ("days", "months", "lots", "payouts")),
    *(f"/volunteers/0x{member_id('volunteer').hex()}/{one}" for one in ("held", "visits", "redemptions")),
    f"/volunteers/0x{member_id('elder').hex()}/provided", f"/volunteers/0x{member_id('requester').hex()}/requests",
]  # fmt: skip
# What residents need not know of.
JARGON = ("哈希", "区块", "链上", "钱包", "智能合约", "blockchain")


@pytest.fixture(autouse=True)
def new_reader(story: House) -> None:
    """Nobody has chosen a language or a size yet."""
    story.http.cookies.clear()


async def shown(story: House, address: str, **params: str) -> str:
    http = await http_for(story, address)
    response = await http.get(address, params=params or None)
    assert response.status_code == 200, response.text
    return without_spans(response.text)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("lang", "declared"), [("zh", "zh-CN"), ("en", "en")])
async def test_a_page_speaks_one_language_but_for_names(
    story: House, address: str, lang: str, declared: str
) -> None:
    text = await shown(story, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert f'<html lang="{declared}"' in text
    words = Words.on(text)
    assert words.in_language(lang) != []
    assert words.in_language({"zh": "en", "en": "zh"}[lang]) == []


@pytest.mark.parametrize("address", [a for a in PAGES if not a.endswith("/sign")])
async def test_residents_pages_speak_without_jargon(story: House, address: str) -> None:
    text = await shown(story, f"{address}{'&' if '?' in address else '?'}lang=zh")
    assert [word for word in JARGON if word in text] == []


@pytest.mark.parametrize("address", PAGES)
async def test_nothing_on_a_page_needs_an_exception_from_the_policy(story: House, address: str) -> None:
    response = await story.http.get(address)
    assert "script-src 'self'" in response.headers["content-security-policy"]
    for inline in ("<script>", " style=", " onclick=", "javascript:"):
        assert inline not in response.text


async def test_a_page_says_as_of_which_block_its_figures_are(story: House) -> None:
    head = (await story.http.get("/v1/funds")).json()
    text = await shown(story, "/funds", lang="zh")
    assert f"{head['block_number']}-{head['block_hash'][2:10]}" in text
    assert "已确定" in text


async def test_language_and_size_stay_chosen(story: House) -> None:
    chosen = await story.http.get("/?lang=en&size=huge")
    cookies = {name: chosen.cookies[name] for name in ("lang", "size")}
    assert cookies == {"lang": "en", "size": "huge"}
    text = (await story.http.get("/funds", headers={"cookie": "lang=en; size=huge"})).text
    assert '<html lang="en" class="size-huge">' in text


async def test_the_figures_of_a_fund_on_its_page_are_those_of_the_story(story: House) -> None:
    # Gifts for care; gifts for the stairwell and their match; of each lot of 99 pieces at 3.33 yuan all but the worker's six tenths:
    # levy, reserve and remainder are the fund's.
    came_fen = 500_000 + (115_000 + 105_000) + len(WORKERS) * (99 * 333 - 99 * 333 * 6 // 10)
    went_fen = PAID.amount_fen + UNPROVEN.amount_fen
    fens = came_fen - went_fen, came_fen, went_fen, OBJECTED.amount_fen
    shown_yuan = re.findall(r"<dt>(\w+)</dt><dd>¥([0-9,.]+)</dd>", await shown(story, "/funds/2", lang="zh"))
    names = "余额", "收入", "支出", "已批准待拨款"
    assert shown_yuan == [(name, f"{fen / 100:,.2f}") for name, fen in zip(names, fens, strict=True)]


async def test_a_receipt_code_is_found_and_a_forged_one_is_not(story: House) -> None:
    code = (await story.http.get("/v1/transfers/1")).json()["code"]
    assert "查到了" in await shown(story, "/verify", code=code, lang="zh")
    assert "查到了" in await shown(story, "/verify", code=f" {code.upper()} ", lang="zh")
    forged = await shown(story, "/verify", code="1-00000000", lang="zh")
    assert "编号对不上" in forged
    assert "查到了" not in forged
    assert "账本里没有" in await shown(story, "/verify", code="99999", lang="zh")


async def test_whatever_has_a_number_is_found_by_it(story: House) -> None:
    step = (await story.http.get("/v1/transfers/1")).json()
    hashes = step["transaction_hash"], step["block_hash"], step["cause"]
    for code in (*hashes, "20250601", "0x" + named_id("visit").hex(), "0x" + named_id("haircut").hex()):
        assert "查到了" in await shown(story, "/verify", code=code, lang="zh")


@pytest.mark.parametrize("address", ["/", VISIT, "/proposals/20250601", "/ledger", "/ledger/1"])
async def test_each_code_that_a_page_prints_is_found_as_it_is_typed(story: House, address: str) -> None:
    printed = set(re.findall(r"\b[0-9]+-[0-9a-f]{8}\b", await shown(story, address, lang="zh")))
    assert printed
    for code in printed:
        page = await shown(story, "/verify", code=code, lang="zh")
        assert "查到了" in page
        assert "编号对不上" not in page
        assert "查到了" not in await shown(story, "/verify", code=f"{code[:-8]}{'0' * 8}", lang="zh")


async def test_a_line_an_act_and_a_page_have_numbers_of_different_names(story: House) -> None:
    line, visit = await shown(story, "/ledger/1", lang="zh"), await shown(story, VISIT, lang="zh")
    assert re.findall("(..编号) <(?:span|a)", line) == ["收据编号", "账页编号"]
    assert "收据编号" not in visit
    assert len(re.findall("办理编号 (?:<[^>]*>)?[0-9]+-[0-9a-f]{8}", visit)) == 4
    kinds = {"收据编号": "账本记录", "办理编号": "一次办理", "账页编号": "一页账"}
    for name, kind in kinds.items():
        code = re.findall(name + r"[^0-9]*(?:<[^>]*>)?([0-9]+-[0-9a-f]{8})", line + visit)[0]
        assert kind in await shown(story, "/verify", code=code, lang="zh")


async def test_the_number_of_an_act_says_what_was_done_and_leads_to_it(story: House) -> None:
    steps = (await story.http.get(f"/v1/tasks/0x{named_id('visit').hex()}")).json()["timeline"]
    titles = "发布任务", "接受任务", "受理时长", "时长入账"
    for step, title in zip(steps, titles, strict=True):
        found = await shown(story, "/verify", code=step["transaction_hash"], lang="zh")
        assert f'<p class="lead">{title}' in found
        assert f'href="{VISIT}"' in found


async def test_the_number_of_a_redemption_leads_on_for_its_two_sides_alone(story: House) -> None:
    (held, _) = (await story.http.get("/v1/redemptions")).json()["items"]
    readers = {name: (await signed_in(story, name)).http for name in ("volunteer", "elder", "neighbour1")}
    for name, http in {"nobody": story.http, **readers}.items():
        found = (await http.get("/verify", params={"code": held["transaction_hash"], "lang": "zh"})).text
        assert '<p class="lead">兑换服务' in found
        assert ("陪伴购物" in found) is (name in ("volunteer", "elder"))


async def test_a_sheet_names_the_volunteer_of_a_visit_to_those_alone_who_may_read_it(story: House) -> None:
    """To take a task is any member's act but of who opened it, who may call it off, whose visit it ever is."""
    readers = {name: await signed_in(story, name) for name in ("neighbour1", "volunteer", "coordinator")}
    acts = {"neighbour1": "AcceptTask", "volunteer": "AcceptTask", "coordinator": "CancelTask"}
    volunteer = member_id("volunteer").hex()[:6]
    for name, reader in readers.items():
        address = f"/acts/{acts[name]}?lang=en&task=0x{named_id('visit').hex()}"
        text = (await reader.http.get(address)).text
        assert "Shopping with an old neighbour" in text
        assert (volunteer in text.partition("<main")[2]) is (name != "neighbour1"), name


async def test_what_a_sheet_knows_of_a_lot_or_a_redemption_names_its_people_to_few(story: House) -> None:
    treasurer = Viewer(holdings=(Holding(role=Role.TREASURER, scope=CARE >> 16, valid_until=0),))
    lot, redemption = lot_of("worker0"), named_id("haircut")
    async with read(story.context.mirror) as reading:
        taken, held = await find(reading, lots, lot), await find(reading, redemptions, redemption)
        for viewer, names in (
            (NOBODY, (None, None)),
            (Viewer(member=member_id("worker0")), (taken.worker, None)),
            (treasurer, (taken.worker, None)),
            (Viewer(member=held.provider), (None, held.provider)),
        ):
            seen = [await as_seen_by(reading, viewer, thing) for thing in (taken, held)]
            assert (seen[0].worker, seen[1].provider) == names
            assert seen[1].member == (held.member if seen[1].provider else None)


async def test_what_was_tried_and_refused_is_not_said_to_be_in_the_ledger(busy: House) -> None:
    with pytest.raises(RefusedError):
        await busy.town.send(signer("stranger"), "Funds", "openBankAccount", 77)
    block = await busy.town.web3.eth.get_block("latest")
    await busy.syncer.catch_up()
    digits = block["transactions"][0].hex().removeprefix("0x")
    said = {"zh": ("什么也没有记入", "查到了"), "en": ("Nothing was recorded", "It is in the ledger")}
    for code in (f"0x{digits}", f"{block['number']}-{digits[:8]}"):
        for lang, (is_said, is_not_said) in said.items():
            page = await shown(busy, "/verify", code=code, lang=lang)
            assert (is_said in page, is_not_said in page, "card right" in page) == (True, False, False)
        async with read(busy.context.mirror) as reading:
            assert [KINDS[one.kind] for one in await look_up(reading, code)] == ["一次没有办成的办理"]


async def test_what_people_type_is_shown_as_text(story: House) -> None:
    typed = '"><script>alert(1)</script>'
    text = await shown(story, "/verify", code=typed)
    assert "<script>alert" not in text
    assert str(escape(typed)) in text


async def test_a_very_long_address_still_has_a_page(story: House) -> None:
    assert "svg" in await shown(story, "/", lang="x" * 6000)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/funds/99", 404, "NotFoundError"),
        ("/proposals/1", 404, "NotFoundError"),
        ("/proposals/0x12", 422, "QueryInvalidError"),
        ("/ledger?cursor=!!", 422, "CursorInvalidError"),
        ("/ledger?reason=NONSENSE", 422, "QueryInvalidError"),
        ("/funds/abc", 422, "QueryInvalidError"),
    ],
)
async def test_a_problem_is_a_page_with_what_why_and_what_to_do(
    story: House, address: str, status: int, code: str
) -> None:
    response = await story.http.get(address)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert code in response.text
    assert "回到首页" in response.text


async def test_keys_of_demo_people_that_lie_about_are_shown_to_nobody_without_a_demo(
    story: House, tmp_path: Path
) -> None:
    write_people(tmp_path, {"seat0": "委员 member"}, {})
    async with open_house(story.town, tmp_path) as house:
        assert (await house.http.get("/demo")).status_code == 200
    async with open_house(story.town, tmp_path, demo=False) as house:
        assert (await house.http.get("/demo")).status_code == 404
        assert "/demo" not in (await house.http.get("/")).text


async def test_the_statement_of_the_tour_has_todays_date_and_is_the_demo_towns_alone(story: House) -> None:
    address, kept = f"/demo/{NAME}", story.config.data_dir / NAME
    assert (await story.http.get(address)).status_code == 404
    assert NAME not in await shown(story, "/demo")
    kept.write_text(f"日期\n{TODAY}\n", "utf-8")
    try:
        given = await story.http.get(address)
        page = await shown(story, "/demo")
    finally:
        kept.unlink()
    today = datetime.fromtimestamp(story.town.chain.now(), timezone(timedelta(hours=8))).date()
    assert given.text == f"日期\n{today.isoformat()}\n"
    assert f'href="{address}"' in page


class OneVisit:
    """Evidence of the one visit of the story."""

    async def evidence(self, task: bytes) -> VisitEvidence | None:
        """What the page is to show."""
        if task != named_id("visit"):
            return None
        event = VisitEvent(
            kind="check-in",
            device=b"\x01" * 8,
            device_class="PLACE_PAD",
            time=1_750_000_000,
            leaf_hash=bytes(32),
        )
        element = LevelElement(element="where", level=1, reason="LOC_MISSING")
        span = VisitSpan(clock_minutes=64, counted_minutes=60, lessened_by="uncertain")
        return VisitEvidence(events=(event,), elements=(element,), held_by=("V_SHORT",), span=span)


async def test_a_visit_shows_its_signed_events_and_why_its_level_is_what_it_is(story: House) -> None:
    assert "签名的记录" not in await shown(story, VISIT, lang="zh")
    story.replace_in_context(visits=OneVisit())
    text = await shown(story, VISIT, lang="zh")
    story.replace_in_context(visits=None)
    for word in ("签到", "门口签到器", "2025年6月15日 23:06", "没有位置记录", "时间太短"):
        assert word in text
    assert "从签到到签退，钟上是 1 小时 4 分钟，算 1 小时。" in text
    assert "先扣掉两头可能差的时间" in text


class OnlyCheckedIn:
    """Evidence of a visit that goes on: nothing is judged yet."""

    async def evidence(self, task: bytes) -> VisitEvidence | None:
        """What the page is to show."""
        whole = await OneVisit().evidence(task)
        return whole and VisitEvidence(events=whole.events, elements=(), held_by=("V_NO_OUT",), span=None)


async def test_a_visit_that_is_not_judged_yet_says_nothing_about_its_level(story: House) -> None:
    story.replace_in_context(visits=OnlyCheckedIn())
    text = await shown(story, VISIT, lang="zh")
    story.replace_in_context(visits=None)
    assert "签名的记录" in text
    assert "没有签退记录" in text
    assert "为什么是这个等级" not in text


async def test_a_task_is_given_back_only_until_somebody_came_for_it() -> None:
    came = await OneVisit().evidence(named_id("visit"))
    assert ["ReleaseTask" in acts_on_page(evidence) for evidence in (None, came)] == [True, False]


async def test_only_who_may_know_who_came_sees_which_telephone_signed(story: House) -> None:
    story.replace_in_context(visits=OneVisit())
    volunteer = await signed_in(story, "volunteer")
    anybody_s, own = [(await http.get(VISIT)).text for http in (story.http, volunteer.http)]
    story.replace_in_context(visits=None)
    assert ["01" * 3 + "</span>" in page for page in (anybody_s, own)] == [False, True]


def test_a_city_says_its_own_word_and_every_other_text_stays() -> None:
    words = {"时间银行": Name(zh="互助时间", en="Mutual hours")}
    locale = Locale(lang="en", size="normal", names=Names(groups={"words": words}))
    assert locale.pgettext("contract", "时间银行") == "Mutual hours"
    assert locale.pgettext("list", "基金") == "Funds"
    assert [locale.name("funds", 3), locale.name("purposes", CARE)] == ["Fund 3", "Purpose 2-2"]


def test_a_sentence_counts_in_either_language_and_holds_other_values() -> None:
    message = "{n} 个下级基金，一共 {amount}"
    zh, en = (Locale(lang=lang, size="normal", names=Names()) for lang in ("zh", "en"))
    assert zh.ngettext(message, 1, amount="¥5.00") == "1 个下级基金，一共 ¥5.00"
    assert en.ngettext(message, 1, amount="¥5.00") == "1 fund under it, ¥5.00"
    assert en.ngettext(message, 2, amount="¥5.00") == "2 funds under it, ¥5.00 in all"
    assert [en.minutes(m) for m in (1, 61, 150)] == ["1 minute", "1 hour 1 minute", "2 hours 30 minutes"]


async def test_the_code_of_an_address_is_made_once(story: House) -> None:
    await shown(story, "/verify?code=made-once")
    misses = qr.cache_info().misses
    await shown(story, "/verify?code=made-once")
    assert qr.cache_info().misses == misses
    await shown(story, "/verify?code=another")
    assert qr.cache_info().misses == misses + 1


def test_amounts_are_written_as_people_read_them() -> None:
    locale = Locale(lang="zh", size="normal", names=Names())
    assert [yuan(fen) for fen in (0, 5, 123_450, -100)] == ["¥0.00", "¥0.05", "¥1,234.50", "-¥1.00"]
    assert [locale.minutes(m) for m in (0, 60, 90, -30)] == ["0 分钟", "1 小时", "1 小时 30 分钟", "-30 分钟"]
    assert [share(999, 1000), share(0, 0)] == ["99.9%", "—"]


def months(*values: int) -> list[charts.Pair]:
    return [charts.Pair(name=f"26-{i:02d}", first=value, second=0) for i, value in enumerate(values, 1)]


def test_bars_are_as_high_as_their_values_on_an_axis_from_zero() -> None:
    drawn = charts.pairs([charts.Pair(name="06", first=800, second=200)], "<title>", yuan)
    heights = [float(h) for h in re.findall(r'height="([0-9.]+)"', drawn)]
    assert heights[0] == 4 * heights[1] > 0
    assert re.findall(r"¥[^<]+", drawn) == ["¥8", "¥4", "¥0"]
    assert "&lt;title&gt;" in drawn


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 100), (1, 100), (101, 200), (200, 200), (333, 400), (99_999, 100_000), (787_150, 800_000)],
)
def test_the_axis_ends_at_a_round_value_that_no_bar_exceeds(highest: int, top: int) -> None:
    assert charts.round_above(highest) == top


@pytest.mark.parametrize("count", [1, 2, 5, 8, 12, 13, 31])
def test_times_are_named_up_to_the_last_without_touching_or_leaving_the_drawing(count: int) -> None:
    drawn = charts.pairs(months(*range(count)), "t", yuan)
    labels = [(float(x), c) for x, c in re.findall(r'<text x="([0-9.]+)" y="288" class="([a-z ]+)"', drawn)]
    assert len(re.findall(rf'y1="{charts.BASE}" x2="[0-9.]+" y2="2[0-9]+" class="axis"', drawn)) == count
    assert labels[-1][1] == "tick"
    on_phones = [x for x, shown_on in labels if shown_on == "tick"]
    for places, step in (([x for x, _ in labels], charts.LABEL_STEP), (on_phones, charts.PHONE_LABEL_STEP)):
        assert all(after - before >= step for before, after in itertools.pairwise(places))
        assert places[-1] + step / 2 <= charts.WIDTH


@pytest.mark.parametrize(
    ("raised", "filled", "goal"),
    [(0, 0, None), (500, 0.5, None), (1_000, 1, None), (1_250, 1, 0.8), (4_000, 1, 0.25)],
)
def test_a_gauge_is_full_at_the_target_and_marks_it_where_more_was_given(
    raised: int, filled: float, goal: float | None
) -> None:
    drawn = charts.gauge(raised, 1_000, "t")
    assert float(re.findall(r'width="([0-9.]+)"', drawn)[1]) == filled * charts.WIDTH
    target_lines = [float(x) / charts.WIDTH for x in re.findall(r'x1="([0-9.]+)"', drawn)]
    assert target_lines == ([] if goal is None else [goal])


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [(0, "¥0", "¥0"), (50, "¥0.50", "¥0.50"), (800_000, "¥8,000", "¥8,000"), (1_500_000, "¥1.5万", "¥15k")],
)  # fmt: skip
def test_an_axis_names_a_round_amount_in_few_letters(fen: int, zh: str, en: str) -> None:
    assert Locale(lang="zh", size="normal", names=Names()).short_yuan(fen) == zh
    assert Locale(lang="en", size="normal", names=Names()).short_yuan(fen) == en


def test_days_and_months_are_written_as_people_of_the_language_do() -> None:
    zh, en = (Locale(lang=lang, size="normal", names=Names()) for lang in ("zh", "en"))
    day, month = "2026-03-01", "2026-03"
    assert [one.date(day) for one in (zh, en)] == ["2026年3月1日", "1 Mar 2026"]
    assert [one.month(month) for one in (zh, en)] == ["2026年3月", "Mar 2026"]
    assert [one.short_date(day) for one in (zh, en)] == ["3月1日", "1 Mar"]
    assert [one.short_month(month) for one in (zh, en)] == ["2026/3", "03/2026"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_page_shows_a_day_or_month_as_data_has_it(story: House, address: str, lang: str) -> None:
    text = await shown(story, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    assert re.findall(r">[^<]*\b[0-9]{2,4}-[01][0-9](?:-[0-3][0-9])?\b[^<]*<", text) == []


def test_the_parts_of_a_bar_fill_it() -> None:
    parts = [charts.Part(name=str(i), value=value, text="") for i, value in enumerate((1, 1, 2))]
    widths = [float(w) + 2 for w in re.findall(r'width="([0-9.]+)"', charts.stack(parts, "t"))]
    assert [round(w) for w in widths] == [160, 160, 320]
    assert charts.stack([], "t") == ""


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("zh", ("没有找到", "没有这个网址。", "请检查网址，或从首页开始。")),
        ("en", ("Not found", "There is no page at this address.", "Check the address, or start from the home page.")),
    ],
)  # fmt: skip
async def test_an_unknown_address_is_a_page_in_three_parts_to_a_browser(
    story: House, lang: str, parts: tuple[str, ...]
) -> None:
    page = await story.http.get(f"/nonsense?lang={lang}", headers={"accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert [part for part in parts if part not in page.text] == []


@pytest.mark.parametrize(("address", "accept"), [("/v1/nonsense", "text/html,*/*"), ("/nonsense", "*/*")])
async def test_an_unknown_address_is_a_problem_to_a_program_and_below_the_api(
    story: House, address: str, accept: str
) -> None:
    answer = await story.http.get(address, headers={"accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFoundError")


@pytest.mark.parametrize(
    "address", [*PAGES, "/nonsense", "/static/style.css", "/health/live", "/metrics", "/openapi.json", "/v1/funds"]
)  # fmt: skip
async def test_head_has_the_status_and_type_of_get_and_no_body(story: House, address: str) -> None:
    got, head = await story.http.get(address), await story.http.head(address)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


async def test_head_of_the_stream_of_events_ends_at_once(story: House) -> None:
    async with asyncio.timeout(5):
        assert (await story.http.head("/v1/stream?seconds=60")).status_code == 200


async def test_head_is_no_way_to_an_address_that_only_takes_post(story: House) -> None:
    assert (await story.http.head("/v1/sessions")).status_code == 405
