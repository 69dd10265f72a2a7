"""What the API makes of a node's answers: a rule, a refusal, or a chain that is not there."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils import keccak

from ledger_api.chain import ChainClient
from ledger_api.errors import ChainRefusedError, ChainUnreachableError, RuleRefusedError
from tests.kit.nodes import answering

NOBODY = "0x" + "00" * 20


@pytest.mark.parametrize("block", [None, {}, {"number": "0x1", "timestamp": None}])
async def test_a_node_without_a_head_counts_as_unreachable(block: Any) -> None:
    async with answering(result=block) as url:
        chain = ChainClient([url])
        with pytest.raises(ChainUnreachableError, match="eth_getBlockByNumber"):
            await chain.next_block_time(1)
        await chain.close()


@pytest.mark.parametrize("result", [None, "0x", {}])
async def test_a_node_that_counts_with_nothing_counts_as_unreachable(result: Any) -> None:
    async with answering(result=result) as url:
        chain = ChainClient([url])
        with pytest.raises(ChainUnreachableError, match="eth_getTransactionCount"):
            await chain.nonce(NOBODY)
        with pytest.raises(ChainUnreachableError, match="eth_estimateGas"):
            await chain.estimate_gas(NOBODY, NOBODY, b"", at_time=1)
        await chain.close()


async def test_what_one_of_several_nodes_says_of_a_role_counts_only_if_most_say_so() -> None:
    away = "http://127.0.0.1:9"
    async with (
        answering(result="0x01") as liar,
        answering(result="0x00") as one,
        answering(result="0x00") as other,
    ):
        for urls in ([liar, one, other], [one, liar, other], [one, other, away]):
            chain = ChainClient(urls)
            assert await chain.agreed_call(NOBODY, b"") == b"\x00"
            await chain.close()
        for urls in ([away, liar, one], [liar, one], [away, liar], [liar, liar, one]):
            chain = ChainClient(urls)
            with pytest.raises(ChainUnreachableError, match="expected the same answer to eth_call of 2 of"):
                await chain.agreed_call(NOBODY, b"")
            await chain.close()


@pytest.mark.parametrize("result", [None, {"a": 1}, ["0x01"], 7, "0xzz"])
async def test_an_answer_that_is_no_bytes_gives_nobody_an_office(result: Any) -> None:
    async with answering(result=result) as url:
        chain = ChainClient([url])
        with pytest.raises(ChainUnreachableError):
            await chain.agreed_call(NOBODY, b"")
        await chain.close()


async def test_a_revert_is_the_rule_that_it_names() -> None:
    data = keccak(text="CampaignsTermsInvalid(uint32)")[:4] + (7).to_bytes(32, "big")
    refusal = {"code": 3, "message": "execution reverted", "data": f"0x{data.hex()}"}
    async with answering(error=refusal) as url:
        chain = ChainClient([url])
        with pytest.raises(RuleRefusedError, match="CampaignsTermsInvalid: campaign 7"):
            await chain.estimate_gas(NOBODY, NOBODY, b"", at_time=1)
        await chain.close()


async def test_a_transaction_that_would_go_through_failed_for_an_unknown_reason() -> None:
    async with answering(result="0x") as url:
        chain = ChainClient([url])
        assert await chain.why(NOBODY, NOBODY, b"", 7) is None
        await chain.close()


@pytest.mark.parametrize("data", [None, "0x", "0xdeadbeef", "0xzzzzzzzz", {"a": 1}])
async def test_a_refusal_that_is_no_rule_keeps_the_node_s_words(data: Any) -> None:
    async with answering(error={"code": -32000, "message": "nonce too low", "data": data}) as url:
        chain = ChainClient([url])
        with pytest.raises(ChainRefusedError, match="eth_sendRawTransaction to work, got: nonce too low"):
            await chain.send(b"")
        assert await chain.why(NOBODY, NOBODY, b"", 7) is None
        await chain.close()
