"""`gongji audit`: collect the evidence, and prove it offline."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongji.commands.options import AsJson, DataDir, id_bytes, load
from gongji.output import put_json, put_line, tell

if TYPE_CHECKING:
    from audit.report.verdict import Report

app = typer.Typer(no_args_is_help=True)
Bundle = Annotated[Path, typer.Argument(help="证据包 Folder of the bundle.")]
Trusted = Annotated[
    Path,
    typer.Option(
        "--trust", help="信任文件 What the auditor pins; get it from somewhere other than the operator."
    ),
]


@app.command()
def collect(
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="证据包 Folder to write; an older bundle of the same town there is replaced."
        ),
    ],
    data_dir: DataDir = None,
) -> None:
    """收集证据 Collect blocks, receipts, proofs, mirror, API answers, events and exhibits of the running town."""
    from audit.collect.collect import former_bundle
    from audit.evidence.bundle import Bundle
    from gongji.auditing import collect as collect_town
    from gongji.progress import progress

    former = former_bundle(out)
    if former is not None:
        tell(
            f"这里有到区块 {former.head_number} 的证据包，收集完成后替换 the bundle there reaches block {former.head_number} "
            "and is replaced as soon as the new one is whole"
        )
    with progress() as display:
        tasks = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = display.add_task(f"收集 collecting {stage}", total=total or None)
            display.update(tasks[stage], completed=done, total=total or None)

        asyncio.run(collect_town(load(data_dir), out, advance))
    head = Bundle(out).manifest.head_number
    if former is not None and former.head_number == head:
        tell(f"没有新的区块 there are no new blocks since block {head}")
    tell(f"证据包 bundle: {out}，到区块 up to block {head}")


@app.command()
def verify(
    bundle: Bundle,
    trust: Trusted,
    *,
    unanchored: Annotated[
        bool,
        typer.Option(
            "--unanchored",
            help="尚未固定区块，如首次核对 Do without a pinned block, as at a first audit: a history that was written anew as a whole passes.",
        ),
    ] = False,
    since: Annotated[
        bool,
        typer.Option(
            "--since",
            help="从固定的区块说起 Tell figures and changes from the pinned block on; everything is verified all the same.",
        ),
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild",
            help="由源码重新编译合约，约一分钟 Compile the contracts of this checkout anew and compare (C12.2), about a minute.",
        ),
    ] = False,
    solc: Annotated[
        Path | None,
        typer.Option(
            "--solc", help="自备的编译器 Your own compiler for --rebuild; else the one on PATH, or npm's."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """核对证据 Prove a bundle offline. Exit status 0: all passed, 1: a check failed, 2: could not decide, or no block is pinned."""
    from audit.evidence.rebuild import rebuild as compile_anew
    from audit.verify import verify as verify_bundle

    if rebuild or solc:
        tell("正在编译合约 compiling the contracts …")
    compiling = partial(compile_anew, solc) if rebuild or solc else None
    report = verify_bundle(bundle, trust, unanchored=unanchored, since=since, compiling=compiling)
    _put_report(report, json=json)


@app.command()
def pin(bundle: Bundle, trust: Trusted, *, json: AsJson = False) -> None:
    """固定区块 Verify a bundle and, if all passes, write its last block into your trust file: later bundles must continue it."""
    from audit.pin import pin as pin_head

    report = pin_head(bundle, trust)
    if report.exit_status:
        tell("没有固定，信任文件未改动 nothing is pinned, and the trust file is as it was")
    elif report.head is not None:
        since = (
            f"从区块 {report.pin.number} since block {report.pin.number}"
            if report.pin
            else "首次 the first time"
        )
        tell(f"已固定 pinned: 区块 block {report.head.number} 0x{report.head.hash.hex()}，{since}: {trust}")
    _put_report(report, json=json)


def _put_report(report: Report, *, json: bool) -> None:
    """Prints a report and ends with its exit status."""
    if json:
        put_json(report.to_json())
    else:
        for line in report.lines():
            put_line(line)
    raise typer.Exit(report.exit_status)


@app.command()
def reconcile(
    statement: Annotated[
        Path, typer.Argument(help="对账单 The bank's own statement: camt.053, or JSON of the bundle's form.")
    ],
    bundle: Annotated[Path, typer.Option("--bundle", help="证据包 Folder of the bundle.")],
    trust: Trusted,
    bank: Annotated[int, typer.Option(min=1, help="账户编号 Bank account, as on chain.")],
    *,
    json: AsJson = False,
) -> None:
    """银行对账 Compare a statement with the ledger. Exit status 0: agrees, 1: a line differs, 2: a line is unknown."""
    from audit.evidence.trust import Trust
    from audit.reconcile import reconcile as reconcile_lines

    found = reconcile_lines(bundle, Trust.load(trust), statement, bank)
    if json:
        put_json(found.to_json())
    else:
        for line in found.text_lines():
            put_line(line)
    raise typer.Exit(found.exit_status)


@app.command()
def replay(
    object_id: Annotated[
        str,
        typer.Argument(
            help="编号 Id of a request, account, task, batch of work …: 0x and 32 or 64 hex digits."
        ),
    ],
    bundle: Annotated[Path, typer.Option("--bundle", help="证据包 Folder of the bundle.")],
    trust: Trusted,
) -> None:
    """重算一事 Show all that happened to one thing, and apply its rule again."""
    from audit.evidence.trust import Trust
    from audit.replay import replay as replay_object

    for line in replay_object(
        bundle, Trust.load(trust), id_bytes(object_id, 32 if len(object_id) > 34 else 16)
    ):
        put_line(line)


@app.command()
def receipts(
    files: Annotated[
        list[Path],
        typer.Argument(help="回执 Receipts that people kept, as the page after signing gave them."),
    ],
    bundle: Annotated[Path, typer.Option("--bundle", help="证据包 Folder of the bundle.")],
    trust: Trusted,
    *,
    json: AsJson = False,
) -> None:
    """核对回执 Find what was acknowledged and kept back. Exit status 0: all explained, 1: one was kept back, or stands in a block dated before it, 2: one cannot be decided."""
    from audit.evidence.trust import Trust
    from audit.receipts import judge

    found = judge(bundle, Trust.load(trust), files)
    if json:
        put_json(found.to_json())
    else:
        for line in found.text_lines():
            put_line(line)
    raise typer.Exit(found.exit_status)
