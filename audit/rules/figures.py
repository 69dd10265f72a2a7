"""Adds up the figures of a report from the verified chain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from audit.decode.accounts import kind_of
from audit.report.figures import Figures, OpenItem, Population, Proven
from audit.rules.ledger_fold import fold
from audit.rules.state import fold_state
from audit.rules.state.redemptions import ACCEPTED, DISPUTED, OPEN, SERVED
from audit.rules.state.requests import APPROVED, EXECUTED, SUBMITTED, SUSPENDED
from audit.rules.state.tasks import CLAIMED
from audit.rules.state.tasks import DISPUTED as CLAIM_DISPUTED
from audit.rules.stored import kinds_of, sample, things_of
from audit.rules.unusual import unusual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.chain.history import History

# By table of the state: its key, and by state what is open then and the column with its date.
_OPEN: dict[str, tuple[str, dict[int, tuple[str, str, str | None]]]] = {
    "requests": ("proposal_id", {
        SUBMITTED: ("用款申请待表决", "request to be voted on", "vote_ends_at"),
        APPROVED: ("用款公示或待付", "request on notice or to be paid", None),
        SUSPENDED: ("用款暂停", "request suspended", None),
        EXECUTED: ("付款凭证未交", "payment to be proven", "proof_due_at"),
    }),
    "tasks": ("task", {
        CLAIMED: ("时长待入账", "visit to be credited", "decide_by"),
        CLAIM_DISPUTED: ("时长有争议", "visit in dispute", "decide_by"),
    }),
    "redemptions": ("redemption", {
        OPEN: ("兑换待接受", "redemption to be accepted", None), ACCEPTED: ("兑换待服务", "redemption to be served", None),
        SERVED: ("兑换待确认", "redemption to be confirmed", None), DISPUTED: ("兑换有争议", "redemption in dispute", None),
    }),
}  # fmt: skip


def figures_of(history: History, since: int | None) -> Figures:
    """The figures at the end of a history.

    Args:
        history: The verified history.
        since: Number of the block after which the period begins; None for the whole history.

    Raises:
        StateError: An event is about a thing that cannot be.
    """
    return Figures(
        since=since,
        now=history.head.time,
        populations=tuple(_populations(history, since)),
        open_items=tuple(sorted(_open_items(history), key=lambda item: (item.name_en, item.where))),
        unusual=tuple(unusual(history, since)),
        proven=tuple(_proven(history)),
    )


def _proven(history: History) -> Iterator[Proven]:
    """How many things of each kind C17.4 compares with the state, of how many."""
    kinds = kinds_of(things_of(history))
    chosen = kinds_of(thing for kind in kinds.values() for thing in sample(kind, history.head.hash))
    for name, kind in sorted(kinds.items()):
        yield Proven(kind=name, things=len(kind), compared=len(chosen[name]))


def _populations(history: History, since: int | None) -> Iterator[Population]:
    books = fold(history).books
    moved: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for account, book in books.items():
        sums = moved[kind_of(account), book.unit]
        sums[0] += 1
        sums[1] += 0 if since is None else book.at(since)
        sums[4] += book.balance
    for log in history.logs("Ledger.Transferred"):
        if since is None or log.block.number > since:
            for side, place in (("payer", 2), ("payee", 3)):
                account = log.values[side]
                moved[kind_of(account), books[account].unit][place] += log.values["amount"]
    for (kind, unit), (accounts, opening, debits, credits_, closing) in sorted(moved.items()):
        yield Population(
            kind=kind,
            unit=unit,
            accounts=accounts,
            opening=opening,
            debits=debits,
            credits=credits_,
            closing=closing,
        )


def _open_items(history: History) -> Iterator[OpenItem]:
    """What has begun and not ended at the head, however long ago."""
    state = fold_state(history, history.head.number)
    for table, (key, names) in _OPEN.items():
        for row in state[table].rows.values():
            if row["state"] in names:
                zh, en, due = names[row["state"]]
                where = f"block {row['block_number']} log {row['log_index']}"
                due_at = row[due] if due else None
                yield OpenItem(name_zh=zh, name_en=en, id="0x" + row[key].hex(), where=where, due_at=due_at)
