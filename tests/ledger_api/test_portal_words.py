"""What pages say by state, by act and by reader: the words of each case, and no other's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.acts import acts
from contracts.enums import Algorithm, DeviceClass, KeyClass, RedemptionState, Role
from contracts.roles import AuthorityRole
from indexer.projections.device import Enrolment
from indexer.projections.request import Phase
from ledger_api.commands.called import Called
from ledger_api.editors import RULES
from ledger_api.holdings import Holding
from ledger_api.locale import Locale, words
from ledger_api.members.person import Person
from ledger_api.members.schemas import Seat
from ledger_api.phones.service import Known, PhoneAnswer, PhoneState, answer_to
from ledger_api.portal.acting.fields import inputs_of
from ledger_api.portal.acting.offers import belongs
from ledger_api.portal.acting.question import Question
from ledger_api.proposals.acts import ACTS, obstacle_of
from ledger_api.proposals.drafts.notice import notice_of
from ledger_api.proposals.drafts.part import Part
from ledger_api.proposals.drafts.schemas import DraftState
from ledger_api.proposals.inbox import reader_of
from ledger_api.proposals.progress import Progress, Stage, StageBar
from ledger_api.proposals.schemas import Proposal, ProposalDetail
from ledger_api.redemptions.acts import Side, redemption_row
from ledger_api.redemptions.schemas import Redemption
from ledger_api.register.keys import keyed_by
from ledger_api.register.pages import edited_by, entry_called, who_edits
from ledger_api.sessions.access import NOBODY, Viewer
from ledger_api.statements.donations import no_gift
from ledger_api.statements.schemas import StatementLineAnswer
from ledger_api.statements.shown import shown_line
from register.names import Names
from register.nouns import Name

ZH, EN = (Locale(lang=lang, size="normal", names=Names()) for lang in ("zh", "en"))
OWNER, OTHER = b"\x01" * 16, b"\x02" * 16
FUND = 2


def test_a_request_in_whatever_phase_says_what_follows() -> None:
    assert {*words()["what_next"]} == {*words()["phase"]} == {*Phase}


@pytest.mark.parametrize(
    ("state", "takes_back", "title", "notice"),
    [
        (DraftState.COLLECTING, False, "等待管委会批准", "签名批准"),
        (DraftState.COLLECTING, True, "您已经批准", "撤回批准"),
        (DraftState.READY, False, "批准够了", "可以提交"),
        (DraftState.READY, True, "您已经批准", "撤回批准"),
        (DraftState.SENT, False, "正在入账", "几秒钟"),
        (DraftState.SUBMITTED, False, "已经提交", "申请的页面"),
        (DraftState.EXPIRED, False, "已过期", "重新申请"),
    ],
)
def test_a_draft_says_where_it_stands_and_who_approved_that_it_may_be_taken_back(
    state: DraftState, takes_back: bool, title: str, notice: str
) -> None:
    said = notice_of(state, Part(approves=False, takes_back=takes_back, sends=False))
    assert ZH.word("draft_title", said) == title
    assert notice in ZH.word("draft_notice", said)
    assert said.is_passing is (state is DraftState.SENT)
    assert said.has_request is (state is DraftState.SUBMITTED)


@pytest.mark.parametrize(
    ("progress", "word"),
    [
        (Progress.DONE, "已完成"), (Progress.CURRENT, "当前"), (Progress.HALTED, "有异议，已暂停"), (Progress.AHEAD, "还没到"),
        (Progress.SKIPPED, "没走到这一步"),
    ],
)  # fmt: skip
def test_a_stage_says_how_far_it_is_and_where_a_request_halts_why(progress: Progress, word: str) -> None:
    bar = StageBar(stage=Stage.NOTICE, progress=progress)
    assert ZH.word(*bar.says(Phase.SUSPENDED)) == word


@pytest.mark.parametrize(
    ("act", "phase", "is_signed", "has_line", "title", "why"),
    [
        ("OBJECT", Phase.VOTING, False, False, "现在不能签", "不在公示期"),
        ("OBJECT", Phase.VOTING, True, False, "现在不能签", "不在公示期"),
        ("WITHDRAW", Phase.CLOSED, False, False, "现在不能签", "不能撤回"),
        ("OBJECT", Phase.NOTICE, True, False, "您已经签过", "看结果"),
        ("PROVE_PAYMENT", Phase.PROOF_DUE, False, False, "是哪一笔付款", "金额相同"),
        ("PROVE_PAYMENT", Phase.PROOF_DUE, True, True, "您已经签过", "看结果"),
    ],
)  # fmt: skip
def test_a_sheet_with_nothing_to_sign_says_why(
    act: str, phase: Phase, is_signed: bool, has_line: bool, title: str, why: str
) -> None:
    detail = ProposalDetail.model_construct(proposal=Proposal.model_construct(phase=phase))
    obstacle = obstacle_of(ACTS[act], detail, is_signed=is_signed, has_line=has_line)
    assert obstacle is not None
    assert ZH.word("obstacle", obstacle) == title
    assert why in ZH.word(*obstacle.why(ACTS[act]))
    assert obstacle.asks_for_line is (title == "是哪一笔付款")


@pytest.mark.parametrize(("act", "has_line"), [("OBJECT", False), ("PROVE_PAYMENT", True)])
def test_an_act_that_is_open_has_something_to_sign(act: str, has_line: bool) -> None:
    phase = next(iter(ACTS[act].phases))
    detail = ProposalDetail.model_construct(proposal=Proposal.model_construct(phase=phase))
    assert obstacle_of(ACTS[act], detail, is_signed=False, has_line=has_line) is None


def test_only_a_withdrawal_and_a_retraction_warn_only_an_approval_offers_to_stay_out_and_only_an_answer_shows_objections() -> (
    None
):
    assert [name for name, act in ACTS.items() if act.is_for_good] == ["RETRACT_VOTE", "WITHDRAW"]
    assert "不能恢复" in ZH.word("warning", "WITHDRAW")
    assert [(name, act.instead) for name, act in ACTS.items() if act.instead] == [("APPROVE", ACTS["RECUSE"])]
    assert [name for name, act in ACTS.items() if act.answers_objections] == ["ANSWER"]


def test_an_inbox_tells_a_stranger_to_sign_in_and_who_has_no_seat_that_nothing_waits() -> None:
    seat = Seat.model_construct(committee=1, seat=0)
    seatless, seated = (Person(member=OWNER, seats=seats, holdings=[]) for seats in ([], [seat]))
    assert "请先登录" in ZH.word("inbox", reader_of(None))
    assert "没有委员席位" in ZH.word("inbox", reader_of(seatless))
    assert reader_of(seated) == "seated"


@pytest.mark.parametrize(
    ("state", "word", "notice", "tone"),
    [
        (PhoneState.NONE, "还没有登记", "设备登记员", "pending"),
        (PhoneState.EARLY, "还没有生效", "到了生效那天", "pending"),
        (PhoneState.GOOD, "可以签到", "签到和签退", "final"),
        (PhoneState.ENDED, "已经到期", "重新登记", "refused"),
        (PhoneState.SUSPENDED, "暂停使用", "服务台", "refused"),
        (PhoneState.REVOKED, "已注销", "清除本网站的数据", "refused"),
    ],
)
def test_a_phone_says_where_it_stands_and_what_to_do(
    state: PhoneState, word: str, notice: str, tone: str
) -> None:
    assert ZH.word("phone", state) == word
    assert notice in ZH.word("phone_notice", state)
    assert state.tone == tone


def enrolment(owner: bytes) -> Enrolment:
    """A phone's, of which only the owner matters."""
    return Enrolment(
        device=bytes(8), device_class=DeviceClass.PHONE, algorithm=Algorithm.ESP256, key_class=KeyClass.K2,
        key_x=bytes(32), key_y=bytes(32), owner=owner, place=bytes(32), valid_from=0, valid_until=1, settled_from=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "own", "another_s"),
    [
        (PhoneState.EARLY, False, True), (PhoneState.GOOD, False, True), (PhoneState.ENDED, True, True),
        (PhoneState.SUSPENDED, False, True), (PhoneState.REVOKED, False, False),
    ],
)  # fmt: skip
def test_a_phone_may_be_enrolled_anew_once_it_ended_or_for_another_owner_but_never_when_revoked(
    state: PhoneState, own: bool, another_s: bool
) -> None:
    of_owner, of_other = (Known(state=state, enrolment=enrolment(owner)) for owner in (OWNER, OTHER))
    assert of_owner.may_be_enrolled(OWNER) is own
    assert of_other.may_be_enrolled(OWNER) is another_s
    assert [known.is_another_s(OWNER) for known in (of_owner, of_other)] == [False, True]
    assert Known(state=PhoneState.NONE, enrolment=None).may_be_enrolled(OWNER)


