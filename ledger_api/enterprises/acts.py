"""What acts on enterprises name, and which the page of one offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.earning import enterprises
from indexer.projections.work import lots, work_orders
from ledger_api.portal.acting.declared import NounActs, NounReference

DECLARED = NounActs(
    on_page=("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut"),
    references={
        "enterprise": NounReference(noun=enterprises),
        "order": NounReference(noun=work_orders, chosen_at="/enterprises"),
        "lot": NounReference(noun=lots, chosen_at="/enterprises"),
    },
)
