"""What a desk does for the volunteer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.enums import Area, Role
from tests.audit.checks.rules_town import VOLUNTEER
from tests.conftest import member_id, signer
from tests.contracts.desk import CLERK, CONSENT, DELEGATION, KIN, acting_at
from tests.contracts.neighbourhood import DAY, DEADLINE, FUND

if TYPE_CHECKING:
    from tests.audit.checks.rules_town import Story


async def let_the_desk_act(story: Story) -> None:
    """The supervisor is the clerk of a desk, which may redeem hours for the volunteer."""
    await story.send("registrar", "Members", "grantRole", member_id(CLERK), Role.CLERK, FUND, DEADLINE)
    until = story.town.chain.now() + 364 * DAY
    opening = DELEGATION, VOLUNTEER, FUND, Area.HOURS, 5, until, member_id(KIN), CONSENT
    await story.send("registrar", "Delegations", "openDelegation", *opening)


async def act_at_the_desk(story: Story, intent: type[Any], **fields: Any) -> None:
    """The clerk does an act for the volunteer."""
    inner = intent(nonce=0, deadline=0, **fields)
    await story.town.carry(signer(CLERK), acting_at(story.town.deployment.address(inner.CONTRACT), inner))