@pytest.mark.parametrize("asked_for", [OWNER, OTHER])
def test_whose_a_phone_is_is_told_to_its_owner_and_to_offices_and_cannot_be_found_by_guessing(
    asked_for: bytes,
) -> None:
    known = Known(state=PhoneState.GOOD, enrolment=enrolment(OWNER))
    stranger = answer_to(Viewer(member=b"\x03" * 16, key=b"k" * 20), known, asked_for)
    assert stranger == answer_to(NOBODY, known, asked_for) == PhoneAnswer(
        owner=None, is_another_s=False, may_be_enrolled=False
    )  # fmt: skip
    asker = answer_to(Viewer(member=asked_for, key=b"k" * 20), known, asked_for)
    assert (asker.owner, asker.is_another_s) == ((OWNER, False) if asked_for == OWNER else (None, True))
    office = answer_to(Viewer(key=b"k" * 20, offices=(AuthorityRole.DEVICE_REGISTRAR,)), known, asked_for)
    assert (office.owner, office.is_another_s) == (OWNER, asked_for != OWNER)


def redemption(state: RedemptionState) -> Redemption:
    until, reversible_until = (50, 100) if state is RedemptionState.DONE else (100, None)
    return Redemption.model_construct(
        state=state, member=OWNER, provider=OTHER, until=until, judge=None, reversible_until=reversible_until
    )


