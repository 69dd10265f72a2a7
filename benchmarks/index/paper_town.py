"""A town on paper: an endless, seeded history of events that the contracts could have emitted, in the mix of the demo town.

Its stories (`stories`) run side by side: each yields the events of one act after the other, or the moment it waits for. Only
what is open is kept in memory, and the members, purposes and balances, which grow with the town.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from benchmarks.index.stories import growth, money, work
from contracts.accounts import AccountKind, account_parts
from contracts.enums import Reason, Unit
from contracts.events import AccountOpened, Transferred

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.index.stories.growth import Acts
    from contracts.types import Event

# How often each story begins in a year of the demo town, counted in the mirror that `gongji demo --no-serve` left at 46d18a8:
# 3,900 events, 1,628 of them transfers. What a story emits on its way gives the rest of the mix.
STORIES_A_YEAR: dict[Callable[[Town], Acts], int] = {
    money.donations: 228, growth.joining: 156, work.task: 101, growth.fund: 35, growth.log_head: 35, growth.device: 24,
    money.request: 24, work.redemption: 9, money.campaign: 4, work.work_order: 2,
}  # fmt: skip
RUNNING_STORIES = 40
WORLD = (AccountKind.BANK, AccountKind.ISSUED_MINUTES)


class Town:
    """State that the stories share.

    Attributes:
        chance: Where all that is random comes from.
        now: Time of the block that is being made, seconds since 1970.
        members: Ids of all members.
        households: Ids of all households.
        purposes: Numbers of all purposes.
        committees: By number, the members of its seats, the supervisor last; the first is the fund's treasurer.
        volunteers: Members who ever had minutes credited.
        free: What may still be promised from an account, in its unit.
        sequence: Number of the last transfer.
    """

    def __init__(self, seed: int, now: int) -> None:
        self.chance, self.now = random.Random(seed), now
        self.members: list[bytes] = []
        self.households: list[bytes] = []
        self.purposes: list[int] = []
        self.committees: dict[int, list[bytes]] = {}
        self.volunteers: list[bytes] = []
        self.free: defaultdict[bytes, int] = defaultdict(int)
        self.sequence = 0
        self._opened: set[bytes] = set()
        self._numbers: Counter[str] = Counter()

    def acts(self) -> Iterator[list[Event]]:
        """The events of one act after the other, without an end. Whoever takes them moves `now`."""
        yield from (act for act in growth.founding(self) if not isinstance(act, int))
        active: list[Acts] = []
        sleeping: list[tuple[int, int, Acts]] = []
        begin, weights, ties = list(STORIES_A_YEAR), [*STORIES_A_YEAR.values()], itertools.count()
        while True:
            while sleeping and sleeping[0][0] <= self.now:
                active.append(heapq.heappop(sleeping)[2])
            while len(active) < RUNNING_STORIES:
                active.append(self.chance.choices(begin, weights)[0](self))
            place = self.chance.randrange(len(active))
            act = next(active[place], None)
            if isinstance(act, list):
                yield act
                continue
            if act is not None:
                heapq.heappush(sleeping, (act, next(ties), active[place]))
            active[place] = active[-1]
            active.pop()

    def happens(self, times: int, of: int) -> bool:
        """Whether something happens that happens so many times out of so many."""
        return self.chance.random() < times / of

    def some_id(self, size: int = 32) -> bytes:
        """An id that nothing else has."""
        return self.chance.randbytes(size)

    def next_number(self, kind: str) -> int:
        """The next number of its kind, from 1."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def open_once(self, account: bytes, unit: Unit) -> list[AccountOpened]:
        """The opening of an account, if it is not open yet."""
        if account in self._opened:
            return []
        self._opened.add(account)
        return [growth.account(account, unit)]

    def promise(self, account: bytes, amount: int) -> None:
        """Sets aside what a later transfer takes from an account, so that no other story takes it."""
        if account_parts(account)[0] not in WORLD and self.free[account] < amount:
            raise ValueError(f"expected {amount} in {account.hex()}, got {self.free[account]}")
        self.free[account] -= amount

    def transfer(
        self,
        payer: bytes,
        payee: bytes,
        amount: int,
        reason: Reason,
        cause: bytes,
        document: bytes = bytes(32),
    ) -> Transferred:
        """The next transfer of the ledger; what it takes was promised before, unless it comes from the world outside."""
        self.sequence += 1
        self.free[payee] += amount
        minutes = Reason.CREDIT <= reason <= Reason.REDEMPTION_CANCELLATION
        return Transferred(
            sequence=self.sequence, payer=payer, payee=payee, unit=Unit.MINUTE if minutes else Unit.CNY, amount=amount,
            reason=reason, cause=cause.ljust(32, b"\0"), document=document,
        )  # fmt: skip
