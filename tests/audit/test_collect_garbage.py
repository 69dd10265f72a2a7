"""A node or a portal that answers garbage: collecting says so and leaves no bundle, or the bundle is none that passes for another."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.collect.collect import collect
from audit.errors import AuditError
from audit.evidence.bundle import MANIFEST, Bundle
from audit.verify import verify_with
from gongji.failures import described
from tests.audit.fuzzing.garbage import Garbage
from tests.audit.fuzzing.judge import HangError, limited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.collect.collect import CollectConfig
    from tests.audit.audited import Audited

SEED, COUNT = 20_262, 40


async def test_collecting_garbage_is_refused_in_three_lines_and_leaves_no_bundle(
    audited: Audited, tmp_path: Path
) -> None:
    endings = [ending async for ending in collected(audited, tmp_path, SEED, COUNT)]
    assert [ending for ending in endings if ending not in ("refused", "as it was", "not passed")] == []
    assert endings.count("refused") > COUNT / 2


async def collected(audited: Audited, folder: Path, seed: int, count: int) -> Iterator[str]:
    """How collections ended, each with one answer spoilt."""
    async with Garbage.before(audited.config.rpc_url, audited.config.api_url or "") as garbage:
        config = replace(
            audited.config,
            rpc_url=garbage.url,
            api_url=garbage.url,
            mirror_url=None,
            events=None,
            places=None,
        )
        good = Bundle(await collect(replace(config, out=folder / "good"))).manifest
        questions = garbage.question_count
        for index in range(count):
            garbage.spoil(random.Random(f"{seed}:{index}"), questions)
            ending = await _ending(replace(config, out=folder / f"b{index}"), audited, good)
            yield (
                ending
                if ending in ("refused", "as it was", "not passed")
                else f"{seed}:{index} {garbage.notes}: {ending}"
            )


async def _ending(config: CollectConfig, audited: Audited, good: object) -> str:
    try:
        with limited():
            bundle = await collect(config)
    except AuditError as error:
        failure = described(error)
        if failure is None or (config.out / MANIFEST).exists():
            return f"a bundle is there, or no three lines: {error}"
        f"{failure.what}{failure.why}{failure.remedy}".encode()
        return "refused"
    except (Exception, HangError) as error:  # noqa: BLE001 whatever it is, it is what is looked for
        return f"{type(error).__name__}: {error}"
    if Bundle(bundle).manifest == good:
        return "as it was"
    return "passed" if verify_with(bundle, audited.trust, unanchored=True).exit_status == 0 else "not passed"
