"""A node that lies makes the mirror halt before the lie, name it, and go on when the node tells the truth."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from indexer.errors import VerificationError
from indexer.evidence import MOST_ANSWER_BYTES
from indexer.proof.header import block_hash
from indexer.run import status
from indexer.sync import Syncer
from kit.errors import NodeUnreachableError
from tests.conftest import open_town
from tests.contracts.neighbourhood import founded
from tests.indexer.conftest import configured, content, fresh_content, mirrored
from tests.indexer.forking import ForkingTown
from tests.lying_rpc import LyingRpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from indexer.config import IndexerConfig
    from tests.indexer.conftest import Content
    from tests.lying_rpc import Lie

Json = Any
BLOCK, RECEIPTS = "eth_getBlockByNumber", "eth_getBlockReceipts"


@pytest.fixture(scope="module")
async def static_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ForkingTown]:
    """A town whose last block but two has three donations; the others are empty. Nothing happens in it any more."""
    async with open_town(tmp_path_factory.mktemp("static_town"), founded) as town:
        forking = ForkingTown(town)
        # Blocks are asked for by sixteen. Of the first of them the parent is compared last, when its successor is known
        # not to follow it: whichever is named, neither is taken.
        await forking.mine(1)
        await forking.give(100, 200, 300)
        await forking.mine(3)
        yield forking


@pytest.fixture(scope="module")
async def fresh(static_town: ForkingTown, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What a mirror of it holds that was never told a lie."""
    return await fresh_content(static_town.deployment, static_town.url, tmp_path_factory.mktemp("fresh"))


@pytest.fixture
def configure(static_town: ForkingTown, migrated_url: str) -> Callable[..., IndexerConfig]:
    """Makes a configuration for that town."""
    return configured(static_town.town, migrated_url)


@pytest.fixture
async def liar(static_town: ForkingTown) -> AsyncIterator[LyingRpc]:
    """A proxy before its node."""
    async with LyingRpc.before(static_town.url) as proxy:
        yield proxy


def lie_about(
    liar: LyingRpc, number: int, method: str, change: Callable[[Json], None], *, rehash: bool
) -> Lie:
    """Changes one answer about one block; with the hash that the changed block has if `rehash`."""

    def lie(requested_method: str, _: list[Json], result: Json) -> Json:
        about = result[0].get("blockNumber") if requested_method == RECEIPTS and result else result
        about = result["number"] if requested_method == BLOCK and result else about
        if (
            requested_method == method
            and about == hex(number)
            and (requested_method == RECEIPTS or result["transactions"])
        ):
            change(result)
            if rehash:
                forged_hash = "0x" + block_hash(result).hex()
                liar.renamed[forged_hash], result["hash"] = result["hash"], forged_hash
        return result

    return lie


def drop_log(receipts: list[Json]) -> None:
    del receipts[0]["logs"][1]


def alter_amount(receipts: list[Json]) -> None:
    log = receipts[0]["logs"][0]
    log["data"] = log["data"][:-1] + ("1" if log["data"][-1] == "0" else "0")


def alter_status(receipts: list[Json]) -> None:
    receipts[0]["status"] = "0x0"


def alter_payee(receipts: list[Json]) -> None:
    log = receipts[0]["logs"][0]
    log["topics"][2] = "0x" + "11" * 32


def swap_logs(receipts: list[Json]) -> None:
    logs = receipts[0]["logs"]
    logs[0], logs[1] = logs[1], logs[0]


def drop_receipt(receipts: list[Json]) -> None:
    receipts.clear()


def cut_log(receipts: list[Json]) -> None:
    del receipts[0]["logs"][0]["data"]


def drop_transaction(block: Json) -> None:
    block["transactions"].clear()


def alter_calldata(block: Json) -> None:
    block["transactions"][0]["input"] = "0x" + "00" * 8


def alter_signature(block: Json) -> None:
    block["transactions"][0]["r"] = "0x" + "ff" * 32


def alter_time(block: Json) -> None:
    block["timestamp"] = hex(int(block["timestamp"], 16) + 1)


def alter_parent(block: Json) -> None:
    block["parentHash"] = "0x" + "22" * 32


