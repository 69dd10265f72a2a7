"""When acts on campaigns are open, and which the page of one offers."""

from __future__ import annotations

from contracts.enums import CampaignState
from indexer.projections.campaign import campaigns
from ledger_api.portal.acting.declared import NounActs, NounReference, Origin, When

DECLARED = NounActs(
    on_page=("AttestGifts", "ListHouseholds"),
    open={
        "AttestGifts": When(states=frozenset({CampaignState.OPEN}), ends_at="settles_at"),
        "ListHouseholds": When(
            states=frozenset({CampaignState.OPEN}), is_done=lambda campaign: campaign.listed_households > 0
        ),
        "RefundGift": When(states=frozenset({CampaignState.MISSED})),
    },
    origins={
        "RefundGift": {"bankLine": Origin(page="/campaigns", word="gift")},
        "ReverseGift": {"bankLine": Origin(page="/ledger?reason=CAMPAIGN_GIFT", word="campaign_gift")},
    },
    references={"campaign": NounReference(noun=campaigns, page="/campaigns/{campaign}")},
)
