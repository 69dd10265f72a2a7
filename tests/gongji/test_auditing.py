"""The operator's own collection asks whichever of the town's nodes answers."""

from __future__ import annotations

import pytest
from aiohttp import web

from audit.errors import CollectError
from gongji.auditing import answering_node
from tests.kit.nodes import answering, served

NOWHERE = "http://reader:secret@127.0.0.1:9"


async def refuses(_: web.Request) -> web.Response:
    return web.Response(status=401)


async def test_the_next_node_is_collected_from_while_one_is_away_or_refuses() -> None:
    async with served(refuses) as refusing, answering(result="0x7") as url:
        assert await answering_node([NOWHERE, refusing, url]) == url
        assert await answering_node([url, NOWHERE]) == url


async def test_if_no_node_answers_each_is_named_without_its_password() -> None:
    async with served(refuses) as refusing:
        with pytest.raises(CollectError, match=r"127\.0\.0\.1:9 .*; 127\.0\.0\.1:\d+ .*401") as error:
            await answering_node([NOWHERE, refusing])
    assert "secret" not in str(error.value)
