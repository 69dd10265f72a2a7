"""What tests of refusals in earnings share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.accounts import AccountKind, account_id, worker_account
from contracts.ids import lot_id, order_id
from tests.conftest import member_id, signer
from tests.contracts.neighbourhood import (
    BANK,
    DAY,
    ENTERPRISE,
    GENERAL,
    REMAINDER,
    RESERVE,
    line,
)
from wallets.intents import (
    ActOnLot,
    AttestProceeds,
    DecideLot,
    LotAct,
    OpenWorkOrder,
    PayOut,
    Payout,
    PublishRateCard,
    RateCard,
    SettleLot,
    TakeLot,
)

if TYPE_CHECKING:
    from tests.contracts.evm import EvmTown


ORDER, SECOND_ORDER = order_id(b"o" * 8), order_id(b"p" * 8)
LOT = lot_id(ORDER, b"l" * 8)
MOST_PIECES = 2**24 - 1


def publish(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "enterprise": ENTERPRISE, "product": 3, "version": 1, "piece_fen": 117, "worker_bps": 6500,
        "reserve_bps": 500, "fund_bps": 3000,
    } | changes  # fmt: skip
    place.act(signer("foreman"), PublishRateCard(card=RateCard(**fields), nonce=0, deadline=0))


def proceeds(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "enterprise": ENTERPRISE, "bank": BANK, "bank_line": line("firm"), "amount_fen": 1_000_000,
    } | changes  # fmt: skip
    place.act(signer("treasurer"), AttestProceeds(**fields, nonce=0, deadline=0))


def order(place: EvmTown, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "order": ORDER, "enterprise": ENTERPRISE, "product": 3, "pieces": 100, "worker_pieces": 100, "due_at": place.now + DAY,
    } | changes  # fmt: skip
    place.act(signer("foreman"), OpenWorkOrder(**fields, nonce=0, deadline=0))


def take(place: EvmTown, pieces: int = 10, by: str = "worker", lot: bytes = LOT, of: bytes = ORDER) -> None:
    """Takes a lot of an order, which has the end of the id."""
    place.act(signer(by), TakeLot(lot=lot_id(of, lot[8:]), order=of, pieces=pieces, nonce=0, deadline=0))


def settle(
    place: EvmTown, accepted: int = 10, rejected: int = 0, by: str = "foreman", lot: bytes = LOT
) -> None:
    intent = SettleLot(
        lot=lot, accepted_pieces=accepted, rejected_pieces=rejected, document=b"d" * 32, nonce=0, deadline=0
    )
    place.act(signer(by), intent)


def pay(place: EvmTown, *payouts: Payout, by: str = "treasurer") -> None:
    intent = PayOut(enterprise=ENTERPRISE, bank=BANK, payouts=payouts, nonce=0, deadline=0)
    place.act(signer(by), intent)


def act(place: EvmTown, what: LotAct, by: str, lot: bytes = LOT) -> None:
    document = bytes(32) if what is LotAct.RETURN else b"r" * 32
    place.act(signer(by), ActOnLot(act=what, lot=lot, document=document, nonce=0, deadline=0))


def decide(place: EvmTown, accepted: int, by: str = "treasurer") -> None:
    place.act(
        signer(by), DecideLot(lot=LOT, accepted_pieces=accepted, document=b"d" * 32, nonce=0, deadline=0)
    )


def held_fen(place: EvmTown) -> list[int]:
    """What enterprise, reserve, public fund and remainder hold, and what the worker is owed."""
    accounts = (
        account_id(AccountKind.ENTERPRISE, ENTERPRISE),
        *map(purpose_account, (RESERVE, GENERAL, REMAINDER)),
    )
    return [*(place.read("Ledger", "balanceOf", account) for account in accounts), owed_fen(place)]


def purpose_account(purpose: int) -> bytes:
    return account_id(AccountKind.PURPOSE, purpose)


def owed_fen(place: EvmTown, enterprise: int = ENTERPRISE) -> int:
    held: int = place.read("Ledger", "balanceOf", worker_account(enterprise, member_id("worker")))
    return held


@pytest.fixture
def working(place: EvmTown) -> EvmTown:
    """The factory with a rate card, proceeds and an order."""
    publish(place)
    proceeds(place)
    order(place)
    return place
