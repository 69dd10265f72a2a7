"""Acts on bank lines that are signed on the page of their statement."""

from __future__ import annotations

from ledger_api.portal.acting.declared import NounActs

DECLARED = NounActs(own_sheets={"AttestDonations": "/statements/{statement}/lines/{line}/sign"})
