"""What an office-holder wrote about somebody's visit, pieces, objection or gift stands where that person looks, and for nobody else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from contracts.enums import Role
from contracts.ids import lot_id, order_id
from tests.conftest import GENESIS_TIME, member_id
from tests.ledger_api.client import BANK, FOREVER, FUND, PURPOSE, donation, statement_csv
from tests.ledger_api.portal_town import AGAIN, NOTICE, busy_house, person, shown
from tests.ledger_api.story import named_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.ledger_api.client import House, Person

VISIT, OTHER_VISIT = named_id("judged"), named_id("judged otherwise")
ORDER, ENTERPRISE, PRODUCT = order_id(named_id("order")), 1, 7
LOT = lot_id(ORDER, named_id("lot"))
# Settled by one signature, and one that waits; the foreman's own waits for another foreman.
BATCH = order_id(named_id("batch"))
IN_BATCH = {
    name: lot_id(BATCH, member_id(name)) for name in ("neighbour1", "neighbour2", "coordinator", "requester")
}
SECRET = "只给管委会看的话"
WHY_DISPUTED, WHY_REFUSED = "当天家里没有人。", "三件缝线开了。"
PROTOCOL = "两批一起清点，有一件不合格。"
ANSWER = "三份报价已经附上。"
WHY_TAKEN_BACK = "这笔钱是捐给隔壁社区的。"
WHY_OWED_AGAIN, WAGES_FEN = "账户已销户，银行退了回来。", 1_000
# Gifts, by the reference of the bank.
GIFTS, GIFT_FEN = ("NAMED", "PRIVATE", "FOREIGN", "OPEN"), 700
CLOSED = "理由不公开，只有写的人、当事人和负责这件事的人能看。"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with busy_house(tmp_path_factory.mktemp("reasons")) as opened:
        await grant(opened, "foreman")
        await dispute_visits(opened)
        await refuse_pieces(opened)
        await settle_a_batch(opened)
        await take_wages_back(opened)
        await answer_an_objection(opened)
        await take_donations_back(opened)
        yield opened


async def grant(house: House, role: str) -> None:
    """The requester, who has a public name, is made foreman of a new enterprise."""
    for own in (PURPOSE + 10, PURPOSE + 11):
        await house.serve("steward", "Funds", "openPurpose", own)
    await house.serve(
        "steward", "Enterprises", "openEnterprise", ENTERPRISE, PURPOSE, PURPOSE + 10, PURPOSE + 11, 0
    )
    foreman = (member_id("requester"), Role[role.upper()], ENTERPRISE, FOREVER)
    await house.serve("registrar", "Members", "grantRole", *foreman)
    await house.settle()


async def act(house: House, name: str, act: str, **fields: Any) -> None:
    """Somebody does something, and it is recorded."""
    await (await person(house, name)).act(act, fields)
    await house.settle()


async def written(house: House, name: str, text: str, *, public: bool = False) -> str:
    """What somebody wrote, kept as a sheet keeps it."""
    author = await person(house, name)
    file = {"file": ("reasons.txt", text.encode(), "text/plain")}
    answer = await author.http.post("/v1/documents", files=file, data={"public": str(public).lower()})
    return str(answer.json()["commitment"])


async def dispute_visits(house: House) -> None:
    """Of two visits one is disputed with the own words, the other with words that somebody else stored."""
    await house.serve("steward", "TimeBank", "setChallenge", 86_400)
    leaves = [sha256(b"\x00" + bytes([i])).digest() for i in range(4)]
    left, right = (sha256(b"\x01" + leaves[i] + leaves[i + 1]).digest() for i in (0, 2))
    await house.serve(
        "log_keeper", "EventLog", "anchor", 4, sha256(b"\x01" + left + right).digest(), bytes(32), []
    )
    await house.settle()
    proofs = [(leaves[i], i, [leaves[i ^ 1], right if i < 2 else left]) for i in range(4)]
    secret = await written(house, "seat0", SECRET)
    own = await written(house, "coordinator", WHY_DISPUTED)
    for task, reasons, leaf in ((VISIT, own, 0), (OTHER_VISIT, secret, 2)):
        await dispute(house, task, proofs[leaf : leaf + 2], reasons)


async def dispute(house: House, visit: bytes, proofs: list[Any], reasons: str) -> None:
    task = "0x" + visit.hex()
    opened = {"fund": FUND, "service": 1, "authorisedMinutes": 90, "beneficiary": "0x" + "55" * 32, "expiresAt": GENESIS_TIME + 300 * 86_400}  # fmt: skip
    await act(house, "coordinator", "OpenTask", task=task, **opened)
    await act(house, "volunteer", "AcceptTask", task=task)
    await house.serve("verifier", "TimeBank", "admitClaim", (visit, 60, 1, bytes(32), 4, *proofs))
    await house.settle()
    await act(house, "coordinator", "Dispute", task=task, document=reasons)


async def refuse_pieces(house: House) -> None:
    treasurer = await person(house, "treasurer")
    kept = await treasurer.import_statement(
        statement_csv(("FIRM", 100_000), opening_fen=500_000), BANK, "generic"
    )
    (line,) = await treasurer.lines(kept["id"])
    proceeds = {"enterprise": ENTERPRISE, "bank": BANK, "bankLine": line["bank_line"], "amountFen": 100_000}
    await act(house, "treasurer", "AttestProceeds", **proceeds)
    card = {"enterprise": ENTERPRISE, "product": PRODUCT, "version": 1, "pieceFen": 240, "workerBps": 6000,
            "reserveBps": 500, "fundBps": 3000}  # fmt: skip
    await act(house, "requester", "PublishRateCard", card=card)
    order, lot = "0x" + ORDER.hex(), "0x" + LOT.hex()
    await open_order(house, order)
    await act(house, "volunteer", "TakeLot", lot=lot, order=order, pieces=10)
    reasons = await written(house, "requester", WHY_REFUSED)
    await act(house, "requester", "SettleLot", lot=lot, acceptedPieces=7, rejectedPieces=3, document=reasons)


async def open_order(house: House, order: str) -> None:
    """Twenty pieces are wanted within a month."""
    terms = {"enterprise": ENTERPRISE, "product": PRODUCT, "pieces": 20, "workerPieces": 20}
    await act(house, "requester", "OpenWorkOrder", order=order, dueAt=GENESIS_TIME + 30 * 86_400, **terms)


async def settle_a_batch(house: House) -> None:
    """Of four lots two are settled by one signature, with one protocol."""
    order = "0x" + BATCH.hex()
    await open_order(house, order)
    for name, lot in IN_BATCH.items():
        await act(house, name, "TakeLot", lot="0x" + lot.hex(), order=order, pieces=4)
    protocol = await written(house, "requester", PROTOCOL)
    settlements = [
        {"lot": "0x" + IN_BATCH[name].hex(), "acceptedPieces": 4 - rejected, "rejectedPieces": rejected, "document": protocol}
        for name, rejected in (("neighbour1", 0), ("neighbour2", 1))
    ]  # fmt: skip
    await act(house, "requester", "SettleLots", order=order, settlements=settlements)


async def take_wages_back(house: House) -> None:
    """Wages are paid, and come back from the bank."""
    treasurer = await person(house, "treasurer")
    booked = (("WAGES", -WAGES_FEN), ("WAGES-BACK", WAGES_FEN))
    kept = await treasurer.import_statement(statement_csv(*booked, opening_fen=700_000), BANK, "generic")
    keys = {line["reference"]: line["bank_line"] for line in await treasurer.lines(kept["id"])}
    payout = {
        "worker": f"0x{member_id('volunteer').hex()}",
        "amountFen": WAGES_FEN,
        "bankLine": keys["WAGES"],
    }
    await act(house, "treasurer", "PayOut", enterprise=ENTERPRISE, bank=BANK, payouts=[payout])
    reasons = await written(house, "cashier", WHY_OWED_AGAIN)
    await act(
        house, "cashier", "ReversePayout", enterprise=ENTERPRISE, bankLine=keys["WAGES"],
        incomingBankLine=keys["WAGES-BACK"], document=reasons,
    )  # fmt: skip


async def answer_an_objection(house: House) -> None:
    await act(house, "neighbour2", "Object", proposal=NOTICE, statement="0x" + "44" * 32)
    reasons = await written(house, "requester", ANSWER, public=True)
    await act(house, "requester", "Answer", proposal=NOTICE, statement=reasons)


async def take_donations_back(house: House) -> None:
    """Gifts of a neighbour by name and one of somebody private are taken back; then the line of the first is another neighbour's."""
    treasurer = await person(house, "treasurer")
    lines = [(name, GIFT_FEN) for name in GIFTS]
    kept = await treasurer.import_statement(statement_csv(*lines, opening_fen=900_000), BANK, "generic")
    keys = {line["reference"]: line["bank_line"] for line in await treasurer.lines(kept["id"])}
    # A commitment that begins as the id of a neighbour is no neighbour.
    donors = dict.fromkeys(GIFTS, giver("neighbour1")) | {"PRIVATE": giver("neighbour1", 16 * "11")}
    await attest(house, [donation(keys[name], GIFT_FEN) | {"donor": donors[name]} for name in GIFTS])
    words = {
        "NAMED": await written(house, "cashier", WHY_TAKEN_BACK),
        "PRIVATE": await written(house, "cashier", WHY_TAKEN_BACK + "！"),
        "FOREIGN": await written(house, "seat0", SECRET + "！"),
        "OPEN": await written(house, "cashier", WHY_TAKEN_BACK + "？", public=True),
    }
    for name, reasons in words.items():
        back = {
            "fund": FUND,
            "bankLine": keys[name],
            "outgoingBankLine": "0x" + 64 * "0",
            "newPurpose": PURPOSE,
            "document": reasons,
        }
        await act(house, "cashier", "ReverseDonation", **back)
    await attest(house, [donation(keys["NAMED"], GIFT_FEN) | {"donor": giver("neighbour2")}])


