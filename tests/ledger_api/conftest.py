"""What the tests of the API share."""

from tests.ledger_api.story_town import story
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "story"]
