"""Address of the town at a glance."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_api.etag import HeadRoute
from ledger_api.mirror import Mirror
from ledger_api.overview import service
from ledger_api.overview.schemas import Overview

router = APIRouter(tags=["overview"], route_class=HeadRoute)


@router.get("/v1/overview")
async def get_overview(mirror: Mirror) -> Overview:
    """Each fund's balance by purpose, hours outstanding and verified, earnings in bands."""
    return await service.overview(mirror)