def alter_bloom(block: Json) -> None:
    block["logsBloom"] = "0x" + "00" * 256


def alter_number(block: Json) -> None:
    block["number"] = hex(int(block["number"], 16) + 1)


LIES: dict[str, tuple[str, Callable[[Json], None], bool, str]] = {
    "dropped log": (RECEIPTS, drop_log, False, "receipts root"),
    "altered amount": (RECEIPTS, alter_amount, False, "receipts root"),
    "altered status": (RECEIPTS, alter_status, False, "receipts root"),
    "altered payee": (RECEIPTS, alter_payee, False, "receipts root"),
    "swapped logs": (RECEIPTS, swap_logs, False, "receipts root"),
    "missing receipt": (RECEIPTS, drop_receipt, False, "number of receipts"),
    "log without data": (RECEIPTS, cut_log, False, "form of the answer"),
    "missing transaction": (BLOCK, drop_transaction, False, "transactions root"),
    "altered calldata": (BLOCK, alter_calldata, False, "transactions root"),
    "altered signature": (BLOCK, alter_signature, False, "transactions root"),
    "altered time": (BLOCK, alter_time, False, "hash of the header"),
    "wrong parent": (BLOCK, alter_parent, False, "hash of the header"),
    "wrong parent, hashed anew": (BLOCK, alter_parent, True, "parent hash"),
    "wrong bloom": (BLOCK, alter_bloom, False, "hash of the header"),
    "wrong bloom, hashed anew": (BLOCK, alter_bloom, True, "logs bloom"),
    "wrong number": (BLOCK, alter_number, False, "number"),
}


# What a node says is judged before any database is asked: PostgreSQL sees one lie about each kind of answer.
@pytest.mark.parametrize(
    ("kind", "name"),
    [*(("sqlite", name) for name in LIES), ("postgresql", "dropped log"), ("postgresql", "wrong parent, hashed anew")],
    indirect=["kind"],
)  # fmt: skip
async def test_a_lie_halts_the_mirror_before_it_and_is_named(
    name: str,
    static_town: ForkingTown,
    liar: LyingRpc,
    configure: Callable[..., IndexerConfig],
    fresh: Content,
) -> None:
    config = configure(rpc_urls=(liar.url,))
    number = await static_town.height() - 2
    syncer = await Syncer.open(config)
    method, change, rehash, what = LIES[name]
    liar.lie = lie_about(liar, number, method, change, rehash=rehash)
    with pytest.raises(VerificationError, match=rf"block {number}: {what}: expected"):
        await syncer.catch_up()
    shown = await status(config)
    assert shown.halted
    assert shown.reason
    assert f"block {number}" in shown.reason
    assert shown.number < number
    liar.lie = None
    await syncer.catch_up()
    assert not (await status(config)).halted
    await syncer.close()
    assert content(config.database_url) == fresh


async def test_the_next_node_is_followed_when_one_lies_and_both_answers_are_kept(
    static_town: ForkingTown,
    liar: LyingRpc,
    configure: Callable[..., IndexerConfig],
    fresh: Content,
    tmp_path: Path,
) -> None:
    config = configure(rpc_urls=(liar.url, static_town.url), evidence_dir=tmp_path / "evidence")
    number = await static_town.height() - 2
    liar.lie = lie_about(liar, number, BLOCK, alter_time, rehash=False)
    assert await mirrored(config) == await static_town.height()
    assert not (await status(config)).halted
    assert content(config.database_url) == fresh
    (path,) = (tmp_path / "evidence").iterdir()
    kept = json.loads(path.read_text())
    assert (kept["block_number"], "hash of the header" in kept["reason"]) == (number, True)
    lie, truth = kept["answers"]
    assert (lie["node"], truth["node"]) == (kept["node"], static_town.url.removeprefix("http://"))
    assert lie["block"]["hash"] == truth["block"]["hash"]
    assert lie["block"]["timestamp"] != truth["block"]["timestamp"]


def deep(block: Json) -> None:
    nested: Json = 0
    for _ in range(400):
        nested = [nested]
    block["extraData"] = nested