async def attest(house: House, donations: list[dict[str, Any]]) -> None:
    await act(house, "treasurer", "AttestDonations", fund=FUND, bank=BANK, donations=donations)


def giver(name: str, rest: str = 16 * "00") -> str:
    """A donor as the chain has one, who begins as a member."""
    return f"0x{member_id(name).hex()}{rest}"


async def receipts(house: House, reader: House | Person, gift: str) -> list[str]:
    """The receipts of a gift and of what took it back, as somebody reads them."""
    donation, reversal = [
        [item for item in await transfers(house, reason) if item["amount"] == GIFT_FEN][GIFTS.index(gift)]
        for reason in ("DONATION", "DONATION_REVERSAL")
    ]
    assert donation["cause"] == reversal["cause"]
    return [await shown(reader, f"/ledger/{one['sequence']}") for one in (donation, reversal)]


async def transfers(house: House, reason: str) -> list[dict[str, Any]]:
    """The records for a reason, oldest first."""
    items: list[dict[str, Any]] = (await house.http.get(f"/v1/transfers?reason={reason}")).json()["items"]
    return items[::-1]


def own(page: str, name: str) -> str:
    """Address of a page of somebody's own."""
    return f"/{page}/0x{member_id(name).hex()}"


@pytest.mark.parametrize("name", ["volunteer", "coordinator"])
async def test_why_a_visit_is_disputed_is_read_by_who_served_and_who_coordinates(
    house: House, name: str
) -> None:
    text = await shown(await person(house, name), f"/visits/0x{VISIT.hex()}")
    assert text.count(WHY_DISPUTED) == 2
    assert CLOSED not in text


