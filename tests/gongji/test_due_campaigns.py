from __future__ import annotations

from contracts.enums import CampaignState
from contracts.events import CampaignOpened, CampaignSettled
from gongji.keeper.settlements import due
from indexer.projections.campaign import GRACE_SECONDS
from tests.indexer.projections.small_mirror import SmallMirror

CLOSES_AT = 1_760_000_000


def test_a_campaign_is_to_be_settled_once_the_grace_after_its_close_is_over() -> None:
    mirror = SmallMirror()
    mirror.add([opened(1), opened(2)], [settled(2)])
    mirror.connection.commit()
    settles_at = CLOSES_AT + GRACE_SECONDS
    for now in (CLOSES_AT, settles_at - 1, settles_at):
        assert due(mirror.connection.engine, now) == ([1] if now == settles_at else [])
    mirror.connection.close()


def opened(campaign: int) -> CampaignOpened:
    return CampaignOpened(
        campaign=campaign, purpose=1 << 16 | 1, target_fen=100, min_households=0, building=bytes(16), closes_at=CLOSES_AT,
        match_purpose=0, match_lock_fen=0, match_bps=0, match_per_giver_fen=0, per_household=False,
    )  # fmt: skip


def settled(campaign: int) -> CampaignSettled:
    return CampaignSettled(
        campaign=campaign, state=CampaignState.MISSED, gifts_fen=0, matched_fen=0, returned_fen=0
    )
