"""C00: the bundle is whole: each file is what the manifest says, readable, and nothing is there beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audit.checks.check import breakdown
from audit.decode.abi import event_tables
from audit.evidence.bundle import digest, files_of, is_plain
from audit.report.findings import Tally

if TYPE_CHECKING:
    from audit.evidence.bundle import Bundle, FileRecord
    from audit.report.findings import Result


# A file that no check reads would be a place for anything.
KNOWN = re.compile(
    r"chain/(blocks/\d{9}\.jsonl|genesis\.json|code\.jsonl|proofs\.jsonl)|api/accounts\.jsonl"
    r"|mirror/(state|versions)/[a-z0-9_]+\.jsonl|events/leaves\.jsonl|exhibits/((statements|households)/[a-z0-9-]+\.json|(bindings|payees|rulesets)\.jsonl)"
)
MIRROR = frozenset(
    f"mirror/{t}.jsonl" for t in ("balances", "blocks", "cursor", "emitters", "transactions", *event_tables())
)


def files_tally() -> Tally:
    """An empty tally of C00."""
    return Tally("C00", "证据包完整", "The bundle is whole")


def check_files(bundle: Bundle) -> Result:
    """Compares every file with the manifest and reads every line."""
    tally = files_tally()
    try:
        found = {name for name, _ in files_of(bundle.folder)}
    except OSError as error:
        tally.fail("bundle", str(error))
        found = set()
    for path in sorted(found - bundle.manifest.files.keys()):
        tally.fail(path, "清单里没有列出 the manifest does not list it")
    for path, expected in sorted(bundle.manifest.files.items()):
        _check_file(tally, bundle, path, expected)
    return tally.result()


def _check_file(tally: Tally, bundle: Bundle, path: str, expected: FileRecord) -> None:
    target = bundle.folder / path
    tally.expect(
        KNOWN.fullmatch(path) is not None or path in MIRROR,
        path,
        "第 1 版证据包没有这个文件 a bundle of version 1 has no such file",
    )
    if not is_plain(target):
        tally.expect(
            False, path, "清单列出了它，但文件不存在 the manifest lists it, but there is no such file"
        )
        return
    try:
        if tally.expect_equal(path, "大小与摘要 size and digest", expected=expected, got=digest(target)):
            for _ in bundle.lines(path):
                pass
    except OSError as error:
        tally.fail(path, str(error))
    except Exception as error:  # noqa: BLE001 whoever made the bundle chooses the bytes
        tally.fail(path, breakdown(error))
