"""What acts on enterprises name, and which the page of one offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.earning import enterprises
from indexer.projections.work import lots, work_orders
from ledger_api.portal.acting.declared import NounActs, NounReference

PAGE = "/enterprises/{enterprise}"
DECLARED = NounActs(
    on_page=("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut"),
    references={
        "enterprise": NounReference(noun=enterprises, page=PAGE),
        "order": NounReference(noun=work_orders, page=PAGE, chosen_at="/enterprises"),
        "lot": NounReference(noun=lots, page=PAGE, chosen_at="/enterprises"),
    },
)