@pytest.mark.parametrize("name", ["neighbour1", "treasurer", "seat0"])
async def test_why_a_visit_is_disputed_is_nobody_else_s_to_read(house: House, name: str) -> None:
    text = await shown(await person(house, name), f"/visits/0x{VISIT.hex()}")
    assert (WHY_DISPUTED in text, CLOSED in text) == (False, True)


async def test_who_is_signed_out_reads_no_reasons_of_a_visit(house: House) -> None:
    text = await shown(house, f"/visits/0x{VISIT.hex()}")
    assert (WHY_DISPUTED in text, CLOSED in text) == (False, True)


async def test_a_volunteer_reads_on_my_page_why_a_visit_does_not_count(house: House) -> None:
    assert WHY_DISPUTED in await shown(await person(house, "volunteer"), own("volunteers", "volunteer"))


async def test_a_worker_reads_beside_the_wages_why_pieces_were_refused(house: House) -> None:
    assert WHY_REFUSED in await shown(await person(house, "volunteer"), own("workers", "volunteer"))


@pytest.mark.parametrize("name", ["neighbour1", "neighbour2"])
async def test_one_protocol_of_several_lots_is_read_by_each_of_their_workers(house: House, name: str) -> None:
    assert PROTOCOL in await shown(await person(house, name), own("workers", name))