@pytest.mark.parametrize(
    ("state", "redeemer", "provider", "coordinator"),
    [
        (
            RedemptionState.OPEN,
            ["CancelRedemption"],
            ["AcceptRedemption", "DeclineRedemption"],
            ["VoidRedemption"],
        ),
        (
            RedemptionState.ACCEPTED,
            ["ConfirmRedemption"],
            ["ServeRedemption", "DeclineRedemption"],
            ["VoidRedemption"],
        ),
        (RedemptionState.SERVED, ["ConfirmRedemption", "DisputeRedemption"], [], []),
        (RedemptionState.DISPUTED, ["ConfirmRedemption"], [], ["DecideForProvider", "DecideForMember"]),
        (RedemptionState.DONE, [], [], ["ReverseRedemption"]),
        (RedemptionState.CANCELLED, [], [], []),
        (RedemptionState.DECLINED, [], [], []),
        (RedemptionState.VOIDED, [], [], []),
        (RedemptionState.RETURNED, [], [], []),
        (RedemptionState.LAPSED, [], [], []),
        (RedemptionState.REVERSED, [], [], []),
    ],
)
def test_each_side_and_the_coordinator_are_offered_what_the_contract_takes_from_them(
    state: RedemptionState, redeemer: list[str], provider: list[str], coordinator: list[str]
) -> None:
    shown, third = redemption(state), b"\x03" * 16
    rows = {
        side: redemption_row(shown, side, reader, 99)
        for side, reader in ((Side.REDEEMER, OWNER), (Side.PROVIDER, OTHER), (Side.COORDINATOR, third))
    }
    assert {side: row.offers for side, row in rows.items()} == {
        Side.REDEEMER: redeemer, Side.PROVIDER: provider, Side.COORDINATOR: coordinator,
    }  # fmt: skip
    assert [row.others for row in rows.values()] == [(OTHER,), (OWNER,), (OTHER, OWNER)]


def test_what_has_a_date_is_not_offered_from_then_on() -> None:
    def offers(state: RedemptionState, side: Side) -> list[str]:
        return redemption_row(redemption(state), side, b"\x03" * 16, 100).offers

    assert offers(RedemptionState.OPEN, Side.PROVIDER) == ["DeclineRedemption"]
    assert offers(RedemptionState.ACCEPTED, Side.PROVIDER) == ["DeclineRedemption"]
    assert offers(RedemptionState.SERVED, Side.REDEEMER) == ["ConfirmRedemption"]
    assert offers(RedemptionState.DISPUTED, Side.COORDINATOR) == []
    assert offers(RedemptionState.DONE, Side.COORDINATOR) == []


def test_who_decided_a_dispute_is_not_offered_to_reverse_it() -> None:
    judge, second = b"\x03" * 16, b"\x04" * 16
    done = redemption(RedemptionState.DONE).model_copy(update={"judge": judge})
    assert redemption_row(done, Side.COORDINATOR, judge, 0).offers == []
    assert redemption_row(done, Side.COORDINATOR, second, 0).offers == ["ReverseRedemption"]


@pytest.mark.parametrize("side", [OWNER, OTHER])
def test_a_coordinator_is_not_offered_to_decide_or_void_the_own_redemption(side: bytes) -> None:
    for state in (RedemptionState.OPEN, RedemptionState.DISPUTED, RedemptionState.DONE):
        assert redemption_row(redemption(state), Side.COORDINATOR, side, 0).offers == []
    coordinator = Person(
        member=side, seats=[], holdings=[Holding(role=Role.COORDINATOR, scope=FUND, valid_until=2**40)]
    )
    for act in ("VoidRedemption", "DecideForProvider", "DecideForMember", "ReverseRedemption"):
        thing = redemption(RedemptionState.OPEN).model_copy(update={"fund": FUND})
        assert not belongs(acts()[act], coordinator, thing)
        assert belongs(acts()[act], replace(coordinator, member=b"\x03" * 16), thing)


