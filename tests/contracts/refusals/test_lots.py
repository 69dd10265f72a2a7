"""Lots, until they are settled or over: what is refused."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from contracts.enums import LotState, Role
from contracts.ids import lot_id
from tests.conftest import member_id, signer
from tests.contracts.earning import (
    LOT,
    MOST_PIECES,
    ORDER,
    SECOND_ORDER,
    act,
    decide,
    held_fen,
    order,
    owed_fen,
    pay,
    proceeds,
    publish,
    settle,
    take,
)
from tests.contracts.evm import refused
from tests.contracts.neighbourhood import (
    DAY,
    ENTERPRISE,
    FAR,
    line,
)
from wallets.intents import (
    LotAct,
    Payout,
    SettleLots,
    Settlement,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


def settle_all(place: EvmTown, *settlements: Settlement, by: str = "foreman", of: bytes = ORDER) -> None:
    place.act(signer(by), SettleLots(order=of, settlements=settlements, nonce=0, deadline=0))


def counted(lot: bytes, accepted: int, rejected: int = 0) -> Settlement:
    return Settlement(lot=lot, accepted_pieces=accepted, rejected_pieces=rejected, document=b"d" * 32)


class TestSettlement:
    @pytest.mark.parametrize("counts", [(9, 0), (10, 1), (2**32 - 1, 2**32 - 1)])
    def test_counts_that_are_not_the_lot_are_refused(self, working: EvmTown, counts: tuple[int, int]) -> None:
        take(working)
        with refused("CooperativeCountMismatch", pieces=10):
            settle(working, *counts)

    def test_lot_that_brings_more_than_the_enterprise_has_is_refused(self, place: EvmTown) -> None:
        """(p44)"""
        publish(place, piece_fen=2**32 - 1)
        proceeds(place, amount_fen=MOST_PIECES * (2**32 - 1) - 1)
        order(place, pieces=MOST_PIECES, worker_pieces=MOST_PIECES)
        take(place, MOST_PIECES)
        with refused("LedgerBalanceInsufficient"):
            settle(place, MOST_PIECES)

    def test_lot_is_settled_once(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        with refused("CooperativeLotNotIn", needed=LotState.TAKEN, found=LotState.SETTLED):
            settle(working)

    def test_foreman_does_not_accept_the_own_lot(self, working: EvmTown) -> None:
        working.send(
            signer("registrar"), "Members", "grantRole", member_id("worker"), Role.FOREMAN, ENTERPRISE, FAR
        )
        take(working)
        with refused("CooperativeSelfAcceptance", member=member_id("worker")):
            settle(working, by="worker")

    def test_lot_keeps_the_card_of_its_order(self, working: EvmTown) -> None:
        publish(working, version=2, worker_bps=1)
        take(working)
        settle(working)
        assert owed_fen(working) == 10 * 117 * 6500 // 10_000

    def test_empty_payout_is_refused(self, working: EvmTown) -> None:
        with refused("CooperativeNothingToPay"):
            pay(working)

    def test_payout_by_one_line_twice_is_refused_whole(self, working: EvmTown) -> None:
        take(working)
        settle(working)
        payout = Payout(worker=member_id("worker"), amount_fen=1, bank_line=line("wages"))
        with refused("FundsBankLineUsed"):
            pay(working, payout, payout)


class TestSettlingTogether:
    """By one signature, as each by itself."""

    LOTS = tuple(lot_id(ORDER, end * 8) for end in (b"a", b"b", b"c"))

    @pytest.fixture
    def taken(self, working: EvmTown) -> EvmTown:
        """The factory in which two workers took three lots of ten pieces."""
        for lot, by in zip(self.LOTS, ("worker", "volunteer", "worker"), strict=True):
            take(working, lot=lot, by=by)
        return working

    def test_what_lots_bring_together_is_what_each_brings_by_itself(self, taken: EvmTown) -> None:
        counts = ((7, 3), (10, 0), (0, 10))
        held = [held_fen(taken)]
        for lot, (accepted, rejected) in zip(self.LOTS, counts, strict=True):
            settle(taken, accepted, rejected, lot=lot)
        held.append(held_fen(taken))
        order(taken, order=SECOND_ORDER)
        others = [lot_id(SECOND_ORDER, lot[8:]) for lot in self.LOTS]
        for lot, by in zip(others, ("worker", "volunteer", "worker"), strict=True):
            take(taken, lot=lot, by=by, of=SECOND_ORDER)
        batch = [counted(lot, *count) for lot, count in zip(others, counts, strict=True)]
        settle_all(taken, *batch, of=SECOND_ORDER)
        held.append(held_fen(taken))
        by_each, together = (
            [after - before for before, after in zip(*pair, strict=True)] for pair in pairwise(held)
        )
        assert together == by_each
        take(taken, 83, lot=b"z" * 16, of=SECOND_ORDER)
        act(taken, LotAct.DISPUTE, "worker", others[2])
        act(taken, LotAct.REVERSE, "cashier", others[1])

    def test_no_lot_is_refused(self, taken: EvmTown) -> None:
        with refused("CooperativeNothingToSettle", order=ORDER):
            settle_all(taken)

    def test_one_that_does_not_count_is_named_and_none_is_settled(self, taken: EvmTown) -> None:
        first, second, third = self.LOTS
        good = counted(first, 10)
        act(taken, LotAct.RETURN, "volunteer", second)
        before = held_fen(taken)
        for wrong, error, named in (
            (counted(second, 10), "CooperativeLotNotIn", {"lot": second, "found": LotState.RETURNED}),
            (good, "CooperativeLotNotIn", {"lot": first, "found": LotState.SETTLED}),
            (counted(third, 9), "CooperativeCountMismatch", {"lot": third}),
            (counted(lot_id(SECOND_ORDER, b"a" * 8), 10), "CooperativeLotIdInvalid", {"order": ORDER}),
        ):
            with refused(error, **named):
                settle_all(taken, good, wrong)
        assert held_fen(taken) == before

    def test_foreman_accepts_no_own_lot_among_others(self, taken: EvmTown) -> None:
        taken.send(
            signer("registrar"), "Members", "grantRole", member_id("volunteer"), Role.FOREMAN, ENTERPRISE, FAR
        )
        with refused("CooperativeSelfAcceptance", lot=self.LOTS[1], member=member_id("volunteer")):
            settle_all(taken, *(counted(lot, 10) for lot in self.LOTS), by="volunteer")

    def test_lots_past_their_date_and_a_stranger_are_refused(self, taken: EvmTown) -> None:
        with refused("MembersRoleMissing"):
            settle_all(taken, counted(self.LOTS[0], 10), by="treasurer")
        taken.wait(61 * DAY)
        with refused("CooperativeLotOver", lot=self.LOTS[0]):
            settle_all(taken, counted(self.LOTS[0], 10))

    def test_order_that_is_another_enterprises_is_not_settled_by_this_foreman(self, taken: EvmTown) -> None:
        with refused("MembersRoleMissing", scope=0):
            settle_all(taken, counted(self.LOTS[0], 10), of=SECOND_ORDER)


class TestCap:
    """(p42)"""

    @pytest.mark.parametrize("cap", [0, 101])
    def test_cap_of_nothing_or_of_more_than_the_order_is_refused(self, working: EvmTown, cap: int) -> None:
        with refused("CooperativeCapInvalid", pieces=100, worker_pieces=cap):
            order(working, order=SECOND_ORDER, worker_pieces=cap)

    def test_one_worker_takes_no_more_than_the_cap_and_another_the_rest(self, working: EvmTown) -> None:
        order(working, order=SECOND_ORDER, worker_pieces=15)
        take(working, 10, of=SECOND_ORDER)
        with refused("CooperativeCapExceeded", worker=member_id("worker"), left=5, pieces=6):
            take(working, 6, lot=b"k" * 16, of=SECOND_ORDER)
        take(working, 5, lot=b"k" * 16, of=SECOND_ORDER)
        take(working, 15, by="volunteer", lot=b"j" * 16, of=SECOND_ORDER)

    def test_returned_and_rejected_pieces_are_not_counted_but_accepted_ones_are(
        self, working: EvmTown
    ) -> None:
        order(working, order=SECOND_ORDER, worker_pieces=10)
        first, second = (lot_id(SECOND_ORDER, end * 8) for end in (b"l", b"k"))
        take(working, lot=first, of=SECOND_ORDER)
        act(working, LotAct.RETURN, "worker", first)
        take(working, lot=second, of=SECOND_ORDER)
        settle(working, 7, 3, lot=second)
        with refused("CooperativeCapExceeded", left=3, pieces=4):
            take(working, 4, lot=b"j" * 16, of=SECOND_ORDER)
        act(working, LotAct.REVERSE, "cashier", second)
        take(working, 10, lot=b"j" * 16, of=SECOND_ORDER)


class TestLotEnds:
    """No lot waits for ever (p42)."""

    def test_lot_is_returned_by_who_took_it_and_its_pieces_are_free(self, working: EvmTown) -> None:
        take(working, 100)
        with refused("CooperativeLotNotYours", member=member_id("volunteer")):
            act(working, LotAct.RETURN, "volunteer")
        act(working, LotAct.RETURN, "worker")
        take(working, 100, by="volunteer", lot=b"k" * 16)
        for found in ("worker", "foreman"):
            with refused("CooperativeLotNotIn", needed=LotState.TAKEN, found=LotState.RETURNED):
                act(working, LotAct.RETURN, "worker") if found == "worker" else settle(working, 100)

    def test_lot_is_accepted_until_sixty_days_after_its_date_and_lapses_from_then_on(
        self, working: EvmTown
    ) -> None:
        take(working, 100)
        until = working.now + 61 * DAY
        working.wait(61 * DAY - 10)
        with refused("CooperativeLotNotOver", until=until):
            working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)
        working.wait(10)
        with refused("CooperativeLotOver", until=until):
            settle(working, 100)
        working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)
        with refused("CooperativeLotNotIn", found=LotState.LAPSED):
            working.send(signer("anyone"), "Cooperative", "lapseLot", LOT)

    def test_dispute_that_nobody_decides_ends_and_is_not_raised_again(self, working: EvmTown) -> None:
        take(working)
        settle(working, 7, 3)
        before = held_fen(working)
        act(working, LotAct.DISPUTE, "worker")
        with refused("CooperativeLotNotOver"):
            working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        working.wait(14 * DAY)
        with refused("CooperativeLotOver"):
            decide(working, 3)
        working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        with refused("CooperativeLotOver"):
            act(working, LotAct.DISPUTE, "worker")
        with refused("CooperativeLotNotIn", needed=LotState.DISPUTED):
            working.send(signer("anyone"), "Cooperative", "lapseDispute", LOT)
        assert held_fen(working) == before