async def test_a_foreman_ticks_lots_that_wait_counts_them_and_signs_once(house: House) -> None:
    page, foreman = f"/orders/0x{BATCH.hex()}/settle", await person(house, "requester")
    assert f'href="{page}"' in await shown(foreman, "/enterprises/1")
    form = await shown(foreman, page)
    assert form.count('type="checkbox"') == 1, "neither what is settled nor the foreman's own"
    lot = f"0x{IN_BATCH['coordinator'].hex()}"
    assert f'value="{lot}"' in form
    sheet = await shown(foreman, f"{page}?lot.1={lot}&accepted.1=3")
    assert '"acceptedPieces": 3' in sheet
    assert '"rejectedPieces": 1' in sheet
    assert "¥4.32" in sheet
    for wrong in ("5", "-1", "three", ""):
        again = await shown(foreman, f"{page}?lot.1={lot}&accepted.1={wrong}")
        assert ("合格的件数是 0 到 4 之间的整数" in again, "data-draft" in again) == (True, False), wrong
    assert "data-draft" not in await shown(foreman, f"{page}?lot.1=0x{LOT.hex()}&accepted.1=1")


@pytest.mark.parametrize("name", ["coordinator", "treasurer"])
async def test_lots_are_settled_together_by_their_foreman_alone(house: House, name: str) -> None:
    text = await shown(await person(house, name), f"/orders/0x{BATCH.hex()}/settle")
    assert "这件事不归您做" in text
    assert "checkbox" not in text
    assert "/settle" not in await shown(await person(house, name), "/enterprises/1")


async def test_who_pays_the_wages_reads_why_pieces_were_refused(house: House) -> None:
    assert WHY_REFUSED in await shown(await person(house, "treasurer"), own("workers", "volunteer"))


@pytest.mark.parametrize(("name", "reads"), [("volunteer", True), ("treasurer", True), ("neighbour1", False)])
async def test_why_wages_were_taken_back_stands_on_both_receipts_for_the_worker_and_who_pays(
    house: House, name: str, reads: bool
) -> None:
    reader = await person(house, name)
    for reason in ("PAYOUT", "PAYOUT_REVERSAL"):
        (entry,) = await transfers(house, reason)
        text = await shown(reader, f"/ledger/{entry['sequence']}")
        assert (WHY_OWED_AGAIN in text[text.index("为什么撤销") :], CLOSED in text) == (reads, not reads)


