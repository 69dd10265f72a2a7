"""What a verdict takes on trust, so that a reader knows what to get from elsewhere than the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.checks.genesis import PATH as GENESIS
from audit.evidence.floors import Floors
from audit.evidence.formats import PAYEES, STATEMENTS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust


def taken_on_trust(trust: Trust, bundle: Bundle | None) -> Iterator[str]:
    """One line for each thing that no check of this audit could prove.

    Args:
        trust: The trust file.
        bundle: What was verified; None if it cannot be read.
    """
    yield (
        f"创世哈希来自信任文件，0 号区块的哈希由核对程序重算 the genesis hash is the trust file's, and block 0 was hashed anew: "
        f"0x{trust.genesis_hash.hex()}"
    )
    if bundle is not None and not bundle.has(GENESIS):
        yield "没有创世文件，0 号区块之前的账户无从核对 there is no genesis file: which accounts block 0 began with is not shown"
    yield from _times(trust)
    if trust.contracts:
        yield "合约地址与代码哈希来自信任文件 addresses and code of the contracts are the trust file's"
        if trust.floors == Floors():
            yield "审计人没有定底线，合约允许的规则都算通过 the auditor has no floors: whatever rules the contracts allow pass"
    if bundle is not None and (bundle.paths(STATEMENTS_FOLDER) or bundle.has(PAYEES)):
        yield (
            "对账单由运营方提供，请用银行的文件核对 statements are as the operator brought them: "
            "compare the bank's own file with gongji audit reconcile"
        )


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
