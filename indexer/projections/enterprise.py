"""Enterprises, with what all their lots brought: the sums are folded in `earning`."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.events import EnterpriseOpened
from indexer.projections.handler import Block
from indexer.projections.noun import Noun
from indexer.projections.version import Version, column


@dataclass(kw_only=True)
class Enterprise(Version):
    """An enterprise, with the sums over all its lots."""

    enterprise: int = column("Number of the enterprise.")
    levy_purpose: int = column("Purpose that gets the fund's part.")
    reserve_purpose: int = column("Purpose that gets the reserve's part.")
    remainder_purpose: int = column("Purpose that gets what is left.")
    min_fund_bps: int = column("Least share of the fund in its rate cards, in basis points.")
    lots: int = column("Lots settled.")
    proceeds_fen: int = column("What all accepted pieces brought, in fen.")
    worker_fen: int = column("Of it to workers, in fen.")
    reserve_fen: int = column("To the reserve, in fen.")
    fund_fen: int = column("To the fund, in fen.")
    remainder_fen: int = column("What is left, in fen.")
    paid_fen: int = column("Earnings whose payment is proven, in fen.")


enterprises = Noun("enterprises", Enterprise, key=("enterprise",))


@enterprises.begins(EnterpriseOpened)
def _opened(event: EnterpriseOpened, _: Block) -> Enterprise:
    return Enterprise(
        enterprise=event.enterprise,
        levy_purpose=event.levy_purpose,
        reserve_purpose=event.reserve_purpose,
        remainder_purpose=event.remainder_purpose,
        min_fund_bps=event.min_fund_bps,
        lots=0,
        paid_fen=0,
        proceeds_fen=0,
        worker_fen=0,
        reserve_fen=0,
        fund_fen=0,
        remainder_fen=0,
    )
