"""How far a request came, why somebody objects to it, and what waits for whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from indexer.projections.request import GRACE_SECONDS, Phase
from ledger_api.funds.schemas import BudgetLine
from ledger_api.proposals.asking import Entry, Payable, entry_of
from ledger_api.proposals.progress import Progress, Stage, Term, bar_of, terms_of
from ledger_api.proposals.schemas import Proposal, ProposalDetail, Step, StepKind
from tests.conftest import signer
from tests.ledger_api.client import DAY, House, Person
from tests.ledger_api.portal_town import (
    LATE,
    REGRETTED,
    SUSPENDED,
    VOTING,
    busy_house,
    person,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

VOTED = (StepKind.SUBMITTED, StepKind.APPROVED)
NOTICED = (*VOTED, StepKind.NOTICE_STARTED)
STOPPED = (*NOTICED, StepKind.OBJECTION, StepKind.SUSPENDED)
RELEASED = (*NOTICED, StepKind.EXECUTED)
NOTICE_ENDS_AT = 1_000


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("requests")) as opened:
        yield opened


@pytest.fixture
async def house_in_time(tmp_path: Path) -> AsyncIterator[House]:
    """A house of its own, in which time goes by."""
    async with busy_house(tmp_path) as opened:
        yield opened


def detail(phase: Phase, *kinds: StepKind, last_at: int = 0) -> ProposalDetail:
    """A request of which only its phase and what happened are known; the last thing happened at `last_at`."""
    times = [0] * (len(kinds) - 1) + [last_at]
    steps = [
        Step.model_construct(kind=kind, time=time, notice_ends_at=NOTICE_ENDS_AT)
        for kind, time in zip(kinds, times, strict=True)
    ]
    return ProposalDetail.model_construct(proposal=Proposal.model_construct(phase=phase), timeline=steps)


def halt(request: ProposalDetail) -> tuple[Stage, list[Progress]]:
    """Where a bar halts, and what comes after."""
    bar = bar_of(request)
    at = next(place for place, one in enumerate(bar) if one.progress is Progress.HALTED)
    assert all(one.progress is Progress.DONE for one in bar[:at])
    return bar[at].stage, [one.progress for one in bar[at + 1 :]]


@pytest.mark.parametrize(
    ("phase", "current"),
    [
        (Phase.VOTING, 1),
        (Phase.NOTICE, 2),
        (Phase.GRACE, 2),
        (Phase.PAYABLE, 3),
        (Phase.PROOF_DUE, 4),
        (Phase.CLOSED, 5),
    ],
)
def test_a_request_that_goes_on_is_done_up_to_its_current_stage(phase: Phase, current: int) -> None:
    expected = [Progress.DONE] * current + [Progress.CURRENT] + [Progress.AHEAD] * (4 - current)
    assert [one.progress for one in bar_of(detail(phase, *VOTED))] == expected[:5]


@pytest.mark.parametrize(
    ("phase", "kinds", "stage", "after"),
    [
        (Phase.SUSPENDED, STOPPED, Stage.NOTICE, Progress.AHEAD),
        (Phase.VOTE_OVER, VOTED, Stage.APPROVAL, Progress.SKIPPED),
        (Phase.LAPSED, NOTICED, Stage.RELEASE, Progress.SKIPPED),
        (Phase.LAPSED, STOPPED, Stage.NOTICE, Progress.SKIPPED),
        (Phase.FAILED, (*VOTED, StepKind.REJECTED, StepKind.FAILED), Stage.APPROVAL, Progress.SKIPPED),
        (Phase.FAILED, (*STOPPED, StepKind.FAILED), Stage.NOTICE, Progress.SKIPPED),
        (Phase.WITHDRAWN, (*VOTED, StepKind.WITHDRAWN), Stage.APPROVAL, Progress.SKIPPED),
        (Phase.WITHDRAWN, (*NOTICED, StepKind.WITHDRAWN), Stage.NOTICE, Progress.SKIPPED),
        (Phase.WITHDRAWN, (*STOPPED, StepKind.ANSWERED, StepKind.WITHDRAWN), Stage.APPROVAL, Progress.SKIPPED),
        (Phase.WITHDRAWN, (*RELEASED, StepKind.UNDONE, StepKind.WITHDRAWN), Stage.NOTICE, Progress.SKIPPED),
    ],
)  # fmt: skip
def test_a_request_that_stopped_says_at_which_stage(
    phase: Phase, kinds: tuple[StepKind, ...], stage: Stage, after: Progress
) -> None:
    at, rest = halt(detail(phase, *kinds))
    assert at is stage
    assert set(rest) == {after}


def test_a_late_proof_or_money_that_came_back_after_its_proof_halts_at_the_end() -> None:
    assert halt(detail(Phase.PROOF_OVERDUE, *RELEASED)) == (Stage.PROOF, [])
    assert halt(detail(Phase.REVERSED, *RELEASED, StepKind.PROVEN, StepKind.REVERSED)) == (Stage.REVERSAL, [])


def test_a_request_withdrawn_when_its_grace_was_over_ended_before_its_release() -> None:
    payable_at = NOTICE_ENDS_AT + GRACE_SECONDS
    over = detail(Phase.WITHDRAWN, *NOTICED, StepKind.WITHDRAWN, last_at=payable_at)
    assert halt(over)[0] is Stage.RELEASE
    within = detail(Phase.WITHDRAWN, *NOTICED, StepKind.WITHDRAWN, last_at=payable_at - 1)
    assert halt(within)[0] is Stage.NOTICE
    stopped = detail(Phase.WITHDRAWN, *STOPPED, StepKind.WITHDRAWN, last_at=payable_at)
    assert halt(stopped)[0] is Stage.NOTICE


@pytest.mark.parametrize(
    ("phase", "terms"),
    [
        (Phase.VOTING, [Term.NOTICE, Term.VOTE]),
        (Phase.NOTICE, [Term.NOTICE]),
        (Phase.GRACE, [Term.NOTICE, Term.GRACE]),
        (Phase.PROOF_OVERDUE, [Term.NOTICE, Term.PROOF]),
        (Phase.CLOSED, [Term.NOTICE]),
    ],
)
def test_a_date_is_told_while_it_runs(phase: Phase, terms: list[Term]) -> None:
    request = Proposal.model_construct(phase=phase, vote_ends_at=1, notice_ends_at=2, proof_due_at=3)
    assert [term for term, _ in terms_of(request)] == terms


async def test_the_bar_of_a_suspended_request_shows_it_suspended_and_nothing_as_current(house: House) -> None:
    text = await shown(await person(house, "seat0"), f"/proposals/{SUSPENDED['number']}")
    bar = text[text.index('<ol class="steps">') : text.index("</ol>")]
    assert re.findall(r'<li class="([a-z]+)"', bar) == ["done", "done", "halted", "ahead", "ahead"]
    assert "有异议，已暂停" in bar
    assert "当前" not in bar


async def store(house: House, name: str, content: bytes, media_type: str, *, public: bool) -> str:
    """A document of somebody's; gives its commitment."""
    who = await person(house, name)
    files = {"file": ("document.txt", content, media_type)}
    answer = await who.http.post("/v1/documents", files=files, data={"public": str(public)})
    return str(answer.json()["commitment"])


