"""A recorded Besu QBFT chain is mirrored whole; each tampered copy is refused where it was tampered with."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rlp
from coincurve import PrivateKey
from eth_utils import keccak
from sqlalchemy import select

from contracts.deployment import DeployedContract, Deployment
from contracts.events import EVENTS
from indexer.config import IndexerConfig
from indexer.errors import VerificationError
from indexer.proof.header import block_hash, header_hash, unsealed
from indexer.proof.seals import Seal, read_seal
from indexer.schema import MIRROR
from indexer.tables import validators
from indexer.validators import ValidatorSet
from kit.database import open_engine
from tests.indexer.conftest import mirrored
from tests.lying_rpc import recorded_chain

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
ASSETS = Path(__file__).parents[1] / "assets"
CHAIN_ID, EPOCH_BLOCKS = 77077, 60


def rpc_recording(name: str) -> Json:
    """What the node of the recorded chain told."""
    return json.loads(gzip.decompress((ASSETS / "besu-qbft-rpc" / f"{name}.json.gz").read_bytes()))


@pytest.fixture(scope="module")
def recorded() -> tuple[list[Json], list[list[Json]]]:
    """Blocks and receipts."""
    return rpc_recording("blocks"), rpc_recording("receipts")


async def mirror(blocks: list[Json], receipts: list[list[Json]], database_url: str, **changes: Any) -> int:
    """Mirrors a recorded chain; the height."""
    nowhere = DeployedContract(address="0x" + "00" * 20, block=0, code_hash="0x" + keccak(b"").hex())
    contracts = {event.CONTRACT: nowhere for event in EVENTS}
    deployment = Deployment(chain_id=CHAIN_ID, genesis_hash=blocks[0]["hash"], contracts=contracts)
    fields: dict[str, Any] = {
        "database_url": database_url,
        "deployment": deployment,
        "epoch_blocks": EPOCH_BLOCKS,
        "workers": 0,
    }
    async with recorded_chain(CHAIN_ID, blocks, receipts) as url:
        return await mirrored(IndexerConfig(rpc_urls=(url,), **fields | changes))


async def test_the_recorded_chain_is_mirrored_whole(
    recorded: tuple[list[Json], list[list[Json]]], database_url: str
) -> None:
    assert await mirror(*recorded, database_url) == len(recorded[0]) - 1
    engine = open_engine(database_url, MIRROR)
    with engine.connect() as connection:
        rows = connection.execute(select(validators).order_by(validators.c.block_number)).all()
    engine.dispose()
    sizes = {len(row.addresses) // 20 for row in rows}
    assert sizes == {4, 5}, "the recording adds a validator and drops one"
    known_validators = json.loads((ASSETS / "besu-qbft" / "facts.json").read_text())["validators"]
    for row in rows:
        expected = known_validators[row.block_number + 1]
        assert [f"0x{row.addresses[i : i + 20].hex()}" for i in range(0, len(row.addresses), 20)] == expected


async def test_seals_are_checked_on_from_where_the_last_indexer_stopped(
    recorded: tuple[list[Json], list[list[Json]]], database_url: str
) -> None:
    blocks, receipts = recorded
    for end in (30, 75, 100, len(blocks)):
        assert await mirror(blocks[:end], receipts[:end], database_url) == end - 1


async def test_another_epoch_length_than_the_network_s_is_noticed(
    recorded: tuple[list[Json], list[list[Json]]], tmp_path: Path
) -> None:
    with pytest.raises(VerificationError, match=r"validators: expected"):
        await mirror(*recorded, f"sqlite:///{tmp_path}/mirror.db", epoch_blocks=7)


def extra(block: Json, change: Callable[[list[Any]], None]) -> None:
    parts = rlp.decode(bytes.fromhex(block["extraData"][2:]))
    change(parts)
    block["extraData"] = "0x" + rlp.encode(parts).hex()


def drop_seals(parts: list[Any]) -> None:
    parts[4] = parts[4][:2]


def double_seal(parts: list[Any]) -> None:
    parts[4] = [*parts[4], parts[4][0]]


def other_round(parts: list[Any]) -> None:
    parts[3] = b"\x05"


def short_seal(parts: list[Any]) -> None:
    parts[4] = [parts[4][0][:64], *parts[4][1:]]


TAMPERED: dict[str, tuple[Callable[[list[Any]], None], str]] = {
    "two seals of four": (drop_seals, "number of commit seals: expected 3 or more, got 2"),
    "a seal twice": (double_seal, "commit seals: expected distinct validators"),
    "another round than was signed": (other_round, "commit seals: expected distinct validators"),
    "a seal without its last byte": (short_seal, "commit seal: expected 65 bytes, got 64"),
}


@pytest.mark.parametrize("name", TAMPERED)
async def test_a_block_that_is_not_sealed_as_it_must_be_is_refused(
    name: str, recorded: tuple[list[Json], list[list[Json]]], tmp_path: Path
) -> None:
    blocks, receipts = copy.deepcopy(recorded[0]), recorded[1]
    change, message = TAMPERED[name]
    extra(blocks[40], change)
    assert blocks[40]["hash"] == "0x" + block_hash(blocks[40]).hex(), "seals are no part of the hash"
    with pytest.raises(VerificationError, match=rf"block 40: .*{message}"):
        await mirror(blocks, receipts, f"sqlite:///{tmp_path}/mirror.db")


async def test_a_stranger_s_seal_is_refused_even_if_enough_others_sealed(
    recorded: tuple[list[Json], list[list[Json]]], tmp_path: Path
) -> None:
    blocks, receipts = copy.deepcopy(recorded[0]), recorded[1]
    block = blocks[40]
    digest = header_hash(block, extra_data=unsealed(block["extraData"], round_number=0))
    stranger = PrivateKey(keccak(text="stranger")).sign_recoverable(digest, hasher=None)
    extra(block, lambda parts: parts[4].append(stranger))
    with pytest.raises(VerificationError, match=r"block 40: commit seals"):
        await mirror(blocks, receipts, f"sqlite:///{tmp_path}/mirror.db")


async def test_a_block_without_seals_is_refused_on_a_chain_with_validators(
    recorded: tuple[list[Json], list[list[Json]]], tmp_path: Path
) -> None:
    """A made-up end of the chain in which each hash and link is right, but nobody sealed."""
    blocks, receipts = copy.deepcopy(recorded[0][:31]), recorded[1][:31]
    blocks[30]["mixHash"] = "0x" + "00" * 32
    blocks[30]["hash"] = "0x" + block_hash(blocks[30]).hex()
    with pytest.raises(VerificationError, match=r"blocks with seals"):
        await mirror(blocks, receipts, f"sqlite:///{tmp_path}/mirror.db")


A, B, C, D, E = (bytes([n]) * 20 for n in range(1, 6))
FOUR = ValidatorSet((A, B, C, D))


def sealed(number: int, proposer: bytes, vote: tuple[bytes, bool] | None) -> Seal:
    return Seal(number, proposer, (A, B, C, D), vote, (A, B, C))


def test_a_validator_is_added_when_more_than_half_want_it() -> None:
    now = FOUR
    for number, proposer in enumerate((A, B), 1):
        now = now.after(sealed(number, proposer, (E, True)), EPOCH_BLOCKS)
    assert now.addresses == (A, B, C, D)
    now = now.after(sealed(3, C, (E, True)), EPOCH_BLOCKS)
    assert now == ValidatorSet((A, B, C, D, E))


def test_a_vote_counts_once_and_its_opposite_takes_it_back() -> None:
    now = FOUR
    for number, (proposer, add) in enumerate(((A, True), (A, True), (B, True), (B, False), (C, True)), 1):
        now = now.after(sealed(number, proposer, (E, add)), EPOCH_BLOCKS)
    assert now.addresses == (A, B, C, D)


def test_a_dropped_validator_s_own_votes_are_dropped_too() -> None:
    now = FOUR.after(sealed(1, D, (E, True)), EPOCH_BLOCKS)
    for number, proposer in enumerate((A, B, C), 2):
        now = now.after(sealed(number, proposer, (D, False)), EPOCH_BLOCKS)
    assert now == ValidatorSet((A, B, C))


def test_votes_are_forgotten_at_the_end_of_an_epoch() -> None:
    now = FOUR.after(sealed(1, A, (E, True)), EPOCH_BLOCKS).after(sealed(2, B, (E, True)), EPOCH_BLOCKS)
    assert now.after(sealed(EPOCH_BLOCKS, C, (E, True)), EPOCH_BLOCKS) == FOUR


def test_a_proposer_who_is_no_validator_is_refused() -> None:
    with pytest.raises(VerificationError, match=r"block 1: proposer"):
        FOUR.check(sealed(1, E, None))


def test_every_recorded_seal_names_its_block_and_signers(
    recorded: tuple[list[Json], list[list[Json]]],
) -> None:
    for block in recorded[0][1:]:
        seal = read_seal(block)
        assert set(seal.signers) <= set(seal.validators)
        assert len(seal.signers) >= 3
