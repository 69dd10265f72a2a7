"""What drafts refuse: a problem that names the rule, in both languages, and no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_utils import keccak

from contracts.enums import MemberKind
from ledger_api.proposals.drafts.rules import require_end
from tests.conftest import held_by, member_id, signer
from tests.contracts.deciding import rotation
from tests.ledger_api.client import (
    COMMITTEE,
    DAY,
    FOREVER,
    LINE,
    PURPOSE,
    House,
    Person,
    ProblemError,
    furnished_house,
    proposal,
)
from tests.ledger_api.draft_client import (
    DRAFTS,
    ENOUGH,
    approve,
    draft,
    hand_in,
    read,
    reseat,
    send,
    signed_in,
    take_back,
)
from wallets.errors import IntentInvalidError
from wallets.intents import Proposal, SubmitProposal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with furnished_house(tmp_path_factory.mktemp("drafts")) as opened:
        yield opened


async def refused(act: Awaitable[Any]) -> str:
    """The code of the refusal, which must have all its parts."""
    with pytest.raises(ProblemError) as error:
        await act
    for part in ("what", "why", "remedy"):
        assert error.value.problem[part]["zh"]
        assert error.value.problem[part]["en"]
    return str(error.value.code)


async def refused_of_draft(house: House, address: str, act: Awaitable[Any]) -> str:
    """The same for an act on a draft, which must leave it as it was."""
    before = (await read(house, address))["draft"]
    code = await refused(act)
    assert (await read(house, address))["draft"] == before
    return code


async def composed(house: House, name: str, act: str, fields: dict[str, Any]) -> dict[str, Any]:
    typed_data: dict[str, Any] = (await Person(house, signer(name)).draft(act, fields))["typed_data"]
    return typed_data


def sign(house: House, name: str, typed_data: dict[str, Any]) -> str:
    return Person(house, signer(name)).sign(typed_data)


# DRAFTING


async def test_a_request_of_somebody_else_is_not_drafted(house: House) -> None:
    typed_data = await composed(house, "seat0", "SubmitProposal", {"proposal": proposal(1, 100)})
    assert (
        await refused(hand_in(house, DRAFTS, typed_data, sign(house, "seat0", typed_data)))
        == "ProposalNotRequester"
    )


async def test_a_request_above_its_budget_line_is_not_drafted(house: House) -> None:
    typed_data = await composed(house, "requester", "SubmitProposal", {"proposal": proposal(2, 400_001)})
    code = await refused(hand_in(house, DRAFTS, typed_data, sign(house, "requester", typed_data)))
    assert code == "BudgetLineExceeded"


async def test_only_a_request_is_drafted(house: House) -> None:
    typed_data = await composed(house, "seat0", "ApproveProposal", {"proposal": proposal(3, 100), "round": 1})
    assert (
        await refused(hand_in(house, DRAFTS, typed_data, sign(house, "seat0", typed_data)))
        == "IntentInvalidError"
    )


async def test_a_draft_has_an_end_within_ninety_days(house: House) -> None:
    typed_data = await composed(house, "requester", "SubmitProposal", {"proposal": proposal(4, 100)})
    last = house.town.chain.now() + 90 * DAY
    for deadline in (2**48 - 1, last + DAY):  # a day, because the clock goes on until the draft is judged
        typed_data["message"]["deadline"] = deadline
        code = await refused(hand_in(house, DRAFTS, typed_data, sign(house, "requester", typed_data)))
        assert code == "IntentInvalidError"
    typed_data["message"]["deadline"] = last
    await hand_in(house, DRAFTS, typed_data, sign(house, "requester", typed_data))


def test_a_draft_may_end_in_ninety_days_and_not_a_second_later() -> None:
    now = 1_750_000_000
    request = Proposal(
        committee=COMMITTEE, purpose=PURPOSE, budget_line=LINE, amount_fen=100, number=4,
        requester=bytes(16), payee=bytes(32), documents=bytes(32),
    )  # fmt: skip
    require_end(SubmitProposal(proposal=request, nonce=0, deadline=now + 90 * DAY), now)
    with pytest.raises(IntentInvalidError, match="got 7776001"):
        require_end(SubmitProposal(proposal=request, nonce=0, deadline=now + 90 * DAY + 1), now)


async def test_a_request_is_drafted_once(house: House) -> None:
    address = await draft(house, 5)
    again = await composed(house, "requester", "SubmitProposal", {"proposal": proposal(5, 1_000)})
    act = hand_in(house, DRAFTS, again, sign(house, "requester", again))
    assert await refused_of_draft(house, address, act) == "DraftExistsError"


async def test_a_draft_that_was_never_made_is_not_found(house: House) -> None:
    nowhere = f"{DRAFTS}/0x{'12' * 32}"
    for act in (read(house, nowhere), send(house, nowhere, "requester"), take_back(house, nowhere, "seat0")):
        assert await refused(act) == "NotFoundError"
    assert await refused(read(house, f"{DRAFTS}/0x12")) == "QueryInvalidError"


# APPROVING


async def test_an_approval_of_another_draft_is_refused(house: House) -> None:
    one, other = await draft(house, 10), await draft(house, 11)
    wrong = (await read(house, one))["approval"]["typed_data"]
    act = hand_in(house, f"{other}/approvals", wrong, sign(house, "seat0", wrong))
    assert await refused_of_draft(house, other, act) == "ApprovalForeignError"


@pytest.mark.parametrize("changed", [{"round": 2}, {"deadline": 0}], ids=["round", "deadline"])
async def test_an_approval_with_another_round_or_deadline_is_refused(
    house: House, changed: dict[str, int]
) -> None:
    address = await draft(house, 12 + changed.get("round", 0))
    stale = (await read(house, address))["approval"]["typed_data"]
    stale["message"] |= changed
    act = hand_in(house, f"{address}/approvals", stale, sign(house, "seat0", stale))
    assert await refused_of_draft(house, address, act) == "ApprovalStaleError"


async def test_an_approval_after_the_deadline_is_refused_and_so_is_sending(house: House) -> None:
    address = await draft(house, 20, valid_seconds=600)
    for name in ENOUGH:
        await approve(house, address, name)
    await house.town.wait(601)
    assert await refused_of_draft(house, address, approve(house, address, "seat1")) == "IntentExpired"
    assert await refused_of_draft(house, address, send(house, address, "requester")) == "IntentExpired"


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        (51, "stranger", "MembersKeyUnknown"), (52, "volunteer", "CommitteeSeatMissing"),
        (53, "requester", "CommitteeSeatMissing"), (54, "supervisor", "ProposalSupervisorHasNoVote"),
    ],
)  # fmt: skip
async def test_an_approval_of_nobody_with_a_vote_is_refused(
    house: House, number: int, name: str, code: str
) -> None:
    address = await draft(house, number)
    assert await refused_of_draft(house, address, approve(house, address, name)) == code


async def test_an_applicant_with_a_seat_does_not_approve_the_own_request(house: House) -> None:
    await reseat(house, 1, member_id("seat1"), member_id("requester"))
    address = await draft(house, 22)
    code = await refused_of_draft(house, address, approve(house, address, "requester"))
    assert code == "ProposalSelfApproval"
    await reseat(house, 1, member_id("requester"), member_id("seat1"))


async def test_a_seat_whose_time_is_over_has_no_vote(house: House) -> None:
    short = member_id("short")
    await house.serve(
        "registrar",
        "Members",
        "register",
        short,
        MemberKind.PERSON,
        bytes(16),
        *held_by("short", signer("short")),
    )
    await reseat(house, 1, member_id("seat1"), short, house.town.chain.now() + 600)
    kept, late = await draft(house, 23), await draft(house, 24)
    await approve(house, kept, "short")
    await house.town.wait(601)
    await house.syncer.catch_up()
    assert (await read(house, kept))["draft"]["tally"]["approvals"] == 0
    assert await refused_of_draft(house, late, approve(house, late, "short")) == "CommitteeSeatMissing"
    await reseat(house, 1, short, member_id("seat1"))


async def test_a_seat_approves_once_whichever_key_it_uses(house: House) -> None:
    spare = signer("spare key of seat0")
    await house.town.carry(signer("seat0"), rotation("seat0", spare, FOREVER))
    await house.settle()
    address = await draft(house, 25)
    await approve(house, address, "seat0")
    assert (await approve(house, address, "seat0"))["draft"]["tally"]["approvals"] == 1
    act = approve(house, address, "spare key of seat0")
    assert await refused_of_draft(house, address, act) == "ApprovalRepeatedError"


async def test_approvals_are_handed_in_one_by_one(house: House) -> None:
    address = await draft(house, 26)
    typed_data = (await read(house, address))["approval"]["typed_data"]
    signatures = [sign(house, name, typed_data) for name in ("seat0", "seat2")]
    act = hand_in(house, f"{address}/approvals", typed_data, *signatures)
    assert await refused_of_draft(house, address, act) == "SignaturesInvalidError"


async def test_a_signature_over_something_else_approves_nothing(house: House) -> None:
    address, other = await draft(house, 27), await draft(house, 28)
    typed_data, elsewhere = [(await read(house, a))["approval"]["typed_data"] for a in (address, other)]
    act = hand_in(house, f"{address}/approvals", typed_data, sign(house, "seat0", elsewhere))
    # It recovers to a key of nobody.
    assert await refused_of_draft(house, address, act) == "MembersKeyUnknown"


# SENDING


@pytest.mark.parametrize(
    ("number", "approved"),
    [(61, ()), (62, ENOUGH[:3]), (63, ("seat0", "seat1", "seat2", "seat3"))],
    ids=["none", "three of five", "no official"],
)
async def test_a_draft_is_not_sent_before_the_rules_are_met(
    house: House, number: int, approved: tuple[str, ...]
) -> None:
    address = await draft(house, number)
    for name in approved:
        await approve(house, address, name)
    code = await refused_of_draft(house, address, send(house, address, "requester"))
    assert code == "DraftUnapprovedError"


async def test_an_approval_that_the_chain_leaves_out_for_its_nonce_is_forgotten_before_the_draft_is_sent(
    house: House,
) -> None:
    """One seat used the nonce of the approvals for another act, and another called its own back, which leaves out both."""
    address = await draft(house, 38)
    for name in ENOUGH:
        await approve(house, address, name)
    proposal_id = bytes.fromhex(address.rpartition("/0x")[2])
    nonce = int.from_bytes(keccak(proposal_id + (1).to_bytes(32, "big")), "big")
    own = Proposal(
        committee=COMMITTEE, purpose=PURPOSE, budget_line=LINE, amount_fen=100, number=36,
        requester=member_id("seat3"), payee=bytes(32), documents=bytes(32),
    )  # fmt: skip
    await house.town.carry(signer("seat3"), SubmitProposal(proposal=own, nonce=nonce, deadline=FOREVER))
    taker = house.town.deployment.address("Disbursements")
    await Person(house, signer("seat0")).act("CancelIntent", {"taker": taker, "cancelledNonce": str(nonce)})
    await house.settle()
    await _require_left_out(house, address)
    assert await refused(send(house, address, "requester")) == "DraftUnapprovedError"
    assert (await read(house, address))["draft"]["tally"]["approvals"] == 2
    assert await refused_of_draft(house, address, approve(house, address, "seat3")) == "MembersNonceUsed"


async def _require_left_out(house: House, address: str) -> None:
    """Before anybody sends it the draft says whose approvals count no more and why, and offers those no second one."""
    shown = (await read(house, address))["draft"]
    assert (shown["state"], shown["tally"]["approvals"]) == ("collecting", 2)
    whose = {one["member"]: one["called_back_at"] is not None for one in shown["left_out"]}
    assert whose == {
        f"0x{member_id(name).hex()}": by_itself for name, by_itself in (("seat0", True), ("seat3", False))
    }
    for lang, words in (
        ("zh", ("收回了这份批准", "编号已经用在别的事上")),
        ("en", ("called this approval back", "was used for another act")),
    ):
        page = (await house.http.get(address.replace(DRAFTS, "/drafts"), params={"lang": lang})).text
        assert [page.count(text) for text in words] == [1, 1]
    for name, may_approve in (("seat0", False), ("seat3", False), ("seat2", False), ("seat1", True)):
        person = await signed_in(house, name)
        sheet = (await person.http.get(address.replace(DRAFTS, "/drafts"))).text
        assert ("data-composed" in sheet) == may_approve, name


async def test_a_draft_is_sent_by_nobody_but_its_applicant_and_the_committee(house: House) -> None:
    address = await draft(house, 31)
    for name in ENOUGH:
        await approve(house, address, name)
    for name in ("volunteer", "treasurer", "neighbour1"):
        assert await refused_of_draft(house, address, send(house, address, name)) == "SessionForbiddenError"
    assert (await house.http.post(f"{address}/command")).json()["code"] == "SessionMissingError"
    person = await signed_in(house, "requester")
    del person.http.headers["x-csrf-token"]
    assert (await person.http.post(f"{address}/command")).json()["code"] == "SessionForbiddenError"


async def test_nobody_takes_back_an_approval_of_another(house: House) -> None:
    address = await draft(house, 32)
    await approve(house, address, "seat0")
    assert await refused_of_draft(house, address, take_back(house, address, "seat2")) == "NotFoundError"


async def test_once_sent_no_approval_comes_or_goes(house: House) -> None:
    address = await draft(house, 33)
    for name in ENOUGH:
        await approve(house, address, name)
    await send(house, address, "seat4")
    for act in (approve(house, address, "seat1"), take_back(house, address, "seat0")):
        assert await refused_of_draft(house, address, act) == "DraftSentError"
    # Who hears no answer asks again, and is told that the approval is kept.
    assert (await approve(house, address, "seat0"))["draft"]["state"] == "sent"
    await house.settle()


async def test_a_request_submitted_past_its_draft_is_approved_by_the_drafts_signatures(house: House) -> None:
    """Whoever sends the request alone first takes the collected approvals nothing (p26)."""
    address = await draft(house, 34)
    await Person(house, signer("requester")).act("SubmitProposal", {"proposal": proposal(34, 1_000)})
    await house.settle()
    assert (await read(house, address))["draft"]["state"] == "submitted"
    for name in ENOUGH:
        await approve(house, address, name)
    await send(house, address, "requester")
    await house.settle()
    proposal_id = address.rpartition("/")[2]
    answer = (await house.http.get(f"/v1/proposals/{proposal_id}")).json()
    assert answer["proposal"]["state"] == "APPROVED"


async def test_a_draft_above_the_rules_that_were_set_since_is_shown_and_not_sent(house: House) -> None:
    address = await draft(house, 35)
    for name in ENOUGH:
        await approve(house, address, name)
    low, back = [(upto, 2, 3, 1, 1, 1, 0, 7 * DAY, 3 * DAY, 2, 10 * DAY) for upto in (999, 1_000_000)]
    await house.serve("steward", "Committees", "setRules", COMMITTEE, [low])
    await house.settle()
    assert (await read(house, address))["draft"]["tally"] is None
    code = await refused_of_draft(house, address, send(house, address, "requester"))
    assert code == "DraftUnapprovedError"
    await house.serve("steward", "Committees", "setRules", COMMITTEE, [low, back])
    await house.settle()
    assert (await read(house, address))["draft"]["tally"]["needed"] == 4
