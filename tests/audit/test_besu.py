"""The recorded Besu chain is accepted whole, and each tampered copy is refused by the check that it offends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rlp
from coincurve import PrivateKey
from eth_utils import keccak

from audit.chain.decoded_block import decode_block
from audit.chain.qbft import ValidatorSet
from audit.decode.envelope import CURVE_ORDER
from audit.decode.mpt import prove
from audit.evidence.bundle import Bundle
from audit.evidence.pinned import Pin
from audit.on_trust import taken_on_trust
from audit.report.subject import Head
from audit.verify import verify_with
from tests.audit.bundles import BLOCKS, altered, besu_bundle, besu_facts, besu_trust, findings, resealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from audit.evidence.block_files import RawBlock

# Block 8 has four transactions of types 0, 1, 2 and 0; the last blocks before 40 have three of four seals.
WITH_TRANSACTIONS = 8


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return besu_bundle(tmp_path_factory.mktemp("besu") / "bundle")


def unhexed(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def with_extra(change: Callable[[list[Any]], None]) -> Callable[[list[Any]], None]:
    """Changes the items of `extraData` of block 100, whose hash is blind to round and seals."""

    def apply(lines: list[Any]) -> None:
        header = rlp.decode(unhexed(lines[100]["header"]))
        extra = rlp.decode(header[12])
        change(extra)
        header[12] = rlp.encode(extra)
        lines[100]["header"] = "0x" + rlp.encode(header).hex()

    return apply


def two_of_four(extra: list[Any]) -> None:
    extra[4] = extra[4][:2]


def doubled(extra: list[Any]) -> None:
    extra[4].append(extra[4][0])


def mirrored_twin(extra: list[Any]) -> None:
    seal = extra[4][0]
    high = CURVE_ORDER - int.from_bytes(seal[32:64], "big")
    extra[4].append(seal[:32] + high.to_bytes(32, "big") + bytes([seal[64] ^ 1]))


def foreign(extra: list[Any]) -> None:
    extra[4].append(PrivateKey(b"\7" * 32).sign_recoverable(b"\1" * 32, hasher=None))


def other_round(extra: list[Any]) -> None:
    extra[3] = b"\5"


def old_recovery_id(extra: list[Any]) -> None:
    extra[4][0] = extra[4][0][:64] + bytes([27 + extra[4][0][64]])


def short_seal(extra: list[Any]) -> None:
    extra[4][0] = extra[4][0][:64]


def no_block_50(lines: list[Any]) -> None:
    del lines[50]


def two_blocks_swapped(lines: list[Any]) -> None:
    lines[50], lines[51] = lines[51], lines[50]


def no_last_block(lines: list[Any]) -> None:
    del lines[-1]


def forged_state(lines: list[Any]) -> None:
    header = rlp.decode(unhexed(lines[70]["header"]))
    header[3] = b"\1" * 32
    lines[70]["header"] = "0x" + rlp.encode(header).hex()


def altered_calldata(lines: list[Any]) -> None:
    raw = lines[WITH_TRANSACTIONS]["transactions"][2]
    fields = rlp.decode(bytes.fromhex(raw[4:]))
    fields[7] = fields[7][:-1] + bytes([fields[7][-1] ^ 1])
    lines[WITH_TRANSACTIONS]["transactions"][2] = "0x02" + rlp.encode(fields).hex()


def altered_amount(lines: list[Any]) -> None:
    receipts = lines[WITH_TRANSACTIONS]["receipts"]
    index, fields = next((i, f) for i, f in enumerate(map(receipt, receipts)) if f[3])
    data = fields[3][0][2]
    fields[3][0][2] = data[:31] + bytes([data[31] ^ 1]) + data[32:]
    receipts[index] = (
        receipts[index][: 4 if unhexed(receipts[index])[0] < 0xC0 else 2] + rlp.encode(fields).hex()
    )


def dropped_log(lines: list[Any]) -> None:
    receipts = lines[WITH_TRANSACTIONS]["receipts"]
    index, fields = next((i, f) for i, f in enumerate(map(receipt, receipts)) if f[3])
    del fields[3][0]
    receipts[index] = (
        receipts[index][: 4 if unhexed(receipts[index])[0] < 0xC0 else 2] + rlp.encode(fields).hex()
    )


def dropped_receipt(lines: list[Any]) -> None:
    del lines[WITH_TRANSACTIONS]["receipts"][1]


def receipt(value: str) -> list[Any]:
    raw = unhexed(value)
    return list(rlp.decode(raw if raw[0] >= 0xC0 else raw[1:]))


def test_the_recorded_chain_is_accepted_whole(bundle: Path) -> None:
    report = verify_with(bundle, besu_trust(), unanchored=True)
    assert report.exit_status == 0, findings(report)
    assert report.result("C03").counted == 134 * 4
    assert report.result("C02").counted == 134 * 2 + 3


def test_hashes_and_validators_are_those_that_besu_told(bundle: Path) -> None:
    facts, trust = besu_facts(), besu_trust()
    held = ValidatorSet(members=set(trust.validators or ()), epoch_blocks=60)
    for number, raw in enumerate(raw_blocks(bundle)):
        block = decode_block(number, raw, sealed=True)
        assert "0x" + block.block.hash.hex() == facts["hashes"][number]
        assert sorted("0x" + m.hex() for m in held.members) == sorted(facts["validators"][number])
        assert block.extra
        if number:
            held.apply(number, block.header.coinbase, block.extra.vote)


def test_the_proof_that_besu_gave_leads_from_its_state_to_the_slot(bundle: Path) -> None:
    proof = besu_facts()["proof"]
    root = decode_block(134, list(raw_blocks(bundle))[134], sealed=True).header.state_root
    account = prove(root, keccak(unhexed(proof["address"])), [unhexed(n) for n in proof["accountProof"]])
    assert account is not None
    nonce, _, storage_root, code_hash = rlp.decode(account)
    assert (nonce, code_hash) == (b"\1", unhexed(proof["codeHash"]))
    slot = proof["storageProof"][0]
    word = prove(storage_root, keccak((2).to_bytes(32, "big")), [unhexed(n) for n in slot["proof"]])
    assert word is not None
    assert rlp.decode(word) == unhexed(slot["value"])


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (with_extra(two_of_four), "C03"),
        (with_extra(doubled), "C03"),
        (with_extra(mirrored_twin), "C03"),
        (with_extra(foreign), "C03"),
        (with_extra(other_round), "C03"),
        (with_extra(old_recovery_id), "C03"),
        (with_extra(short_seal), "C03"),
        (no_last_block, "C02"),
        (altered_calldata, "C07"),
        (altered_amount, "C08"),
        (dropped_log, "C08"),
        (dropped_receipt, "C08"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_tampered_copy_is_refused_by_one_check(
    bundle: Path, tmp_path: Path, change: Callable[[list[Any]], None], check: str
) -> None:
    report = verify_with(altered(bundle, tmp_path / "copy", BLOCKS, change), besu_trust())
    assert report.failed() == (check,), findings(report)
    assert report.exit_status == 1


@pytest.mark.parametrize("change", [no_block_50, two_blocks_swapped, forged_state])
def test_a_broken_chain_of_headers_is_refused(
    bundle: Path, tmp_path: Path, change: Callable[[list[Any]], None]
) -> None:
    report = verify_with(altered(bundle, tmp_path / "copy", BLOCKS, change), besu_trust())
    assert "C02" in report.failed(), findings(report)


def test_another_genesis_chain_or_allocation_is_not_our_chain(bundle: Path, tmp_path: Path) -> None:
    assert verify_with(bundle, besu_trust(genesis_hash=bytes(32))).failed() == ("C01",)
    assert verify_with(bundle, besu_trust(chain_id=1)).failed() == ("C01", "C07")

    def richer(lines: list[Any]) -> None:
        lines[0]["alloc"]["f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"]["balance"] = "1"

    copy = altered(bundle, tmp_path / "copy", "chain/genesis.json", richer)
    assert verify_with(copy, besu_trust()).failed() == ("C01",)


def test_a_report_says_what_it_takes_on_trust(bundle: Path, tmp_path: Path) -> None:
    """Row "genesis, code": where the genesis hash comes from, whether a genesis file was compared, and whose clock it is."""

    def trust_lines(folder: Path, **changes: Any) -> str:
        report = verify_with(folder, besu_trust(**changes))
        assert report.to_json()["on_trust"] == list(report.on_trust)
        return "\n".join(line for line in report.lines() if line.startswith("凭信任 on trust: "))

    shown = trust_lines(bundle)
    assert f"block 0 was hashed anew: 0x{besu_trust().genesis_hash.hex()}" in shown
    assert "there is no genesis file" not in shown
    assert "those of the 4 validators whom the trust file names" in shown
    assert "the chain alone was verified, and no account" in shown
    head = Head(number=1, hash=bytes(32), time=1_000_000)
    for now, is_said in ((1_000_000 + 86_399, False), (1_000_000 + 86_400, True)):
        lines = taken_on_trust(besu_trust(), Bundle(bundle), head, now)
        assert any("the bundle ends 1 days ago" in line for line in lines) is is_said, "a stale head is said"
    assert "block 5" in trust_lines(bundle, pin=Pin(number=5, hash=bytes(32), time=1, bundle=bytes(32)))
    assert "made by the operator alone" in trust_lines(bundle, validators=None, epoch_blocks=0)
    lacking = Path(shutil.copytree(bundle, tmp_path / "lacking"))
    (lacking / "chain/genesis.json").unlink()
    assert "there is no genesis file" in trust_lines(resealed(lacking))


def test_a_chain_that_leaves_the_pinned_block_is_refused(bundle: Path) -> None:
    pin = Pin(number=60, hash=unhexed(besu_facts()["hashes"][60]), time=1, bundle=bytes(32))
    assert verify_with(bundle, besu_trust(pin=pin)).exit_status == 0
    for other in (replace(pin, hash=bytes(32)), replace(pin, number=999)):
        report = verify_with(bundle, besu_trust(pin=other), unanchored=True)
        assert (report.failed(), report.exit_status) == (("C06",), 1)


def test_an_epoch_that_would_have_cleared_a_vote_does_not_explain_the_validators(bundle: Path) -> None:
    report = verify_with(bundle, besu_trust(epoch_blocks=68))
    assert {"C01", "C04"} <= set(report.failed()), findings(report)


def raw_blocks(bundle: Path) -> list[RawBlock]:
    from audit.evidence.block_files import read_blocks
    from audit.evidence.bundle import Bundle

    return list(read_blocks(Bundle(bundle)))
