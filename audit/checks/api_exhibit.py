"""C17.3: what the portal answers to anybody are the balances of the chain, for every account but those of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.checks.check import check
from audit.decode import accounts
from audit.evidence.canonical import integer, record, text, unhexed
from audit.evidence.formats import ACCOUNT_FIELDS, ACCOUNTS
from audit.rules.freshness import due_block
from audit.rules.ledger_fold import fold

if TYPE_CHECKING:
    from audit.chain.history import History
    from audit.evidence.bundle import Bundle
    from audit.evidence.trust import Trust
    from audit.report.findings import Result, Tally
    from audit.rules.ledger_fold import Fold

# Hours of a member and earnings of a worker.
PERSONAL = (accounts.MEMBER_MINUTES, accounts.WORKER)
UNITS = {1: "CNY", 2: "MINUTE", 3: "POINT"}


@check("C17.3", "门户答复等于流水累加", "The portal's answers are what the transfers add up to")
def answers_are_right(tally: Tally, history: History, bundle: Bundle, trust: Trust) -> Result:
    """Each answer is right at the block that it names; no account is left out, and none of a person is told."""
    del trust
    if not bundle.has(ACCOUNTS):
        return tally.undecided(f"证据包里没有 the bundle has no {ACCOUNTS}")
    computed, blocks = fold(history), {}
    for number, line in enumerate(bundle.lines(ACCOUNTS), 1):
        where, item = f"{ACCOUNTS} line {number}", record(line, ACCOUNT_FIELDS)
        account = unhexed(item["account"], 32)
        tally.expect(account not in blocks, where, f"账户重复 account 0x{account.hex()} appears there twice")
        tally.expect(
            account[0] not in PERSONAL, where, "个人持有被公开 what a person holds is shown to everyone"
        )
        blocks[account] = _check_answer(tally, where, item, computed, history)
    since, due = min(blocks.values(), default=history.head.number), due_block(history)
    what = (
        f"答复落后一小时以上 answers of block {since}, and block {due} has events an hour older than the head"
    )
    tally.expect(since >= due, ACCOUNTS, what)
    for account, book in computed.books.items():
        if book.opened <= since and account[0] not in PERSONAL:
            tally.expect(account in blocks, ACCOUNTS, f"漏了账户 account 0x{account.hex()} is left out")
    return tally.result()


def _check_answer(tally: Tally, where: str, item: dict[str, Any], computed: Fold, history: History) -> int:
    """Checks one answer; returns the block that it names."""
    number, book = integer(item["block_number"]), computed.books.get(unhexed(item["account"]))
    if not tally.expect(
        number <= history.head.number, where, f"证据包里没有区块 no block {number} in the bundle"
    ):
        return number
    tally.expect_equal(
        where, "区块哈希 block hash", expected=history.blocks[number].hash, got=unhexed(item["block_hash"])
    )
    if book is None or book.opened > number:
        tally.fail(where, f"没有账户 no account {item['account']} in block {number}")
        return number
    tally.expect_equal(where, "单位 unit", expected=UNITS.get(book.unit), got=text(item["unit"]))
    balance = integer(item["balance"], low=-(2**63))
    tally.expect_equal(where, f"余额 balance at block {number}", expected=book.at(number), got=balance)
    return number
