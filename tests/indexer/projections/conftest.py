"""What the tests of projections share."""

from tests.ledger_api.story_town import story

__all__ = ["story"]
