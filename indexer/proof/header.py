"""The hash of a block, recomputed from its JSON.

Fields and order are those of the Yellow Paper, section 4.3, with London, Shanghai, Cancun and Prague at the end, each
only if present. The hash of a QBFT block leaves out the commit seals and takes its round as 0; so it is the same
whatever round sealed it (Besu, `BftBlockHashing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.proof.rlp import (
    decode,
    encode,
    encode_bytes,
    encode_data,
    encode_int,
    encode_list,
    encode_quantity,
    keccak,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

QBFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"

FIELDS: tuple[tuple[str, Callable[[str], bytes]], ...] = (
    ("parentHash", encode_data), ("sha3Uncles", encode_data), ("miner", encode_data), ("stateRoot", encode_data),
    ("transactionsRoot", encode_data), ("receiptsRoot", encode_data), ("logsBloom", encode_data),
    ("difficulty", encode_quantity), ("number", encode_quantity), ("gasLimit", encode_quantity),
    ("gasUsed", encode_quantity), ("timestamp", encode_quantity), ("extraData", encode_data),
    ("mixHash", encode_data), ("nonce", encode_data),
)  # fmt: skip
LATER_FIELDS: tuple[tuple[str, Callable[[str], bytes]], ...] = (
    ("baseFeePerGas", encode_quantity), ("withdrawalsRoot", encode_data), ("blobGasUsed", encode_quantity),
    ("excessBlobGas", encode_quantity), ("parentBeaconBlockRoot", encode_data), ("requestsHash", encode_data),
)  # fmt: skip


def block_hash(block: Json) -> bytes:
    """Hash of a block, 32 bytes.

    Args:
        block: The answer of `eth_getBlockByNumber`.
    """
    if is_qbft(block) and int(block["number"], 16) > 0:
        return header_hash(block, extra_data=unsealed(block["extraData"], round_number=0))
    return header_hash(block, extra_data=bytes.fromhex(block["extraData"][2:]))


def header_hash(block: Json, *, extra_data: bytes) -> bytes:
    """keccak256 of the encoded header, 32 bytes.

    Args:
        block: The answer of `eth_getBlockByNumber`.
        extra_data: What to put for its extra data.
    """
    items = [
        encode_bytes(extra_data) if name == "extraData" else encoder(block[name]) for name, encoder in FIELDS
    ]
    items += [encoder(block[name]) for name, encoder in LATER_FIELDS if block.get(name) is not None]
    return keccak(encode_list(b"".join(items)))


def is_qbft(block: Json) -> bool:
    """Whether the block says that it is one of a QBFT network."""
    return bool(block["mixHash"] == QBFT_MIX_HASH)


def unsealed(extra_data: str, *, round_number: int) -> bytes:
    """QBFT extra data without commit seals.

    Args:
        extra_data: Of the block: a list of vanity, validators, vote, round and seals.
        round_number: What to put for the round, from 0.
    """
    vanity, validators, vote, _, _ = decode(bytes.fromhex(extra_data[2:]))
    return encode_list(
        encode(vanity) + encode(validators) + encode(vote) + encode_int(round_number) + encode([])
    )