def wide(block: Json) -> None:
    block["extraData"] = "0x" + "00" * MOST_ANSWER_BYTES


@pytest.mark.parametrize("change", [deep, wide])
async def test_an_answer_that_cannot_be_kept_holds_nobody_up(
    static_town: ForkingTown,
    liar: LyingRpc,
    configure: Callable[..., IndexerConfig],
    tmp_path: Path,
    change: Callable[[Json], None],
) -> None:
    config = configure(rpc_urls=(liar.url, static_town.url), evidence_dir=tmp_path / "evidence")
    liar.lie = lie_about(liar, 7, BLOCK, change, rehash=False)
    assert await mirrored(config) == await static_town.height()
    kept = sum(path.stat().st_size for path in (tmp_path / "evidence").glob("*.json"))
    assert kept < 100_000


async def test_evidence_that_has_no_place_holds_nobody_up(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("a file where the folder would be")
    config = configure(rpc_urls=(liar.url, static_town.url), evidence_dir=tmp_path / "evidence")
    liar.lie = lie_about(liar, 7, BLOCK, alter_time, rehash=False)
    assert await mirrored(config) == await static_town.height()


async def test_a_lie_that_is_told_once_is_what_is_kept(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    config = configure(rpc_urls=(liar.url, static_town.url), evidence_dir=tmp_path / "evidence")
    alter = lie_about(liar, 7, BLOCK, alter_time, rehash=False)

    def once(method: str, params: list[Json], result: Json) -> Json:
        changed = alter(method, params, result)
        if method == "eth_getBlockByNumber" and params[0] == "0x7":
            liar.lie = None
        return changed

    liar.lie = once
    await mirrored(config)
    (path,) = (tmp_path / "evidence").iterdir()
    lie, truth = json.loads(path.read_text())["answers"]
    assert lie["block"]["timestamp"] != truth["block"]["timestamp"]


@pytest.mark.parametrize("number", [hex(2**40), hex(2**70), "0x" + "f" * 4000])
async def test_a_head_that_nobody_can_have_is_left_for_the_next_node(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig], number: str
) -> None:
    def lie(method: str, params: list[Json], result: Json) -> Json:
        return result | {"number": number} if params[:1] == ["latest"] and method == BLOCK else result

    liar.lie = lie
    syncer = await Syncer.open(configure(rpc_urls=(liar.url, static_town.url)))
    for _ in range(3):
        assert await syncer.catch_up() == await static_town.height()
    await syncer.close()


async def test_while_all_nodes_lie_the_mirror_halts_and_each_lie_is_kept_once(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig], tmp_path: Path
) -> None:
    config = configure(rpc_urls=(liar.url, "http://127.0.0.1:9"), evidence_dir=tmp_path / "evidence")
    number = await static_town.height() - 2
    liar.lie = lie_about(liar, number, BLOCK, alter_time, rehash=False)
    syncer = await Syncer.open(config)
    for _ in range(3):
        with pytest.raises(VerificationError, match="hash of the header"):
            await syncer.catch_up()
    await syncer.close()
    assert (await status(config)).halted
    (path,) = (tmp_path / "evidence").iterdir()
    silent = json.loads(path.read_text())["answers"][1]
    assert (silent["block"], "does not answer" in silent["error"]) == (None, True)


