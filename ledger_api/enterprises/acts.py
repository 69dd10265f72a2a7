"""What acts on enterprises name, and which the page of one offers. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.earning import enterprises
from indexer.projections.work import lots, work_orders
from ledger_api.portal.acting.declared import NounActs, Thing

DECLARED = NounActs(
    on_page=("OpenWorkOrder", "PublishRateCard", "AttestProceeds", "PayOut"),
    things={
        "enterprise": Thing(noun=enterprises),
        "order": Thing(noun=work_orders, chosen_at="/enterprises"),
        "lot": Thing(noun=lots, chosen_at="/enterprises"),
    },
)
