"""One thing changed in the evidence of a town turns exactly the check red that guards it; the manifest is made anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audit.checks.block_pass import examine_chain
from audit.checks.check import BREAKDOWN
from audit.decode.abi import artifact
from audit.errors import BundleError
from audit.evidence.bundle import Bundle
from audit.evidence.canonical import encode
from audit.evidence.pinned import TrustedContract
from audit.pin import pin
from audit.rules.ledger_fold import fold
from audit.verify import verify, verify_with
from tests.audit.bundles import BLOCKS, altered, findings, resealed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.audited import Audited

pytestmark = pytest.mark.usefixtures("memory")
PROOFS, CODE, ACCOUNTS = "chain/proofs.jsonl", "chain/code.jsonl", "api/accounts.jsonl"

Change = Callable[[list[Any]], list[Any] | None]


def one_fen_more(lines: list[Any]) -> None:
    lines[-1]["balance"] += 1


def two_that_cancel(lines: list[Any]) -> None:
    lines[0]["balance"] += 5
    lines[1]["balance"] -= 5


def last_left_out(lines: list[Any]) -> None:
    lines.pop()


def first_left_out(lines: list[Any]) -> None:
    lines.pop(0)


def first_twice(lines: list[Any]) -> None:
    lines.insert(0, dict(lines[0]))


def nothing(_: list[Any]) -> list[Any]:
    return []


def two_swapped(lines: list[Any]) -> None:
    lines[0], lines[1] = lines[1], lines[0]


def other_unit(lines: list[Any]) -> None:
    lines[0]["unit"] = "POINT" if lines[0]["unit"] != "POINT" else "CNY"


def block_of_the_future(lines: list[Any]) -> None:
    lines[0]["block_number"] += 10**6


def other_block_hash(lines: list[Any]) -> None:
    lines[0]["block_hash"] = "0x" + "00" * 32


def invented_account(lines: list[Any]) -> None:
    lines.append(lines[0] | {"account": "0x" + "ee" * 32, "balance": 0})


def one_second_later(lines: list[Any]) -> None:
    lines[5]["time"] += 1


def other_target(lines: list[Any]) -> None:
    lines[-1]["target"] = "0x" + "00" * 20


def amount_edited(lines: list[Any]) -> None:
    lines[2]["amount"] += 1


def one_for_true(lines: list[Any]) -> None:
    next(line for line in lines if line["world"])["world"] = 1


def hours_of_before_edited(lines: list[Any]) -> None:
    next(line for line in lines if line["to_block"])["issued_minutes"] += 60


def one_fen_more_requested(lines: list[Any]) -> None:
    lines[0]["amount_fen"] += 1


def ahead_of_the_chain(lines: list[Any]) -> None:
    lines[0]["number"] += 1


def late_beginning(lines: list[Any]) -> list[Any]:
    return lines[30:]


def fewer_nodes(lines: list[Any]) -> None:
    next(line for line in lines if line["contract"] == "Ledger")["slots"][0]["proof"].pop()


def proof_of_another_slot(lines: list[Any]) -> None:
    slots = next(line for line in lines if line["contract"] == "Ledger")["slots"]
    slots[0]["proof"], slots[-1]["proof"] = slots[-1]["proof"], slots[0]["proof"]


def slot_left_out(lines: list[Any]) -> None:
    next(line for line in lines if line["contract"] == "Ledger")["slots"].pop()


def contract_left_out(lines: list[Any]) -> None:
    lines.pop()


def one_byte_of_code(lines: list[Any]) -> None:
    code = lines[0]["code"]
    lines[0]["code"] = code[:-1] + ("0" if code[-1] != "0" else "1")


def one_byte_of_an_immutable(lines: list[Any]) -> None:
    line = next(line for line in lines if line["contract"] == "Funds")
    start, _ = artifact("Funds")["runtime"]["immutables"][0]
    code = bytearray.fromhex(line["code"][2:])
    code[start + 31] ^= 1
    line["code"] = "0x" + code.hex()


@pytest.mark.parametrize(
    ("path", "change", "check"),
    [
        ("mirror/balances.jsonl", one_fen_more, "C17.2"),
        ("mirror/balances.jsonl", two_that_cancel, "C17.2"),
        ("mirror/balances.jsonl", last_left_out, "C17.2"),
        ("mirror/balances.jsonl", first_twice, "C17.2"),
        ("mirror/balances.jsonl", two_swapped, "C17.2"),
        ("mirror/transferred.jsonl", amount_edited, "C30"),
        ("mirror/transferred.jsonl", last_left_out, "C30"),
        ("mirror/transferred.jsonl", first_twice, "C30"),
        ("mirror/role_granted.jsonl", nothing, "C30"),
        ("mirror/blocks.jsonl", one_second_later, "C30"),
        ("mirror/blocks.jsonl", late_beginning, "C30"),
        ("mirror/transactions.jsonl", other_target, "C30"),
        ("mirror/state/requests.jsonl", one_fen_more_requested, "C39"),
        ("mirror/state/roles.jsonl", nothing, "C39"),
        ("mirror/state/accounts.jsonl", one_for_true, "C39"),
        ("mirror/account_opened.jsonl", one_for_true, "C30"),
        ("mirror/versions/town_hours.jsonl", hours_of_before_edited, "C39"),
        ("mirror/versions/town_hours.jsonl", first_left_out, "C39"),
        ("mirror/versions/town_hours.jsonl", two_swapped, "C39"),
        (ACCOUNTS, one_fen_more, "C17.3"),
        (ACCOUNTS, two_that_cancel, "C17.3"),
        (ACCOUNTS, first_left_out, "C17.3"),
        (ACCOUNTS, first_twice, "C17.3"),
        (ACCOUNTS, nothing, "C17.3"),
        (ACCOUNTS, other_unit, "C17.3"),
        (ACCOUNTS, block_of_the_future, "C17.3"),
        (ACCOUNTS, other_block_hash, "C17.3"),
        (ACCOUNTS, invented_account, "C17.3"),
        (PROOFS, fewer_nodes, "C10"),
        (PROOFS, proof_of_another_slot, "C10"),
        (PROOFS, slot_left_out, "C10"),
        (PROOFS, contract_left_out, "C10"),
        (CODE, one_byte_of_code, "C12"),
        (CODE, one_byte_of_an_immutable, "C12"),
        (CODE, contract_left_out, "C12"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_one_change_turns_one_check_red(
    audited: Audited, tmp_path: Path, path: str, change: Change, check: str
) -> None:
    """Rows "API leaves accounts out" and others of what was altered."""
    report = verify_with(altered(audited.bundle, tmp_path / "copy", path, change), audited.trust)
    assert report.failed() == (check,), findings(report)
    assert report.exit_status == 1


def test_the_true_balance_of_a_person_told_to_whoever_asks_fails_c17_3(
    audited: Audited, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (audited.bundle / "mirror/balances.jsonl").read_text().splitlines()]
    hours = next(row for row in reversed(rows) if row["account"].startswith("0x11"))

    def tell(lines: list[Any]) -> None:
        lines.append(lines[-1] | {"account": hours["account"], "balance": hours["balance"], "unit": "MINUTE"})

    report = verify_with(altered(audited.bundle, tmp_path / "copy", ACCOUNTS, tell), audited.trust)
    (found,) = [result for result in report.results if result.state == "failed"]
    assert (found.check_id, len(found.findings)) == ("C17.3", 1), findings(report)


def test_a_mirror_that_claims_a_later_block_fails_all_of_its_checks(audited: Audited, tmp_path: Path) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", "mirror/cursor.jsonl", ahead_of_the_chain)
    assert verify_with(copy, audited.trust).failed() == ("C17.2", "C30", "C39")


@pytest.mark.parametrize(
    ("path", "undecided"),
    [
        (PROOFS, {"C10", "C12", "C17.1", "C17.4"}),
        (CODE, {"C12"}),
        (ACCOUNTS, {"C17.3"}),
        ("mirror/balances.jsonl", {"C17.2"}),
        ("mirror/transferred.jsonl", {"C30"}),
        ("mirror/state/seats.jsonl", {"C39"}),
        ("mirror/versions/town_hours.jsonl", {"C39"}),
    ],
)
def test_missing_evidence_never_passes(
    audited: Audited, tmp_path: Path, path: str, undecided: set[str]
) -> None:
    copy = altered(audited.bundle, tmp_path / "copy", path, nothing)
    (copy / path).unlink()
    report = verify_with(resealed(copy), audited.trust, unanchored=True)
    found = {r.check_id for r in report.results if r.state == "undecided"} - audited.trust.waives
    assert (found, report.exit_status) == (undecided, 2), findings(report)


def test_an_altered_log_makes_all_that_rests_on_it_undecided(audited: Audited, tmp_path: Path) -> None:
    def flip(lines: list[Any]) -> None:
        # What ends in the zeros behind an id is no log at all with another digit there.
        block = next(
            line
            for line in reversed(lines)
            if line["receipts"] and len(line["receipts"][0]) > 2000 and line["receipts"][0][-32:].strip("0")
        )
        block["receipts"][0] = block["receipts"][0][:-1] + ("0" if block["receipts"][0][-1] != "0" else "1")

    report = verify_with(altered(audited.bundle, tmp_path / "copy", BLOCKS, flip), audited.trust)
    assert report.failed() == ("C08",), findings(report)
    assert {r.state for r in report.results if r.check_id > "C10"} == {"undecided"}


def test_other_pinned_code_fails_c12(audited: Audited) -> None:
    ledger = replace(audited.trust.contracts["Ledger"], code_hash=bytes(32))
    trust = replace(audited.trust, contracts=audited.trust.contracts | {"Ledger": ledger})
    assert verify_with(audited.bundle, trust).failed() == ("C12",)


def test_a_pinned_address_where_no_contract_is_fails_c10(audited: Audited) -> None:
    nowhere = TrustedContract(address=b"\1" * 20, code_hash=bytes(32))
    trust = replace(audited.trust, contracts=audited.trust.contracts | {"Members": nowhere})
    assert "C10" in verify_with(audited.bundle, trust).failed()


def test_without_the_waiver_the_missing_statement_is_undecided(audited: Audited) -> None:
    report = verify_with(audited.bundle, replace(audited.trust, waives=frozenset()), unanchored=True)
    assert report.exit_status == 2, findings(report)


def test_a_report_is_the_same_each_time_and_json(audited: Audited) -> None:
    first, second = (verify_with(audited.bundle, audited.trust, unanchored=True).to_json() for _ in range(2))
    assert encode(first) == encode(second)
    assert json.loads(encode(first))["exit_status"] == 0


def up_to(bundle: Path, target: Path, last: int) -> Path:
    """A copy of a bundle whose mirror stopped after a block; rows of events and blocks are right as far as they go."""
    shutil.copytree(bundle, target)
    for path in (target / "mirror").glob("*.jsonl"):
        name = "number" if path.stem in ("blocks", "cursor") else "block_number"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        if path.stem == "cursor":
            block = [json.loads(b) for b in (bundle / "mirror/blocks.jsonl").read_text().splitlines()]
            rows = [{"hash": b["hash"], "number": last} for b in block if b["number"] == last]
        kept = (encode(row) + b"\n" for row in rows if row[name] <= last)
        path.write_bytes(b"".join(kept))
    return resealed(target)


def test_a_mirror_that_stopped_long_before_the_head_fails(audited: Audited, tmp_path: Path) -> None:
    """Rows "SQL" and "mirror stops after block 3"."""
    first = json.loads((audited.bundle / "mirror/blocks.jsonl").read_text().splitlines()[3])
    report = verify_with(up_to(audited.bundle, tmp_path / "copy", first["number"]), audited.trust)
    assert report.failed() == ("C17.2", "C30", "C39"), findings(report)
    for check in ("C17.2", "C30"):
        [found] = report.result(check).findings
        assert f"it ends at block {first['number']}, and block " in found.what


def test_right_answers_of_months_ago_fail(audited: Audited, tmp_path: Path) -> None:
    """Rows "API" and "API answers with balances of months ago"."""
    history = examine_chain(Bundle(audited.bundle), audited.trust).history
    old = next(log.block for log in history.logs("Ledger.Transferred"))
    books = fold(history).books

    def long_ago(lines: list[Any]) -> list[Any]:
        of_then = {"block_number": old.number, "block_hash": "0x" + old.hash.hex()}
        accounts = {line["account"]: bytes.fromhex(line["account"][2:]) for line in lines}
        return [
            line | of_then | {"balance": books[accounts[line["account"]]].at(old.number)}
            for line in lines
            if books[accounts[line["account"]]].opened <= old.number
        ]

    report = verify_with(altered(audited.bundle, tmp_path / "copy", ACCOUNTS, long_ago), audited.trust)
    assert report.failed() == ("C17.3",), findings(report)
    [found] = report.result("C17.3").findings
    assert f"answers of block {old.number}, and block " in found.what


def test_figures_from_the_pinned_block_on_need_a_pinned_block(audited: Audited, tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    shutil.copy(audited.trust_file, trust)
    with pytest.raises(BundleError, match="gongji audit pin"):
        verify(audited.bundle, trust, since=True)
    assert pin(audited.bundle, trust).exit_status == 0
    report = verify(audited.bundle, trust, since=True)
    assert report.exit_status == 0, findings(report)
    assert report.pin is not None
    assert (
        f"账目 figures: 固定的区块 {report.pin.number} 之后 after the pinned block {report.pin.number}"
        in report.lines()
    )
    whole = verify(audited.bundle, trust)
    assert [r.counted for r in report.results] == [r.counted for r in whole.results], (
        "all is verified all the same"
    )


DEEP = b"[" * 200 + b"]" * 200 + b"\n"


@pytest.mark.parametrize(
    "path",
    [
        "mirror/cursor.jsonl", "mirror/balances.jsonl", "mirror/state/requests.jsonl", "mirror/versions/town_hours.jsonl",
        "mirror/blocks.jsonl", "events/leaves.jsonl", "exhibits/bindings.jsonl", ACCOUNTS, CODE, PROOFS,
    ],
)  # fmt: skip
@pytest.mark.parametrize("content", [DEEP, b"", b"{}\n{}\n", b"null\n"], ids=["deep", "none", "two", "null"])
def test_a_file_of_another_shape_is_a_finding_of_whoever_reads_it(
    audited: Audited, tmp_path: Path, path: str, content: bytes
) -> None:
    """Row "crash instead of a finding": deeply nested JSON in any file; a cursor file with no line or two."""
    copy = shutil.copytree(audited.bundle, tmp_path / "copy")
    (copy / path).write_bytes(content)
    report = verify_with(resealed(copy), audited.trust, unanchored=True)
    assert report.exit_status in (1, 2), findings(report)
    assert BREAKDOWN not in findings(report), "each of these is foreseen"
