"""What acts on enterprises name, which the page of one offers, and until when pieces of an order are taken."""

from __future__ import annotations

from indexer.projections.earning import enterprises
from indexer.projections.work import lots, work_orders
from ledger_api.portal.acting.declared import NounActs, NounReference, Origin, When

PAGE = "/enterprises/{enterprise}"
DECLARED = NounActs(
    on_page=("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut"),
    # The contract takes pieces of an order at any time; a page does not lead to work that nobody waits for any more.
    open={"TakeLot": When(ends_at="due_at")},
    references={
        "enterprise": NounReference(noun=enterprises, page=PAGE),
        "order": NounReference(noun=work_orders, page=PAGE, chosen_at="/enterprises"),
        "lot": NounReference(noun=lots, page=PAGE, chosen_at="/enterprises"),
    },
    origins={
        "ReverseProceeds": {"bankLine": Origin(page="/ledger?reason=PROCEEDS", word="proceeds")},
        "ReversePayout": {"bankLine": Origin(page="/ledger?reason=PAYOUT", word="payout")},
    },
)
