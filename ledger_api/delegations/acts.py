"""The acts on delegations: a desk's page leads to what a clerk does for a person, the registrar's page of a member opens one."""

from __future__ import annotations

from indexer.projections.delegation import delegations
from ledger_api.portal.acting.declared import NounActs, NounReference
from ledger_api.sessions.access import DataClass

DECLARED = NounActs(
    references={
        "delegation": NounReference(
            noun=delegations, page="/desk/{delegation}", chosen_at="/desk", data=DataClass.DELEGATION
        )
    },
    own_sheets={"ActForPerson": "/desk/{delegation}"},
)
