"""The whole story, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.audit.checks.chapters.desk import let_the_desk_act
from tests.audit.checks.chapters.earning import earn
from tests.audit.checks.chapters.giving import campaign, give
from tests.audit.checks.chapters.governing import close, govern, part
from tests.audit.checks.chapters.keys import keep_keys
from tests.audit.checks.chapters.serving import serve
from tests.audit.checks.chapters.spending import spend
from tests.audit.checks.rules_town import Story
from tests.contracts.neighbourhood import fresh_nonce
from wallets.intents import CancelIntent

if TYPE_CHECKING:
    from tests.conftest import Town


async def tell(town: Town) -> Story:
    """Does everything, on a founded neighbourhood."""
    story = Story(town)
    funds = bytes.fromhex(town.deployment.address("Funds")[2:])
    await story.carry("treasurer", CancelIntent, taker=funds, cancelled_nonce=fresh_nonce())
    await let_the_desk_act(story)
    await close(story)
    await give(story)
    await campaign(story)
    await spend(story)
    await earn(story)
    await serve(story)
    await keep_keys(story)
    await part(story)
    await govern(story)
    return story
