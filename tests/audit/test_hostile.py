"""What once brought the verifier down, or made it wait for ever: each is a finding now, and short."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import cbor2
import pytest
import rlp
from eth_utils import keccak

from audit.decode import cose
from audit.decode.envelope import decode_transaction
from audit.decode.header import decode_header
from audit.decode.mpt import prove
from audit.errors import AuditError, BundleError, DecodeError, ProofError
from audit.evidence.bundle import MANIFEST
from audit.evidence.canonical import decode, encode
from audit.evidence.trust import Trust
from audit.report.findings import MAX_FINDING_CHARS, Tally
from audit.rules.device_chain import DeviceChain
from audit.verify import verify_with
from tests.audit.bundles import BLOCKS, besu_bundle, besu_trust, findings, resealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audit.report.verdict import Report

GENESIS = "chain/genesis.json"
NESTED = 10_000


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return besu_bundle(tmp_path / "bundle")


def verdict(bundle: Path) -> Report:
    """The report, printed as it would be."""
    report = verify_with(bundle, besu_trust(), unanchored=True)
    "\n".join(report.lines()).encode()
    encode(report.to_json())
    return report


def head_far_away(bundle: Path) -> None:
    text = (bundle / MANIFEST).read_text()
    (bundle / MANIFEST).write_text(text.replace('"number":134', f'"number":{2**63 - 1}'))


def pipe_for_blocks(bundle: Path) -> None:
    (bundle / BLOCKS).unlink()
    os.mkfifo(bundle / BLOCKS)


def pipe_for_manifest(bundle: Path) -> None:
    (bundle / MANIFEST).unlink()
    os.mkfifo(bundle / MANIFEST)


def endless_link(bundle: Path) -> None:
    (bundle / BLOCKS).unlink()
    (bundle / BLOCKS).symlink_to("/dev/zero")


def long_name_in_manifest(bundle: Path) -> None:
    text = (bundle / MANIFEST).read_text()
    (bundle / MANIFEST).write_text(text.replace(GENESIS, "chain/" + "a" * 300))


def name_that_is_no_text(bundle: Path) -> None:
    (bundle / os.fsdecode(b"chain/\xff\x1b[2J")).touch()


def deep_genesis(bundle: Path) -> None:
    (bundle / GENESIS).write_bytes(b"[" * 300 + b"]" * 300 + b"\n")
    resealed(bundle)


def negative_balance_in_genesis(bundle: Path) -> None:
    genesis = json.loads((bundle / GENESIS).read_text())
    next(iter(genesis["alloc"].values()))["balance"] = -1
    (bundle / GENESIS).write_bytes(encode(genesis) + b"\n")
    resealed(bundle)


def deep_header(bundle: Path) -> None:
    lines = (bundle / BLOCKS).read_text().splitlines()
    block = json.loads(lines[3])
    block["header"] = "0x" + nested_rlp(2_000).hex()
    (bundle / BLOCKS).write_bytes(
        b"".join(encode(json.loads(x)) + b"\n" for x in [*lines[:3], json.dumps(block), *lines[4:]])
    )
    resealed(bundle)


def nested_rlp(depth: int) -> bytes:
    """Lists in lists, as no library would write them."""
    data = b"\xc0"
    for _ in range(depth):
        size = len(data).to_bytes(4, "big").lstrip(b"\0")
        data = (bytes([0xC0 + len(data)]) if len(data) < 56 else bytes([0xF7 + len(size)]) + size) + data
    return data


@pytest.mark.parametrize(
    "spoil",
    [
        head_far_away, pipe_for_blocks, pipe_for_manifest, endless_link, long_name_in_manifest, name_that_is_no_text, deep_genesis,
        negative_balance_in_genesis, deep_header,
    ],
)  # fmt: skip
def test_a_hostile_bundle_fails(bundle: Path, spoil: Callable[[Path], None]) -> None:
    spoil(bundle)
    report = verdict(bundle)
    assert report.exit_status == 1, findings(report)


def test_folders_in_folders_are_looked_through(bundle: Path) -> None:
    folder = bundle / "chain"
    for _ in range(900):
        folder /= "d"
        folder.mkdir()
    assert verdict(bundle).exit_status == 0
    while folder.name == "d":
        folder.rmdir()
        folder = folder.parent


@pytest.mark.parametrize("depth", [255, 1_000, NESTED])
def test_json_nested_deeply_is_refused(depth: int) -> None:
    with pytest.raises(BundleError):
        decode(b"[" * depth + b"]" * depth)


@pytest.mark.parametrize(
    "text", ["[" * NESTED, "[" * 900 + "]" * 900, '{"format": 1, "format": 2}', '{"waives": ["\\ud800"]}']
)
def test_a_trust_file_of_any_shape_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "trust.json").write_text(text)
    with pytest.raises(BundleError) as refused:
        Trust.load(tmp_path / "trust.json")
    str(refused.value).encode()


def test_a_waiver_names_a_check() -> None:
    document = besu_trust().to_json()
    with pytest.raises(BundleError, match="C21"):
        Trust.from_json(document | {"waives": ["all of them"]})


@pytest.mark.parametrize(
    "node",
    [
        [b"\x20", [b"x"]], [[], b""], [b""] * 16 + [[b""]], [[b""]] * 17, [b"\x00", [b"\x00", [b"\x00", b""]]], [b"\x40", b"x"], b"", [b"\x20" + bytes(32), [[]]],
    ],
)  # fmt: skip
def test_a_proof_of_odd_nodes_proves_nothing(node: object) -> None:
    encoded = rlp.encode(node)
    for key in (bytes(32), b""):
        with pytest.raises(ProofError):
            prove(keccak(encoded), key, [encoded, encoded])


def test_a_proof_whose_nodes_lead_on_without_end_proves_nothing() -> None:
    nodes = [rlp.encode([b"\x20" + bytes(32), b"x"])]
    for _ in range(5_000):
        nodes.insert(0, rlp.encode([b"\x00", keccak(nodes[0])]))
    with pytest.raises(ProofError, match="leads on"):
        prove(keccak(nodes[0]), bytes(32), nodes)


@pytest.mark.parametrize(
    "read", [decode_header, decode_transaction, lambda data: decode_transaction(b"\x02" + data)]
)
@pytest.mark.parametrize("data", [nested_rlp(5_000), nested_rlp(300), b"\xf9\xff\xff", b""])
def test_rlp_of_any_shape_is_refused(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(AuditError):
        read(data)


def test_a_transaction_whose_access_list_is_none_is_refused() -> None:
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    fields = [b"\x01", b"", b"", b"", b"", bytes(20), b"", b"", deep, b"", b"\x01", b"\x01"]
    with pytest.raises(DecodeError, match="access list"):
        decode_transaction(b"\x02" + rlp.encode(fields))


@pytest.mark.parametrize("number", [float, bool])
def test_a_number_of_another_type_is_no_key_of_an_event(number: Callable[[int], object]) -> None:
    event = {1: 1, 2: bytes(16), 3: bytes(8), 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 10: 101}
    assert cose.read_event(cbor2.dumps(event, canonical=True), 0).type == 101
    spelled = {number(1): event.pop(1)} | event
    with pytest.raises(DecodeError):
        cose.read_event(cbor2.dumps(spelled, canonical=True), 0)


def test_a_device_that_signs_one_number_ten_thousand_times_is_in_one_conflict() -> None:
    events = [
        cose.Event(
            hash=index.to_bytes(32, "big"), index=index, version=1, id=bytes(16), device=bytes(8), boot=index % 7, seq=index % 2,
            captured_ms=index, clock_class=0, clock_uncertainty_seconds=0, type=101,
        )
        for index in range(10_000)
    ]  # fmt: skip
    found = {(conflict.code, conflict.until_ms) for conflict in DeviceChain(events).conflicts}
    assert found == {("E_EQUIVOCATION", 9_998), ("E_EQUIVOCATION", 9_999), ("E_BOOT_BACK", 9_999)}


def test_a_finding_is_short_and_shows_what_a_terminal_would_obey() -> None:
    tally = Tally("C00", "", "")
    tally.fail("a\x1b[2J\udcff\u202e", "x" * 10**6)
    [found] = tally.findings
    assert found.where == "a\\x1b[2J\\udcff\\u202e"
    assert len(found.what) == MAX_FINDING_CHARS + 1
