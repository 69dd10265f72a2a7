"""What a verdict takes on trust, so that a reader knows what to get from elsewhere than the operator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from audit.checks.genesis import PATH as GENESIS
from audit.errors import AuditError
from audit.evidence.floors import Floors
from audit.evidence.formats import PAYEES, STATEMENTS_FOLDER
from audit.report.findings import Tally
from audit.rules.state.china import day_text
from audit.rules.statements import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.subject import Head

DAY_SECONDS = 86_400


def taken_on_trust(
    trust: Trust, bundle: Bundle | None, head: Head | None = None, now: int | None = None
) -> Iterator[str]:
    """One line for each thing that no check of this audit could prove.

    Args:
        trust: The trust file.
        bundle: What was verified; None if it cannot be read.
        head: Up to where; None if nothing could be verified.
        now: Time by the auditor's clock, seconds since 1970; None asks the machine.
    """
    yield (
        f"创世哈希来自信任文件，0 号区块的哈希由核对程序重算 the genesis hash is the trust file's, and block 0 was hashed anew: "
        f"0x{trust.genesis_hash.hex()}"
    )
    if bundle is not None and not bundle.has(GENESIS):
        yield "没有创世文件，0 号区块之前的账户无从核对 there is no genesis file: which accounts block 0 began with is not shown"
    yield from _times(trust)
    if head is not None and head.time is not None:
        yield from _since_head(head.time, int(time.time()) if now is None else now)
    if not trust.contracts:
        yield "信任文件没有固定合约，只核对了链，没有核对账 the trust file pins no contract: the chain alone was verified, and no account"
    else:
        yield "合约地址与代码哈希来自信任文件 addresses and code of the contracts are the trust file's"
        if trust.floors == Floors():
            yield "审计人没有定底线，合约允许的规则都算通过 the auditor has no floors: whatever rules the contracts allow pass"
    if bundle is not None and (bundle.paths(STATEMENTS_FOLDER) or bundle.has(PAYEES)):
        yield (
            "对账单由运营方提供，请用银行的文件核对 statements are as the operator brought them: "
            "compare the bank's own file with gongji audit reconcile"
        )
        yield from _reach(bundle)


def _since_head(head_time: int, now: int) -> Iterator[str]:
    """A bundle may end before what its operator does not like to show."""
    days = (now - head_time) // DAY_SECONDS
    if days > 0:
        yield f"证据包止于 {days} 天前，此后的事不在其中 the bundle ends {days} days ago: what happened since is not in it"


def _reach(bundle: Bundle) -> Iterator[str]:
    """Up to when statements were brought: what the bank booked later is not shown, nor a month that was left out and came to nothing."""
    try:
        accounts = read_statements(bundle, Tally("C21", "", ""))
    except AuditError:
        return  # C21 says so
    for bank, account in sorted(accounts.items()):
        if account.lines:
            last = day_text(max(line.booked_on for line in account.lines.values()))
            yield f"银行账户 {bank} 的对账单到 {last} 为止，此后的流水没有出示 statements of bank account {bank} end on {last}: what it booked later is not shown"


def _times(trust: Trust) -> Iterator[str]:
    """Whose clock the blocks have, and what bounds it."""
    if trust.validators is None:
        yield "区块由运营方一家出具 blocks are made by the operator alone, who can date them as they like"
    else:
        yield f"时间以 {len(trust.validators)} 个验证人的钟为准 times are those of the {len(trust.validators)} validators whom the trust file names"
    before = f"{trust.pin.number} 号区块 block {trust.pin.number}" if trust.pin else "本次核对 this audit"
    yield (
        f"{before} 之前的时间，仅由银行日期、回执和签名期限旁证 of times before it only the bank's dates, receipts that people kept "
        "and signed deadlines bear witness"
    )