async def opinion(house: House, request: dict[str, Any], statement: str) -> None:
    """The supervisor gives an opinion."""
    await Person(house, signer("supervisor")).act(
        "GiveOpinion", {"proposal": request, "statement": statement}
    )
    await house.settle()


@pytest.mark.parametrize(
    ("content", "media_type", "public", "reader", "sentence"),
    [
        ("贵了三成。\n请再问两家。".encode(), "text/plain", True, "volunteer", "贵了三成。\n请再问两家。"),
        (b"<script>alert(1)</script>", "text/plain", True, "volunteer", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("不公开的理由".encode(), "text/plain", False, "neighbour2", "理由不公开，只有写的人、当事人和负责这件事的人能看。"),
        ("写给出纳的理由".encode(), "text/plain", False, "treasurer", "写给出纳的理由"),
        (b"\xff\xfe\x00", "text/plain", True, "volunteer", "理由写在一份文件里。"),
        (b"%PDF-1.7", "application/pdf", True, "volunteer", "理由写在一份文件里。"),
        (b"x" * 20_000, "text/plain", True, "volunteer", "理由写在一份文件里。"),
    ],
)  # fmt: skip
async def test_reasons_stand_on_the_page_or_it_says_who_may_read_them(
    house: House, content: bytes, media_type: str, public: bool, reader: str, sentence: str
) -> None:
    await opinion(house, LATE, await store(house, "supervisor", content, media_type, public=public))
    text = await shown(await person(house, reader), f"/proposals/{LATE['number']}")
    assert sentence in text[text.index('<ol class="timeline">') :]
    assert "document.txt" not in text
    if not public and reader == "neighbour2":
        assert content.decode() not in text


async def test_reasons_that_are_not_kept_are_a_sentence_and_no_dead_link(house: House) -> None:
    text = await shown(await person(house, "requester"), f"/proposals/{SUSPENDED['number']}")
    assert text.count("本镇没有保存理由的原文") == 2
    assert f"{'44' * 32}/content" not in text


async def test_an_answer_is_written_beside_the_objections_that_wait_for_it(house: House) -> None:
    sheet = f"/proposals/{await found(house, SUSPENDED)}/sign"
    text = await shown(await person(house, "requester"), sheet, act="ANSWER")
    assert text.count("本镇没有保存理由的原文") == 2


async def found(house: House, request: dict[str, Any]) -> str:
    """Id of a request."""
    answer = (await house.http.get(f"/v1/proposals/{request['number']}")).json()
    return str(answer["proposal"]["proposal_id"])


async def listed(house: House, name: str) -> list[str]:
    """Ids of the requests in somebody's inbox, as the page lists them."""
    text = await shown(await person(house, name), "/committee")
    return re.findall(r'href="/proposals/(0x[0-9a-f]{64})/sign"', text)


async def test_an_inbox_has_what_its_reader_can_still_decide_first_what_waits_for_them(house: House) -> None:
    voting, regretted, late = [await found(house, request) for request in (VOTING, REGRETTED, LATE)]
    assert await listed(house, "seat0") == [voting, regretted, late]
    # Who voted already sees it last; who took a seat later has no vote in rounds of before.
    assert await listed(house, "seat3") == [regretted, late, voting]
    assert "等您表态：2 项" in await shown(await person(house, "seat3"), "/committee")


@pytest.mark.parametrize("name", ["neighbour1", "treasurer", "requester"])
async def test_an_inbox_is_empty_without_a_seat(house: House, name: str) -> None:
    assert await listed(house, name) == []
    assert "您没有委员席位" in await shown(await person(house, name), "/committee")


async def test_whoever_is_not_signed_in_is_led_to_all_requests_instead_of_an_inbox(house: House) -> None:
    text = await shown(Person(house, signer("a stranger")), "/committee")
    assert "/sign" not in text
    assert 'href="/proposals"' in text


async def test_a_vote_is_counted_in_the_inbox_as_soon_as_it_is_recorded(house: House) -> None:
    seat = await person(house, "seat4")
    await seat.act("ApproveProposal", {"proposal": REGRETTED, "round": 1})
    await house.settle()
    text = await shown(seat, "/committee")
    card = text[text.index("凉亭修缮") :].split("</li>")[0]
    assert "已同意" in card
    assert "已有 1 票，需要 4 票" in card
    assert (await seat.http.get("/committee")).headers["cache-control"] == "no-store"


async def test_what_ran_out_leaves_the_inbox(house_in_time: House) -> None:
    house = house_in_time
    await house.town.wait(8 * DAY)
    await house.syncer.catch_up()
    assert (await house.http.get(f"/v1/proposals/{VOTING['number']}")).json()["proposal"][
        "phase"
    ] == "vote_over"
    assert await listed(house, "seat0") == []


@pytest.mark.parametrize(
    ("amount", "is_chosen", "entry"),
    [
        ("", False, Entry.MISSING), ("", True, Entry.MISSING), ("viel", True, Entry.UNREADABLE), ("0", False, Entry.UNREADABLE),
        ("5", False, Entry.MISSING), ("10", True, Entry.WHOLE), ("10.01", True, Entry.TOO_MUCH),
    ],
)  # fmt: skip
def test_what_was_entered_of_a_request_is_missing_unreadable_too_much_or_whole(
    amount: str, is_chosen: bool, entry: Entry
) -> None:
    line = BudgetLine.model_construct(limit_fen=1_500, spent_fen=300, committed_fen=200)
    assert entry_of(amount, Payable(line=line, fund=1, committee=1) if is_chosen else None) is entry
