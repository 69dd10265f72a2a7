"""What acts for a fund name. When they are open depends on no state."""

from __future__ import annotations

from indexer.projections.fund import funds
from ledger_api.portal.acting.declared import NounActs, Thing

DECLARED = NounActs(things={"fund": Thing(noun=funds)})
