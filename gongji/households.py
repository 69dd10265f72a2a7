"""The list of a campaign's households: who is on it, in which order, and its root. Salts are in the register."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from gongji.errors import CampaignUnknownError
from gongji.mirror import current_version, current_versions
from indexer.projections.campaign import campaigns
from indexer.projections.member import placed_households
from iot.log.merkle import fold, leaf_hash, root
from register.nouns import HOUSEHOLD_SALTS, HouseholdSalt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sqlalchemy import Engine

    from register.register import Register

FORMAT = "gongji.households.v1"


def draw(mirror: Engine, register: Register, campaign: int, editor: str) -> list[HouseholdSalt]:
    """The households that stand in a campaign's building, or in the town, with a salt each, as their list has them.

    A list that was drawn before is given as it is: it may be published already.

    Args:
        mirror: Reads the mirror.
        register: Keeps the salts.
        campaign: Number of the campaign.
        editor: Who draws it.

    Raises:
        CampaignUnknownError: There is none of this number.
    """
    found = current_version(mirror, campaigns, campaign)
    if found is None:
        raise CampaignUnknownError(campaign)
    if not (drawn := listed(register, campaign)):
        salts = [
            HouseholdSalt(campaign=campaign, household=f"0x{one.hex()}", salt=f"0x{secrets.token_hex(32)}")
            for one in placed(mirror, found.building)
        ]
        register.put_all(HOUSEHOLD_SALTS, ((one.key, one) for one in salts), editor)
        drawn = in_order(salts)
    return drawn


def listed(register: Register, campaign: int) -> list[HouseholdSalt]:
    """The list of a campaign as it was drawn; empty before.

    Args:
        register: Keeps the salts.
        campaign: Number of the campaign.
    """
    entries = register.entries(HOUSEHOLD_SALTS).values()
    return in_order(one for one in entries if one.campaign == campaign)


def placed(mirror: Engine, building: bytes) -> list[bytes]:
    """Households that stand in a building; in any, if it is zeros.

    Args:
        mirror: Reads the mirror.
        building: 16 bytes.
    """
    everywhere = current_versions(mirror, placed_households)
    return [
        one.household
        for one in everywhere
        if any(one.building) and (one.building == building or not any(building))
    ]


def in_order(salts: Iterable[HouseholdSalt]) -> list[HouseholdSalt]:
    """A list in the order of its leaves, in which the first has number 1. It tells nothing of the households."""
    return sorted(salts, key=lambda one: one.leaf)


def root_of(salts: Sequence[HouseholdSalt]) -> bytes:
    """Root of the tree (RFC 9162) over the leaves of a list in its order, 32 bytes."""
    hashes = [leaf_hash(one.leaf) for one in salts]
    return root(len(hashes), lambda height, index: fold(hashes[index << height : (index + 1) << height]))


def exhibit(campaign: int, salts: Sequence[HouseholdSalt]) -> dict[str, Any]:
    """An opened list, as an auditor gets it. It tells which household has which number: give it to auditors only."""
    opened = [{"household": one.household, "salt": one.salt} for one in salts]
    return {"campaign": campaign, "format": FORMAT, "households": opened}
