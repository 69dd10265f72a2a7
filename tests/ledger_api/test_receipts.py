"""Receipts: what a portal acknowledges is kept before anybody is told, and an objection counts by it (p28)."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import signer
from tests.ledger_api.client import Person, ProblemError
from tests.ledger_api.portal_town import NOTICE, busy_house, person, shown
from wallets.receipt import read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.ledger_api.client import House

DAY = 86_400
JSON = {"content-type": "application/json"}
OBJECTION = {"proposal": NOTICE, "statement": "0x" + "45" * 32}


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[House]:
    """A town with requests, of its own."""
    async with busy_house(tmp_path) as house:
        yield house


async def signed_by(neighbour: Person, **more: int) -> dict[str, Any]:
    """An objection as the portal takes it."""
    typed_data = (await neighbour.draft("Object", OBJECTION, **more))["typed_data"]
    return {"typed_data": typed_data, "signatures": [neighbour.sign(typed_data)]}


async def handed_in(house: House, body: dict[str, Any]) -> dict[str, Any]:
    answer = await house.http.post("/v1/intents", json=body)
    if not answer.is_success:
        raise ProblemError(answer)
    return dict(answer.json())


async def phase(house: House) -> str:
    return str((await house.http.get(f"/v1/proposals/{NOTICE['number']}")).json()["proposal"]["phase"])


async def after_the_notice(house: House) -> None:
    """Nobody carries anything until the notice is over."""
    await house.town.wait(3 * DAY)
    await house.syncer.catch_up()


async def test_what_is_accepted_is_answered_with_a_receipt_that_proves_itself(busy: House) -> None:
    neighbour = await person(busy, "neighbour2")
    before = busy.town.chain.now()
    answer = await handed_in(busy, await signed_by(neighbour))
    kept = read(answer["receipt"])
    assert kept.key == signer("receipts").address
    assert kept.receipt.signer.hex() == neighbour.address[2:].lower()
    assert before <= kept.receipt.received_at <= busy.town.chain.now()
    own = await neighbour.http.get(f"/v1/commands/{answer['id']}/receipt")
    assert own.json() == answer["receipt"]
    page = await shown(neighbour, f"/signed/{answer['id']}")
    assert (
        json.loads(html.unescape(page.split("readonly")[1].split(">", 1)[1].split("</textarea>")[0]))
        == (answer["receipt"])
    )


async def test_receipt_of_what_has_the_widest_nonce_is_kept(busy: House) -> None:
    """Whoever composes a message without our drafts writes such a nonce as a number."""
    neighbour = await person(busy, "neighbour2")
    body = await signed_by(neighbour)
    body["typed_data"]["message"]["nonce"] = 2**256 - 1
    body["signatures"] = [neighbour.sign(body["typed_data"])]
    answer = await busy.http.post("/v1/intents", content=json.dumps(body), headers=JSON)
    assert read(answer.json()["receipt"]).intent.nonce == 2**256 - 1


async def test_receipt_is_for_who_signed_alone(busy: House) -> None:
    neighbour = await person(busy, "neighbour2")
    answer = await handed_in(busy, await signed_by(neighbour))
    address = f"/v1/commands/{answer['id']}/receipt"
    assert (await busy.http.get(address)).status_code == 401
    other = await person(busy, "neighbour1")
    assert (await other.http.get(address)).status_code == 403
    assert "保存回执" not in await shown(other, f"/signed/{answer['id']}")


async def test_what_is_handed_in_twice_keeps_its_first_receipt(busy: House) -> None:
    body = await signed_by(await person(busy, "neighbour2"))
    first = await handed_in(busy, body)
    await busy.town.wait(60)
    assert (await handed_in(busy, body))["receipt"] == first["receipt"]
    await busy.settle()
    again = await handed_in(busy, body)
    assert (again["id"], again["receipt"]) == (first["id"], first["receipt"])


async def test_objection_that_the_relayer_kept_until_the_notice_was_over_counts(busy: House) -> None:
    """(p28)"""
    answer = await handed_in(busy, await signed_by(await person(busy, "neighbour2")))
    await after_the_notice(busy)
    assert await phase(busy) == "grace"
    await busy.settle()
    assert (await busy.command(answer["id"]))["refusal"] is None
    assert await phase(busy) == "suspended"
    steps = (await busy.http.get(f"/v1/proposals/{NOTICE['number']}")).json()["timeline"]
    assert [(s["kind"], s["member"]) for s in steps][-3:] == [
        ("objection", None), ("acknowledged", None), ("suspended", None),
    ]  # fmt: skip


async def test_another_portal_carries_what_the_first_one_kept_back(busy: House) -> None:
    """The first one never sends it: its receipt is enough for everybody else (p28)."""
    neighbour = await person(busy, "neighbour2")
    body = await signed_by(neighbour)
    kept = read((await handed_in(busy, body))["receipt"])
    await after_the_notice(busy)
    busy.replace_in_context(receipts=signer("second portal"))
    fresh = await signed_by(neighbour)
    with pytest.raises(ProblemError, match="ProposalNoticeOver"):
        await handed_in(busy, fresh)
    receipt = {"received_at": kept.receipt.received_at, "signature": "0x" + kept.signature.hex()}
    with pytest.raises(ProblemError, match="ReceiptKeyNotInForce"):
        await handed_in(busy, fresh | {"receipt": receipt})
    await handed_in(busy, body | {"receipt": receipt})
    await busy.settle()
    assert await phase(busy) == "suspended"


async def test_receipt_goes_with_an_objection_alone(busy: House) -> None:
    requester = await person(busy, "requester")
    typed_data = (await requester.draft("WithdrawProposal", {"proposal": NOTICE}))["typed_data"]
    body = {"typed_data": typed_data, "signatures": [requester.sign(typed_data)]}
    receipt = {"received_at": busy.town.chain.now(), "signature": "0x" + "11" * 65}
    with pytest.raises(ProblemError, match="IntentInvalidError"):
        await handed_in(busy, body | {"receipt": receipt})


async def test_portal_without_a_receipt_key_says_that_nothing_is_acknowledged(busy: House) -> None:
    busy.replace_in_context(receipts=None)
    neighbour = await person(busy, "neighbour2")
    answer = await handed_in(busy, await signed_by(neighbour))
    assert answer["receipt"] is None
    assert (await neighbour.http.get(f"/v1/commands/{answer['id']}/receipt")).status_code == 404
    page = await shown(neighbour, f"/signed/{answer['id']}")
    assert "没有回执" in page
    assert "000" in page.split("没有回执")[1][:80]
    await busy.settle()
    assert await phase(busy) == "suspended"


async def test_objection_may_be_carried_longer_than_any_notice_and_its_grace(busy: House) -> None:
    """Else whoever holds it back waits until its own deadline is over."""
    body = await signed_by(await person(busy, "neighbour2"))
    assert int(body["typed_data"]["message"]["deadline"]) - busy.town.chain.now() > 16 * DAY - 60


async def test_health_says_whether_receipts_of_this_portal_count_and_stays_well_while_they_do_not(
    busy: House,
) -> None:
    """A key that is to be admitted waits in public for fifteen days: nobody is turned away meanwhile."""

    async def counts() -> tuple[int, bool]:
        answer = await busy.http.get("/health/ready")
        return answer.status_code, answer.json()["detail"]["receipts_count"]

    assert await counts() == (200, True)
    busy.replace_in_context(receipts=signer("second portal"))
    assert await counts() == (200, False)
    busy.replace_in_context(receipts=None)
    assert await counts() == (200, False)


async def test_receipt_keys_are_listed(busy: House) -> None:
    items = (await busy.http.get("/v1/receipt-keys")).json()["items"]
    assert [(one["key"], one["ended_at"]) for one in items] == [(signer("receipts").address.lower(), None)]
