"""Whether this process lives, whether what it shows can be relied on, and its figures for Prometheus."""

from __future__ import annotations

from typing import Any

from eth_utils import to_canonical_address
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from indexer.projections.receipt_key import receipt_keys
from indexer.tables import status
from kit.translation import N_, bilingual
from ledger_api.admission.kinds import Kind, KindOfAddress
from ledger_api.context import AppContext, Context
from ledger_api.errors import ChainRefusedError, ChainUnreachableError
from ledger_api.forms import Form, moment_text
from ledger_api.health.duties import read_duties
from ledger_api.mirror import HEAD
from ledger_api.receipts.queries import receipt_key
from ledger_api.tables import commands

router = APIRouter(tags=["health"])

CHECKS = KindOfAddress(kind=Kind.CHECK, method="GET", addresses=("/health/live", "/health/ready", "/metrics"))
NONE = "—"
# So much is said of why the chain does not answer, with the names of its nodes.
MOST_LETTERS = 300


class Health(Form):
    """Whether all is well."""

    healthy: bool = Field(description="True if nothing below is wrong.")
    detail: dict[str, Any] = Field(
        description="What was looked at; `wrong` lists what is not as it should be."
    )


@router.get("/health/live")
async def live() -> Health:
    """This process answers."""
    return Health(healthy=True, detail={"wrong": []})


@router.get("/health/ready", responses={503: {"model": Health}})
async def ready(context: AppContext, response: Response) -> Health:
    """The mirror is at the chain's head and does not diverge, the relayer gets through, and no duty of the keeper fails."""
    wrong: list[str] = []
    detail = await _mirror(context, wrong) | await _chain(context, wrong) | await _application(context, wrong)
    detail |= await _receipts(context)
    lag = (detail.get("chain_head") or 0) - (detail.get("mirror_number") or 0)
    if lag > context.config.max_lag_blocks:
        wrong.append(bilingual(N_("镜像落后 {lag} 个区块")).format(lag=lag))
    response.status_code = 503 if wrong else 200
    response.headers["cache-control"] = "no-store"
    return Health(healthy=not wrong, detail=detail | {"wrong": wrong})


@router.get("/metrics", response_class=Response)
async def show_metrics(context: AppContext) -> Response:
    """Figures for Prometheus."""
    metrics = context.metrics
    await _mirror(context, [])
    query = select(commands.c.state, func.count()).group_by(commands.c.state)
    async with context.app_engine.connect() as connection:
        counted = {state: count for state, count in await connection.execute(query)}  # noqa: C416 rows are no pairs to mypy
    for state in ("accepted", "signed", "done", "refused"):
        metrics.commands.labels(state).set(counted.get(state, 0))
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _mirror(context: Context, wrong: list[str]) -> dict[str, Any]:
    try:
        async with context.mirror.connect() as connection:
            at = (await connection.execute(HEAD)).first()
            mirror_status = (await connection.execute(select(status.c.halted, status.c.reason))).first()
    except SQLAlchemyError:
        wrong.append(bilingual(N_("镜像读不了")))
        return {}
    if at is None:
        wrong.append(bilingual(N_("镜像是空的")))
    elif context.has_stopped(at.time):
        stopped = bilingual(N_("从 {time} 起没有新区块；如果链在出块，就是本机的时钟快了"))
        wrong.append(stopped.format(time=moment_text(at.time)))
    elif context.is_ahead(at.time):
        wrong.append(bilingual(N_("最新区块的时间在本机时钟之后：{time}")).format(time=moment_text(at.time)))
    if mirror_status is not None and mirror_status.halted:
        number = at.number if at else NONE
        halted = bilingual(N_("节点给出的内容证明不了，镜像停在区块 {number}"))
        wrong.append(f"{halted.format(number=number)}: {mirror_status.reason}")
    if at is None:
        return {"mirror_number": None, "final_number": None, "head_seconds": None}
    age_seconds = max(0, context.clock() - at.time)
    context.metrics.head_seconds.set(age_seconds)
    return {"mirror_number": at.number, "final_number": at.final_number, "head_seconds": age_seconds}


async def _receipts(context: Context) -> dict[str, Any]:
    """Whether receipts of this portal count. Nothing is wrong where they do not: admitting a key waits in public."""
    if context.receipts is None:
        return {"receipts_count": False}
    key = to_canonical_address(context.receipts.address)
    try:
        async with context.mirror.connect() as connection:
            row = (await connection.execute(receipt_key(key))).first()
    except SQLAlchemyError:
        return {}
    return {"receipts_count": row is not None and receipt_keys.version(row).ended_at is None}


async def _chain(context: Context, wrong: list[str]) -> dict[str, Any]:
    try:
        head = await context.probe.head()
    except (ChainUnreachableError, ChainRefusedError) as error:
        unanswered = bilingual(N_("链没有回答"))
        wrong.append(f"{unanswered}: {str(error)[:MOST_LETTERS]}")
        return {}
    return {"chain_head": head.number}


async def _application(context: Context, wrong: list[str]) -> dict[str, Any]:
    unsettled = commands.c.state.in_(("accepted", "signed"))
    query = select(func.count(), func.min(commands.c.accepted_at)).where(unsettled)
    try:
        async with context.app_engine.connect() as connection:
            count, oldest = (await connection.execute(query)).one()
            duties = await read_duties(connection)
    except SQLAlchemyError:
        wrong.append(bilingual(N_("门户的数据库读不了")))
        return {}
    waits = max(0, context.clock() - oldest) if count else 0
    if waits > context.config.max_stuck_seconds:
        wrong.append(bilingual(N_("有提交等了 {waits} 秒")).format(waits=waits))
    failing = bilingual(N_("值守的事项 {duty} 出错：{fault}"))
    now, most_seconds = context.clock(), context.config.max_stuck_seconds
    wrong += [
        failing.format(duty=one.duty, fault=one.fault) for one in duties if one.fails(now, most_seconds)
    ]
    return {"unsettled_commands": count, "oldest_command_seconds": waits, "duties": duties}
