"""The genesis file of a node, where the bundle has it: its accounts make the first state root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rlp

from audit.decode.keccak import keccak
from audit.decode.mpt import EMPTY_ROOT, root
from audit.errors import BundleError

if TYPE_CHECKING:
    from audit.chain.decoded_block import DecodedBlock
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Tally

PATH = "chain/genesis.json"

# Fields of the file that stand in the header, with their place there.
IN_HEADER = {
    "coinbase": 2,
    "difficulty": 7,
    "gasLimit": 9,
    "timestamp": 11,
    "extraData": 12,
    "mixHash": 13,
    "nonce": 14,
}


def check_genesis(tally: Tally, bundle: Bundle, block: DecodedBlock, trust: Trust) -> None:
    """Compares the genesis file with block 0 and the trust file; without one there is nothing to compare.

    Raises:
        BundleError: It cannot be read.
    """
    if not bundle.has(PATH):
        return
    genesis = bundle.json(PATH)
    try:
        chain_id, epoch = (
            genesis["config"]["chainId"],
            genesis["config"].get("qbft", {}).get("epochlength", 0),
        )
        alloc = {_unhexed(a): _account(fields) for a, fields in genesis["alloc"].items()}
        header = {name: int(genesis[name], 0) for name in IN_HEADER if name in genesis}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{PATH}: expected a genesis file: {error!r}") from None
    tally.expect_equal(PATH, "链编号 chain id", expected=trust.chain_id, got=chain_id)
    tally.expect_equal(PATH, "纪元长度 epoch length", expected=trust.epoch_blocks, got=epoch)
    for name, number in header.items():
        got = int.from_bytes(block.header.fields[IN_HEADER[name]], "big")
        tally.expect_equal(PATH, name, expected=hex(number), got=hex(got))
    state = root({keccak(address): account for address, account in alloc.items()})
    tally.expect_equal(
        PATH, "账户的状态根 state root of its accounts", expected=block.header.state_root, got=state
    )


def _account(fields: dict[str, Any]) -> bytes:
    storage = {
        keccak(_unhexed(slot).rjust(32, b"\0")): rlp.encode(value)
        for slot, word in fields.get("storage", {}).items()
        if (value := _unhexed(word).lstrip(b"\0"))
    }
    storage_root = root(storage) if storage else EMPTY_ROOT
    code_hash = keccak(_unhexed(fields.get("code", "")))
    return bytes(
        rlp.encode([_number(fields.get("nonce", 0)), _number(fields["balance"]), storage_root, code_hash])
    )


def _number(value: str | int) -> int:
    number = value if type(value) is int else int(str(value), 0)
    if number < 0:
        raise ValueError(f"expected a number of 0 or more, got {number}")
    return number


def _unhexed(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))
