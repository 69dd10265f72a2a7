from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind, account_id, worker_account
from tests.conftest import member_id
from tests.ledger_api.owners import http_for
from tests.ledger_api.story import CARE, WORKERS

if TYPE_CHECKING:
    from tests.ledger_api.client import House

CARE_ACCOUNT = "0x" + account_id(AccountKind.PURPOSE, CARE).hex()


async def accounts(story: House) -> list[dict[str, Any]]:
    return list((await story.http.get("/v1/accounts?limit=1000")).json()["items"])


async def test_every_balance_is_what_the_chain_holds(story: House) -> None:
    items = await accounts(story)
    assert len(items) > 10
    for item in items:
        account = bytes.fromhex(item["account"][2:])
        assert item["balance"] == await story.town.read("Ledger", "balanceOf", account)


async def test_the_balances_of_each_unit_sum_to_zero_with_what_persons_read_of_their_own(
    story: House,
) -> None:
    items = await accounts(story)
    for name in ("volunteer", "elder", *WORKERS):
        member = member_id(name)
        hours = account_id(AccountKind.MEMBER_MINUTES, member)
        account = worker_account(1, member) if name in WORKERS else hours
        address = f"/v1/accounts/0x{account.hex()}"
        items.append((await (await http_for(story, address)).get(address)).json())
    for unit in ("CNY", "MINUTE"):
        assert sum(item["balance"] for item in items if item["unit"] == unit) == 0
        assert any(item["balance"] for item in items if item["unit"] == unit)


async def test_one_account_is_told_as_in_the_list(story: House) -> None:
    for item in await accounts(story):
        assert (await story.http.get(f"/v1/accounts/{item['account']}")).json() == item


async def opening_of(house: House, account: str) -> int:
    """The first block at which an account is open."""
    number = 1
    while (await house.http.get(f"/v1/accounts/{account}?at_block={number}")).status_code == 404:
        number += 1
    return number


async def test_a_balance_at_a_block_is_what_the_chain_held_then(story: House) -> None:
    account = account_id(AccountKind.PURPOSE, CARE)
    head = (await story.http.get(f"/v1/accounts/{CARE_ACCOUNT}")).json()["block_number"]
    opened, seen = await opening_of(story, CARE_ACCOUNT), set()
    for number in range(opened, head + 1, 7):
        body = (await story.http.get(f"/v1/accounts/{CARE_ACCOUNT}?at_block={number}")).json()
        block = await story.town.web3.eth.get_block(number)
        data = story.town.web3.codec.encode(["bytes32"], [account])
        selector = story.town.web3.keccak(text="balanceOf(bytes32)")[:4]
        call = {"to": story.town.deployment.address("Ledger"), "data": selector + data}
        held = int.from_bytes(await story.town.web3.eth.call(call, number), "big")  # type: ignore[arg-type]
        assert (body["balance"], body["block_number"]) == (held, number)
        assert body["block_hash"] == "0x" + bytes(block["hash"]).hex()
        seen.add(held)
    assert len(seen) > 2


async def test_an_account_not_yet_open_at_a_block_is_unknown_there(story: House) -> None:
    worker = "0x" + worker_account(1, member_id("worker0")).hex()
    http = await http_for(story, worker)
    assert (await http.get(f"/v1/accounts/{worker}")).status_code == 200
    assert (await http.get(f"/v1/accounts/{worker}?at_block=20")).status_code == 404


async def test_no_account_of_a_person_is_in_the_list(story: House) -> None:
    kinds = {bytes.fromhex(item["account"][2:])[0] for item in await accounts(story)}
    assert kinds == set(AccountKind) - {AccountKind.MEMBER_MINUTES, AccountKind.WORKER}


async def test_pages_hold_every_account_once(story: House) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = (
            await story.http.get(
                f"/v1/accounts?limit=4&cursor={cursor}" if cursor else "/v1/accounts?limit=4"
            )
        ).json()
        seen += [item["account"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [item["account"] for item in await accounts(story)]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/accounts/0x" + 64 * "f", 404, "NotFoundError"),
        ("/v1/accounts/0x12", 422, "QueryInvalidError"),
        ("/v1/accounts/purpose", 422, "QueryInvalidError"),
        (f"/v1/accounts/{CARE_ACCOUNT}?at_block=999999", 422, "QueryInvalidError"),
        (f"/v1/accounts/{CARE_ACCOUNT}?at_block=-1", 422, "RequestInvalid"),
        ("/v1/accounts?cursor=abc", 422, "CursorInvalidError"),
        ("/v1/accounts?cursor=WzFd", 422, "CursorInvalidError"),
        ("/v1/accounts?limit=0", 422, "RequestInvalid"),
        ("/v1/accounts?limit=1001", 422, "RequestInvalid"),
    ],
)
async def test_a_bad_question_is_told_what_is_wrong(
    story: House, address: str, status: int, code: str
) -> None:
    response = await story.http.get(address)
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize("address", ["/v1/accounts", f"/v1/accounts/{CARE_ACCOUNT}", "/v1/overview"])
async def test_what_a_client_has_is_not_sent_again(story: House, address: str) -> None:
    first = await story.http.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    again = await story.http.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await story.http.get(address, headers={"if-none-match": '"another"'})
    assert other.status_code == 200


async def test_a_new_block_changes_the_tag(story: House) -> None:
    before = (await story.http.get("/v1/accounts")).headers["etag"]
    await story.town.chain.mine(empty=True)
    await story.syncer.catch_up()
    after = await story.http.get("/v1/accounts", headers={"if-none-match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before