async def test_wages_that_came_back_are_owed_again_and_say_so(house: House) -> None:
    worker = await person(house, "volunteer")
    statement = (await worker.http.get(f"/v1{own('workers', 'volunteer')}")).json()
    assert [(p["amount_fen"], p["taken_back"]) for p in statement["payouts"]] == [(WAGES_FEN, True)]
    assert (statement["paid_fen"], statement["owed_fen"]) == (0, 7 * 240 * 6_000 // 10_000)
    text = await shown(worker, own("workers", "volunteer"))
    assert "已撤销" in text[text.index("发过的工钱") :]


async def test_words_of_somebody_else_are_not_opened_by_naming_them_as_reasons(house: House) -> None:
    text = await shown(await person(house, "volunteer"), f"/visits/0x{OTHER_VISIT.hex()}")
    assert (SECRET in text, CLOSED in text) == (False, True)


@pytest.mark.parametrize("name", ["neighbour1", "neighbour2"])
async def test_who_objected_reads_the_answer_on_my_page(house: House, name: str) -> None:
    text = await shown(await person(house, name), own("volunteers", name))
    assert ANSWER in text[text.index("我申请的，和我提过异议的") :]
    assert f"/proposals/{AGAIN['number']}" in text


async def test_who_asked_reads_the_objections_on_my_page_and_a_neighbour_has_none(house: House) -> None:
    text = await shown(await person(house, "requester"), own("volunteers", "requester"))
    assert "居民提出异议" in text[text.index("我申请的，和我提过异议的") :]
    assert "我申请的，和我提过异议的" not in await shown(
        await person(house, "supervisor"), own("volunteers", "supervisor")
    )


async def test_reasons_in_a_file_are_downloaded_by_the_person_they_are_about_alone(house: House) -> None:
    lots = (await (await person(house, "treasurer")).http.get("/v1/enterprises/1/lots")).json()["items"]
    lot = next(one for one in lots if one["lot"] == "0x" + LOT.hex())
    address = f"/v1/documents/{lot['document']}/content"
    statuses = {
        name: (await (await person(house, name)).http.get(address)).status_code
        for name in ("volunteer", "neighbour1", "coordinator")
    }
    assert statuses == {"volunteer": 200, "neighbour1": 403, "coordinator": 403}


@pytest.mark.parametrize("name", ["treasurer", "neighbour1"])
async def test_why_a_donation_was_taken_back_stands_on_both_receipts_for_who_gave_and_who_keeps_the_books(
    house: House, name: str
) -> None:
    for text in await receipts(house, await person(house, name), "NAMED"):
        assert WHY_TAKEN_BACK in text[text.index("为什么撤销") :]
        assert CLOSED not in text


@pytest.mark.parametrize("name", ["neighbour2", "coordinator", "seat0"])
async def test_why_a_donation_was_taken_back_is_nobody_else_s_to_read(house: House, name: str) -> None:
    for text in await receipts(house, await person(house, name), "NAMED"):
        assert (WHY_TAKEN_BACK in text, CLOSED in text) == (False, True)


async def test_who_is_signed_out_reads_why_a_donation_was_taken_back_only_if_that_is_public(
    house: House,
) -> None:
    for text in await receipts(house, house, "NAMED"):
        assert (WHY_TAKEN_BACK in text, CLOSED in text) == (False, True)
    for text in await receipts(house, house, "OPEN"):
        assert (WHY_TAKEN_BACK in text, CLOSED in text) == (True, False)


async def test_the_gift_of_a_private_donor_opens_the_reasons_to_no_neighbour(house: House) -> None:
    for text in await receipts(house, await person(house, "neighbour1"), "PRIVATE"):
        assert (WHY_TAKEN_BACK in text, CLOSED in text) == (False, True)
    for text in await receipts(house, await person(house, "treasurer"), "PRIVATE"):
        assert WHY_TAKEN_BACK in text


async def test_words_of_somebody_else_are_not_opened_by_taking_a_donation_back_with_them(
    house: House,
) -> None:
    for name in ("neighbour1", "treasurer"):
        for text in await receipts(house, await person(house, name), "FOREIGN"):
            assert (SECRET in text, CLOSED in text) == (False, True)


async def test_a_receipt_of_a_donation_that_stands_speaks_of_no_reversal(house: House) -> None:
    first, *_, again = await transfers(house, "DONATION")
    for gift in (first, again):
        assert "为什么撤销" not in await shown(house, f"/ledger/{gift['sequence']}")
