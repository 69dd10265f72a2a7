"""A bundle is read strictly: every byte of it is one that the manifest lists and the format allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.errors import BundleError
from audit.evidence.bundle import MANIFEST, Bundle
from audit.evidence.canonical import decode
from audit.evidence.trust import Trust
from audit.verify import verify, verify_with
from tests.audit.bundles import BLOCKS, besu_bundle, besu_trust, findings, resealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return besu_bundle(tmp_path / "bundle")


def one_byte_more(bundle: Path) -> None:
    with (bundle / BLOCKS).open("ab") as file:
        file.write(b" ")


def one_file_more(bundle: Path) -> None:
    (bundle / "chain" / "more.json").write_bytes(b"{}\n")


def one_file_less(bundle: Path) -> None:
    (bundle / "chain" / "genesis.json").unlink()


def a_link(bundle: Path) -> None:
    path = bundle / "chain" / "genesis.json"
    path.rename(bundle.parent / "elsewhere")
    path.symlink_to(bundle.parent / "elsewhere")


def no_manifest(bundle: Path) -> None:
    (bundle / MANIFEST).unlink()


def cut_manifest(bundle: Path) -> None:
    (bundle / MANIFEST).write_bytes((bundle / MANIFEST).read_bytes()[:-3])


def another_version(bundle: Path) -> None:
    text = (bundle / MANIFEST).read_text()
    (bundle / MANIFEST).write_text(text.replace("gongji.bundle.v1", "gongji.bundle.v2"))


def a_path_out_of_the_folder(bundle: Path) -> None:
    text = (bundle / MANIFEST).read_text()
    (bundle / MANIFEST).write_text(text.replace("chain/genesis.json", "../bundle/chain/genesis.json"))


@pytest.mark.parametrize(
    "change",
    [
        one_byte_more, one_file_more, one_file_less, a_link, no_manifest, cut_manifest, another_version,
        a_path_out_of_the_folder,
    ],
)  # fmt: skip
def test_a_bundle_that_is_not_what_its_manifest_says_fails_c00(
    bundle: Path, change: Callable[[Path], None]
) -> None:
    change(bundle)
    report = verify_with(bundle, besu_trust())
    assert report.failed()[0] == "C00", findings(report)
    assert report.exit_status == 1


def test_a_line_that_is_not_canonical_fails_c00_even_under_a_new_manifest(bundle: Path) -> None:
    path = bundle / "chain" / "genesis.json"
    path.write_bytes(path.read_bytes().replace(b":", b": ", 1))
    resealed(bundle)
    assert "C00" in verify_with(bundle, besu_trust()).failed()


def test_a_file_that_no_check_reads_fails_c00_even_under_a_new_manifest(bundle: Path) -> None:
    (bundle / "mirror").mkdir()
    (bundle / "mirror" / "notes.jsonl").write_bytes(b'"anything"\n')
    resealed(bundle)
    assert verify_with(bundle, besu_trust()).failed() == ("C00",)


@pytest.mark.parametrize(
    "line",
    [b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"1e3", b"-0", b"[1, 2]", b'"\\u0041"', b"18446744073709551616", b"nul"],
)  # fmt: skip
def test_a_value_has_one_spelling(line: bytes) -> None:
    with pytest.raises(BundleError):
        decode(line)


def test_an_empty_bundle_is_not_passed(tmp_path: Path) -> None:
    assert verify_with(tmp_path, besu_trust()).exit_status == 1


def test_a_bundle_of_nothing_but_a_manifest_is_not_passed(tmp_path: Path) -> None:
    empty = b'{"chain_id":77077,"files":{},"format":"gongji.bundle.v1","head":{"hash":"0x%s","number":0}}\n'
    (tmp_path / MANIFEST).write_bytes(empty % (b"00" * 32))
    report = verify_with(tmp_path, besu_trust())
    assert report.exit_status == 1, findings(report)
    assert all(r.state != "passed" for r in report.results)


def test_a_trust_file_is_read_back_as_it_was_written(tmp_path: Path, bundle: Path) -> None:
    besu_trust().save(tmp_path / "trust.json")
    assert Trust.load(tmp_path / "trust.json") == besu_trust()
    assert verify(bundle, tmp_path / "trust.json", unanchored=True).exit_status == 0


@pytest.mark.parametrize(
    "name", ["not_json", "unknown_format", "unknown_key", "validators_twice", "short_hash"]
)
def test_a_trust_file_of_another_shape_is_refused(name: str, tmp_path: Path) -> None:
    text = {
        "not_json": "{",
        "unknown_format": '{"format": "gongji.trust.v2", "chain_id": 1, "genesis_hash": "", "validators": [], "contracts": {}}',
        "unknown_key": '{"format": "gongji.trust.v1", "chain_id": 1, "hash": ""}',
        "validators_twice": _trust(f'["0x{"11" * 20}", "0x{"11" * 20}"]'),
        "short_hash": _trust('"embedded"', genesis="0x11"),
    }[name]
    (tmp_path / "trust.json").write_text(text)
    with pytest.raises(BundleError):
        Trust.load(tmp_path / "trust.json")


def test_a_folder_that_is_not_there_is_no_failed_bundle(tmp_path: Path) -> None:
    besu_trust().save(tmp_path / "trust.json")
    with pytest.raises(BundleError, match="misspelt"):
        verify(tmp_path / "misspelt", tmp_path / "trust.json")


def test_an_empty_folder_is_a_failed_bundle(tmp_path: Path) -> None:
    assert verify_with(tmp_path, besu_trust()).exit_status == 1


def test_the_manifest_is_all_that_opening_reads(bundle: Path) -> None:
    (bundle / BLOCKS).unlink()
    assert Bundle(bundle).manifest.head_number == 134


def _trust(validators: str, genesis: str = "0x" + "22" * 32) -> str:
    return (
        f'{{"format": "gongji.trust.v1", "chain_id": 1, "genesis_hash": "{genesis}", "validators": {validators},'
        ' "epoch_blocks": 9, "contracts": {}}'
    )
