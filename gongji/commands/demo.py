"""`gongji demo`: builds the demo town and shows it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gongji.commands.options import AsJson, DataDir, Port, load
from gongji.output import put_json, tell

if TYPE_CHECKING:
    from gongji.settings import Settings

TOWN_TIME_SECONDS = 8 * 3600
DAY_SECONDS = 86_400


def demo(
    data_dir: DataDir = None,
    port: Port = None,
    *,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="建好后启动 Start the town when it is built.")
    ] = True,
    json: AsJson = False,
) -> None:
    """Builds the demo town where there is none, and serves it."""
    from gongji.commands import town
    from gongji.run.ports import require_free

    settings = load(data_dir, port=port, demo=True)
    tell(
        "共济演示镇：单机内置链，仅供试用 Demo town on an embedded chain: one process, for trial, not a network."
    )
    if serve:
        require_free(settings, tell)
    summary = build(settings)
    if json:
        put_json(summary)
    if not serve:
        return
    tell(f"演示账户 demo people: {settings.portal_url}/demo")
    tell(
        f"各职务的密钥都在本机 the keys of all offices lie in {settings.path('keys') / 'offices'}: in a real town each holder has their own."
    )
    town.serve(settings)


def build(settings: Settings) -> dict[str, Any]:
    """Builds the town as far as it is not built, and says what is in it."""
    import uvloop

    from gongji.progress import progress
    from gongji.run.process import configure_logs
    from gongji.town.build import build as build_town
    from gongji.town.summary import summary

    began = time.monotonic()
    quiet = settings.model_copy(update={"log_level": "error"})
    configure_logs(quiet)
    midnight = (int(time.time()) + TOWN_TIME_SECONDS) // DAY_SECONDS * DAY_SECONDS - TOWN_TIME_SECONDS
    with progress() as display:
        task = display.add_task("建镇 building the town", total=None)
        uvloop.run(
            build_town(quiet, midnight, lambda done, total: display.update(task, completed=done, total=total))
        )
    counts = summary(settings)
    tell(f"演示镇已就绪 The town is built: {counts['transactions']:,} 笔交易 transactions, {counts['blocks']:,} 区块 blocks, "
         f"{time.monotonic() - began:.1f} s")  # fmt: skip
    return counts
