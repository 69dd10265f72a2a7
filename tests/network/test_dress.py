"""The network of these tests answers as the recorded Besu network did, and refuses what Besu refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from audit.chain.qbft import ValidatorSet, decode_extra_data, quorum, signers
from audit.collect.rebuild import header_rlp
from audit.decode.header import decode_header
from kit.errors import NodeRefusedError
from kit.rpc.async_client import AsyncRpcClient
from tests.audit.sealing import address
from tests.conftest import signer
from tests.indexer.test_qbft import rpc_recording
from tests.network.dress import CHAIN_ID, GAS_LIMIT, PROVABLE_BLOCKS, Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Of forks after the recorded network's, which had London's rules.
LATER = {
    "withdrawals",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
}
# Of Besu alone.
BESU_ONLY = {"totalDifficulty"}
SEATS = 4


@pytest.fixture
async def quiet() -> AsyncIterator[Network]:
    """A network that makes blocks when it is told to."""
    async with Network.started(epoch_blocks=20, block_seconds=3600) as started:
        yield started


def transaction(nonce: int, gas: int = 21_000) -> str:
    fields = {
        "chainId": CHAIN_ID, "nonce": nonce, "gas": gas, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "value": 0,
        "data": b"", "to": signer("nobody").address,
    }  # fmt: skip
    return "0x" + signer("sender").sign_transaction(fields).hex()


async def test_blocks_and_receipts_have_the_fields_that_besu_gave_them(
    quiet: Network, client_of_quiet: AsyncRpcClient
) -> None:
    await client_of_quiet.call("eth_sendRawTransaction", transaction(0))
    await quiet.make()
    block = await client_of_quiet.call("eth_getBlockByNumber", "0x1", True)
    recorded = next(b for b in rpc_recording("blocks") if b["transactions"])
    assert set(recorded) - set(block) <= BESU_ONLY
    assert set(block) - set(recorded) <= LATER
    for name in ("difficulty", "mixHash", "nonce", "sha3Uncles"):
        assert block[name] == recorded[name]
    receipts = await client_of_quiet.call("eth_getBlockReceipts", block["hash"])
    given = next(r for r in rpc_recording("receipts") if r)
    assert set(receipts[0]) >= set(given[0]) - {"revertReason"}


@pytest.fixture
async def client_of_quiet(quiet: Network) -> AsyncIterator[AsyncRpcClient]:
    """A connection to that network."""
    client = AsyncRpcClient([quiet.url], 20)
    yield client
    await client.close()


async def test_validators_are_voted_in_and_out_and_each_block_has_its_quorum_in_any_round(
    quiet: Network, client_of_quiet: AsyncRpcClient
) -> None:
    newcomer = address(SEATS)
    quiet.sealer.vote = (SEATS, True)
    await quiet.make(4)
    assert newcomer in quiet.sealer.members
    quiet.sealer.round, quiet.sealer.vote = 2, (SEATS, False)
    await quiet.make(6)
    assert newcomer not in quiet.sealer.members
    members = ValidatorSet(members={address(n) for n in range(SEATS)}, epoch_blocks=20)
    parent = quiet.sealer.blocks[0].hash
    for number in range(1, quiet.height + 1):
        block = await client_of_quiet.call("eth_getBlockByNumber", hex(number), False)
        header = decode_header(header_rlp(block))
        extra = decode_extra_data(header.extra_data)
        assert extra.validators == tuple(sorted(members.members))
        assert len(set(signers(header, extra)) & members.members) >= quorum(len(members.members))
        assert block["parentHash"] == parent
        members.apply(number, header.coinbase, extra.vote)
        parent = block["hash"]
    assert members.members == set(quiet.sealer.members)


async def test_a_block_is_found_by_its_sealed_hash_and_no_answer_holds_the_other_one(
    quiet: Network, client_of_quiet: AsyncRpcClient
) -> None:
    await client_of_quiet.call("eth_sendRawTransaction", transaction(0))
    await quiet.make(2)
    sealed = quiet.sealer.blocks[1]
    block = await client_of_quiet.call("eth_getBlockByHash", sealed.hash, True)
    questions: list[tuple[str, list[Any]]] = [
        ("eth_getBlockByNumber", ["0x1", True]),
        ("eth_getBlockByNumber", ["0x2", False]),
        ("eth_getBlockReceipts", [sealed.hash]),
        ("eth_getTransactionReceipt", [block["transactions"][0]["hash"]]),
        ("eth_getTransactionByHash", [block["transactions"][0]["hash"]]),
        ("eth_getLogs", [{"blockHash": sealed.hash}]),
    ]
    batch = await _batch(client_of_quiet, questions)
    assert all(entry["result"] is not None for entry in batch)
    assert sealed.bare_hash not in str(batch)
    assert sealed.hash in str(batch[0])
    assert sealed.hash in str(batch[1])
    at = {"blockHash": sealed.hash}
    assert int(await client_of_quiet.call("eth_getTransactionCount", signer("sender").address, at), 16) == 1
    assert await client_of_quiet.call("eth_getBlockByHash", sealed.bare_hash, True) is None


async def test_what_besu_refuses_or_does_not_know_is_refused_in_its_words(
    quiet: Network, client_of_quiet: AsyncRpcClient
) -> None:
    await client_of_quiet.call("eth_sendRawTransaction", transaction(0))
    await quiet.make(PROVABLE_BLOCKS + 2)
    refused: list[tuple[str, list[Any], str]] = [
        ("evm_mine", [], "Method not enabled"),
        ("anvil_setCode", [], "Method not enabled"),
        ("debug_traceTransaction", [], "Method not enabled"),
        ("eth_sendRawTransaction", [transaction(0)], "Nonce too low"),
        ("eth_sendRawTransaction", [transaction(202)], "too distant"),
        ("eth_sendRawTransaction", [transaction(1, GAS_LIMIT + 1)], "exceeds block gas limit"),
        ("eth_getProof", [signer("sender").address, [], "0x1"], "World state unavailable"),
    ]
    for method, params, words in refused:
        with pytest.raises(NodeRefusedError, match=words):
            await client_of_quiet.call(method, *params)
    await client_of_quiet.call("eth_getProof", signer("sender").address, [], "latest")
    await client_of_quiet.call("eth_sendRawTransaction", transaction(1))
    with pytest.raises(NodeRefusedError, match="Known transaction"):
        await client_of_quiet.call("eth_sendRawTransaction", transaction(1))


async def test_the_head_is_null_for_a_moment_as_besu_answered_once_in_a_while(
    network: Network, client: AsyncRpcClient
) -> None:
    network.behaviour.null_heads = 1
    assert await client.call("eth_getBlockByNumber", "latest", False) is None
    assert await client.call("eth_getBlockByNumber", "latest", False)


async def _batch(client: AsyncRpcClient, questions: list[tuple[str, list[Any]]]) -> Any:
    body = [
        {"jsonrpc": "2.0", "id": i, "method": method, "params": params}
        for i, (method, params) in enumerate(questions)
    ]
    return orjson.loads(await client.forward(orjson.dumps(body)))