async def test_a_node_that_is_away_or_stands_still_is_left_for_the_next(
    static_town: ForkingTown,
    liar: LyingRpc,
    configure: Callable[..., IndexerConfig],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("indexer.sources.STANDING_SECONDS", 0.05)
    away, still = "http://127.0.0.1:9", liar.url
    old = await static_town._anvil.call("eth_getBlockByNumber", "0x5", False)
    liar.lie = lambda method, params, result: (
        old if params[:1] == ["latest"] and "Block" in method else result
    )
    syncer = await Syncer.open(configure(rpc_urls=(away, still, static_town.url)))
    assert await syncer.catch_up() == 5
    await asyncio.sleep(0.1)
    assert await syncer.catch_up() == await static_town.height()
    await syncer.close()


async def test_far_behind_what_was_proven_before_a_lie_is_kept(
    static_town: ForkingTown,
    liar: LyingRpc,
    configure: Callable[..., IndexerConfig],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, blocks in {"FAR_BLOCKS": 10, "FIRST_BLOCKS": 4, "MOST_BLOCKS": 4}.items():
        monkeypatch.setattr(f"indexer.pipeline.{name}", blocks)
    config = configure(rpc_urls=(liar.url,), workers=2)
    number = await static_town.height() - 2
    liar.lie = lie_about(liar, number, BLOCK, alter_time, rehash=False)
    with pytest.raises(VerificationError, match=rf"block {number}: hash of the header"):
        await mirrored(config)
    # Blocks are proven four at a time.
    assert number - 4 <= (await status(config)).number < number


async def test_receipts_of_another_block_halt_the_mirror(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig]
) -> None:
    of_others: list[Json] = []

    def lie(method: str, params: list[Json], result: Json) -> Json:
        if method != "eth_getBlockReceipts" or not result:
            return result
        of_others.append(result)
        return of_others[0]

    liar.lie = lie
    with pytest.raises(VerificationError, match=r"receipts"):
        await mirrored(configure(rpc_urls=(liar.url,)))


async def test_a_node_of_another_chain_is_refused(
    liar: LyingRpc, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(liar.url,))
    liar.lie = lambda method, _, result: "0x1" if method == "eth_chainId" else result
    with pytest.raises(VerificationError, match=r"chain id of the node: expected 77001, got 1$"):
        await mirrored(config)
    assert (await status(config)).halted


async def test_a_node_with_other_code_at_a_contract_s_address_is_refused(
    liar: LyingRpc, configure: Callable[..., IndexerConfig]
) -> None:
    liar.lie = lambda method, _, result: result + "00" if method == "eth_getCode" else result
    with pytest.raises(VerificationError, match=r"code of \w+: expected 0x\w+, got 0x"):
        await mirrored(configure(rpc_urls=(liar.url,)))


async def test_a_mirror_of_another_chain_is_refused(
    static_town: ForkingTown, configure: Callable[..., IndexerConfig]
) -> None:
    config = configure(rpc_urls=(static_town.url,))
    await mirrored(config)
    deployment = replace(static_town.deployment, genesis_hash="0x" + "33" * 32)
    with pytest.raises(VerificationError, match=r"genesis hash of the mirror"):
        await mirrored(configure(rpc_urls=(static_town.url,), deployment=deployment))


async def test_a_node_that_is_not_there_is_named_without_its_password(
    configure: Callable[..., IndexerConfig],
) -> None:
    config = configure(rpc_urls=("http://reader:secret@127.0.0.1:9",))
    with pytest.raises(NodeUnreachableError, match=r"node at 127\.0\.0\.1:9 does not answer") as error:
        await mirrored(config)
    assert "secret" not in str(error.value)


async def test_a_truncated_answer_changes_nothing_and_is_asked_again(
    static_town: ForkingTown, liar: LyingRpc, configure: Callable[..., IndexerConfig]
) -> None:
    syncer = await Syncer.open(config := configure(rpc_urls=(liar.url,)))
    liar.cut_bytes = 20
    with pytest.raises(NodeUnreachableError, match=r"not JSON"):
        await syncer.catch_up()
    liar.cut_bytes = 0
    assert await syncer.catch_up() == await static_town.height()
    await syncer.close()
    assert not (await status(config)).halted


async def test_a_missing_transfer_is_noticed_by_its_number(
    static_town: ForkingTown, configure: Callable[..., IndexerConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If an event were lost behind the proofs, by a fault of our own, the ledger's numbers would tell."""
    from indexer import fetch

    def forgetful(self: fetch.Fetcher, first: int, last: int) -> Any:
        batch = honest(self, first, last)
        batch.events.get("transferred", [None]).pop(0)
        return batch

    honest = fetch.Fetcher.fetch
    monkeypatch.setattr(fetch.Fetcher, "fetch", forgetful)
    with pytest.raises(VerificationError, match=r"sequence of transfers: expected 1, got 2"):
        await mirrored(configure(rpc_urls=(static_town.url,)))