@pytest.mark.parametrize(
    ("amount_fen", "use", "why", "is_free"),
    [
        (100, "unused", "", True),
        (-100, "unused", "它是支出", True),
        (100, "donation", "已经用过", False),
        (-100, "payment", "它是支出", False),
    ],
)
def test_a_line_that_is_no_gift_says_why(amount_fen: int, use: str, why: str, is_free: bool) -> None:
    line = StatementLineAnswer.model_construct(amount_fen=amount_fen, use=use, bank_line=b"\x07" * 32)
    refused = no_gift(line)
    assert (refused is None) is (why == "")
    assert why in (ZH.word("no_gift", refused) if refused else "")
    shown = shown_line(line, [])
    assert (shown.is_free, shown.is_gift, shown.is_waiting) == (is_free, why == "", False)


def test_a_line_that_something_on_its_way_uses_is_neither_free_nor_a_gift() -> None:
    line = StatementLineAnswer.model_construct(amount_fen=100, use="unused", bank_line=b"\x07" * 32)
    command: Any = None
    on_its_way = Called(command=command, contract="Donations", function="attestDonations", data=b"\x07" * 32)
    shown = shown_line(line, [on_its_way])
    assert (shown.is_free, shown.is_gift, shown.is_waiting) == (False, False, True)


@pytest.mark.parametrize(
    ("act", "name", "word"),
    [
        ("OpenFund", "fund", "请填一个新编号"),
        ("SetBudgetLine", "budgetLine", "请填新编号，或已有的编号"),
        ("OpenPurpose", "purpose", ""),
        ("OpenFund", "bank", ""),
    ],
)
def test_a_sheet_says_whether_the_number_must_be_new(act: str, name: str, word: str) -> None:
    record = acts()[act]
    one = next(one for one in inputs_of(record) if one.name == name)
    question = Question(one=one, text="", choices=None, error="", also_known=record.undo == act)
    assert (ZH.word("number", question.number) if question.number else "") == word


def test_a_budget_line_is_named_beside_its_purpose_only_where_it_says_more() -> None:
    groups = {
        "purposes": {"1": Name(zh="长者关怀", en="Care for the old")},
        "budget_lines": {
            "1": Name(zh="长者关怀", en="Care for the old"),
            "2": Name(zh="春季加餐", en="Meals"),
        },
    }
    reader = Locale(lang="zh", size="normal", names=Names(groups=groups))
    assert [reader.budget_line(number, 1) for number in (1, 2)] == ["", "春季加餐"]


def test_several_things_are_told_in_one_sentence_each_once() -> None:
    assert [ZH.listed(things) for things in ([], ["甲"], ["甲", "乙", "甲"])] == ["", "甲", "甲和乙"]
    assert ZH.listed(["甲", "乙", "丙"], either=True) == "甲、乙或丙"
    assert [EN.listed(["a", "b"], either=either) for either in (False, True)] == ["a and b", "a or b"]


def test_the_register_says_who_edits_what_by_office_and_role() -> None:
    assert [who_edits(ZH, RULES[noun]) for noun in ("funds", "homes", "households")] == [
        "街道经办",
        "登记处或本基金的协调员",
        "本基金的协调员",
    ]
    assert [who_edits(EN, RULES[noun]) for noun in ("funds", "homes", "households")] == [
        "The steward",
        "The registrar or a coordinator of the fund",
        "A coordinator of the fund",
    ]


def test_an_entry_of_the_register_is_called_by_its_word_its_name_or_its_kind_and_number() -> None:
    reader = Locale(
        lang="zh", size="normal", names=Names(groups={"funds": {"1": Name(zh="春晖基金", en="Chunhui")}})
    )
    called = [
        entry_called(reader, noun, key)
        for noun, key in (("words", "时间银行"), ("funds", 1), ("homes", "0x" + "ab" * 16), ("bank_accounts", 3))
    ]  # fmt: skip
    assert called == ["时间银行", "春晖基金", "上门服务的住处 0xabababab", "银行账号 3"]
    finds = [(ZH.word("register_key", keyed_by(noun)), ZH.word("register_find", keyed_by(noun))) for noun in ("words", "places")]  # fmt: skip
    assert finds == [("页面上的词", "要改的词（中文，与页面上的一样）"), ("编号", "编号")]


def test_an_edit_is_told_by_office_by_the_first_digits_of_a_member_or_by_program() -> None:
    names = ("steward/0x" + "ab" * 20, "members/0x" + "cd" * 16, "keeper", "import")
    assert [edited_by(ZH, name) for name in names] == ["街道经办", "cdcdcd", "值守系统", "import"]
