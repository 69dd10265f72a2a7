"""What acts on enterprises name. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.earning import enterprises
from indexer.projections.work import lots, work_orders
from ledger_api.portal.acting.declared import NounActs, Thing

DECLARED = NounActs(
    things={
        "enterprise": Thing(noun=enterprises),
        "order": Thing(noun=work_orders, chosen_at="/enterprises"),
        "lot": Thing(noun=lots, chosen_at="/enterprises"),
    }
)
