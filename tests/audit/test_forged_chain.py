"""A chain that nobody seals, written by its operator: it contradicts itself nowhere, and passes all the same only if it is true."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import rlp

from audit.evidence.bundle import MANIFEST, files_of
from audit.verify import verify_with
from tests.audit.bundles import findings
from tests.audit.fuzzing.chain import Chain
from tests.audit.fuzzing.files import Mutant

if TYPE_CHECKING:
    from pathlib import Path

    from tests.audit.audited import Audited


def test_what_a_reverted_transaction_says_it_did_is_found(audited: Audited, tmp_path: Path) -> None:
    """No signature of a reverted call is judged: with its logs taken for true anybody could give, vote and pay."""
    files = {path: file.read_bytes() for path, file in files_of(audited.bundle)}
    files[MANIFEST] = (audited.bundle / MANIFEST).read_bytes()
    mutant = Mutant(chance=random.Random(1), files=files)
    chain = Chain(mutant, sealed=False)
    number = max(n for n, block in enumerate(chain.blocks) if block["receipts"])
    raw = chain.blocks[number]["receipts"][0]
    kind, body = (b"", raw) if raw[0] >= 0xC0 else (raw[:1], raw[1:])
    status, *rest = rlp.decode(body)
    assert (status, len(rest[-1]) > 0) == (b"\x01", True)
    chain.blocks[number]["receipts"][0] = kind + rlp.encode([b"", *rest])
    chain.fit(number)
    chain.write(number)
    for path, content in mutant.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    report = verify_with(tmp_path, audited.trust, unanchored=True)
    assert report.failed() == ("C08",), findings(report)
    assert "it was reverted, and has logs" in report.result("C08").findings[0].what
