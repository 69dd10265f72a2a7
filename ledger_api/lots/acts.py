"""The act on several lots, which has a sheet of its own: its list is ticked, not entered row by row."""

from __future__ import annotations

from ledger_api.portal.acting.declared import NounActs

DECLARED = NounActs(own_sheets={"SettleLots": "/orders/{order}/settle"})
