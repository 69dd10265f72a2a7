"""Drafts and their approvals in the schema `app`. Whatever changes a draft checks in its own transaction that it is not sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, or_, select, tuple_, update

from kit.database import writing_async
from ledger_api.errors import DraftSentError, NotFoundError
from ledger_api.forms import hexed, id_bytes
from ledger_api.paging import decode_cursor, encode_cursor
from ledger_api.proposals.drafts.drafted import Drafted
from ledger_api.rows import fetch, select_fields
from ledger_api.tables import commands, draft_approvals, proposal_drafts
from wallets.intents import SubmitProposal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Executable
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from ledger_api.relayer.outbox import Outbox
    from wallets.intents import Call

drafts, approvals = proposal_drafts.c, draft_approvals.c


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRow:
    """A draft without its approvals.

    Attributes:
        proposal_id: Hash of the proposal, 32 bytes.
        message: The SubmitProposal that its applicant signed, as JSON.
        signer: Key that signed it, 20 bytes.
        signature: As the key signed it.
        drafted_at: Seconds since 1970.
        command: Command that last carried it, or None.
        state: State of that command.
    """

    proposal_id: bytes
    message: str
    signer: bytes
    signature: bytes
    drafted_at: int
    command: str | None
    state: str | None


DRAFTS = select_fields(DraftRow, proposal_drafts, commands).join_from(
    proposal_drafts, commands, commands.c.id == drafts.command, isouter=True
)


async def find(engine: AsyncEngine, proposal_id: bytes) -> Drafted:
    """A draft with its approvals.

    Raises:
        NotFoundError: There is none of this proposal.
    """
    async with engine.connect() as connection:
        return await _found(connection, proposal_id)


async def page(
    engine: AsyncEngine, now: int, *, committee: int | None, after: tuple[int, bytes] | None, limit: int
) -> list[Drafted]:
    """Drafts in time whose proposal is not known to be on the chain, the latest first.

    Args:
        engine: Engine of the schema `app`.
        now: Seconds since 1970.
        committee: Only for this committee to decide.
        after: Only those that follow a draft with this `drafted_at` and proposal id.
        limit: How many at the most.
    """
    chosen = or_(drafts.command.is_(None), commands.c.state != "done")
    if committee is not None:
        chosen = and_(chosen, drafts.committee == committee)
    return await _page(engine, now, chosen, after, limit)


async def unsent(
    engine: AsyncEngine,
    now: int,
    committees: Collection[int],
    signers: Collection[bytes],
    *,
    after: tuple[int, bytes] | None,
    limit: int,
) -> list[Drafted]:
    """Drafts in time that are not sent, or whose command was refused, the latest first; other arguments as of `page`.

    Args:
        engine: Engine of the schema `app`.
        now: Seconds since 1970.
        committees: Only those that one of these decides,
        signers: and those that one of these keys signed, 20 bytes each.
        after: As of `page`.
        limit: As of `page`.
    """
    is_unsent = or_(drafts.command.is_(None), commands.c.state == "refused")
    is_theirs = or_(drafts.committee.in_(committees), drafts.signer.in_(signers))
    return await _page(engine, now, and_(is_unsent, is_theirs), after, limit)


def draft_cursor(draft: Drafted) -> str:
    """The cursor of a draft."""
    return encode_cursor(draft.drafted_at, hexed(draft.proposal_id))


def after(cursor: str | None) -> tuple[int, bytes] | None:
    """The place of a draft by its cursor, as `page` takes it.

    Raises:
        CursorInvalidError: It is of no list of drafts.
    """
    if cursor is None:
        return None
    drafted_at, proposal_id = decode_cursor(cursor, int, str)
    return drafted_at, id_bytes(proposal_id, 32)


async def keep(engine: AsyncEngine, draft: Drafted) -> Drafted:
    """Keeps a new draft; gives the one that is kept for its proposal from then on."""
    row = {
        "proposal_id": draft.proposal_id, "message": json.dumps(draft.intent.message()),
        "signer": draft.signer, "signature": draft.signature, "committee": draft.intent.proposal.committee,
        "deadline": draft.intent.deadline, "drafted_at": draft.drafted_at,
    }  # fmt: skip
    async with writing_async(engine) as connection:
        known = await connection.scalar(
            select(drafts.proposal_id).where(drafts.proposal_id == draft.proposal_id)
        )
        if known is None:
            await connection.execute(insert(proposal_drafts), row)
        return await _found(connection, draft.proposal_id)


async def approve(engine: AsyncEngine, proposal_id: bytes, signer: bytes, signature: bytes, now: int) -> None:
    """Keeps an approval. Keeping one of the same key again changes nothing.

    Raises:
        DraftSentError: The draft was sent.
    """
    async with writing_async(engine) as connection:
        draft = await _unsent(connection, proposal_id)
        if signer not in draft.approvals:
            row = {"proposal_id": proposal_id, "signer": signer, "signature": signature, "kept_at": now}
            await connection.execute(insert(draft_approvals), row)


async def take_back(engine: AsyncEngine, proposal_id: bytes, signers: Iterable[bytes]) -> None:
    """Forgets the approvals of some keys.

    Raises:
        DraftSentError: The draft was sent.
        NotFoundError: None of them approved it.
    """
    async with writing_async(engine) as connection:
        await _unsent(connection, proposal_id)
        mine = and_(approvals.proposal_id == proposal_id, approvals.signer.in_(list(signers)))
        if not (await connection.execute(delete(draft_approvals).where(mine))).rowcount:
            raise NotFoundError("approval of yours for the draft", hexed(proposal_id))


async def send(engine: AsyncEngine, outbox: Outbox, draft: Drafted, call: Call) -> str | None:
    """Accepts the command that carries a draft and marks the draft as sent, both or neither.

    Args:
        engine: Engine of the schema `app`.
        outbox: Where commands are accepted.
        draft: The draft as it was when the call was made of it.
        call: Carries it.

    Returns:
        Id of the command; None if the draft has changed since.
    """
    proposal_id = draft.proposal_id
    # After a refusal the draft is sent anew, under another key.
    key = f"draft:{proposal_id.hex()}:{draft.command or ''}"
    async with writing_async(engine) as connection:
        if await _found(connection, proposal_id) != draft:
            return None
        accepted = await outbox.enqueue_within(
            connection, call, key, kind=type(draft.intent).__name__, signer=draft.signer
        )
        sent = update(proposal_drafts).where(drafts.proposal_id == proposal_id).values(command=accepted.id)
        await connection.execute(sent)
        return accepted.id


async def _page(
    engine: AsyncEngine, now: int, chosen: ColumnElement[bool], after: tuple[int, bytes] | None, limit: int
) -> list[Drafted]:
    place = tuple_(drafts.drafted_at, drafts.proposal_id)
    query = DRAFTS.where(drafts.deadline >= now, chosen)
    query = query if after is None else query.where(place < after)
    query = query.order_by(drafts.drafted_at.desc(), drafts.proposal_id.desc()).limit(limit)
    async with engine.connect() as connection:
        return await _with_approvals(connection, query)


async def _found(connection: AsyncConnection, proposal_id: bytes) -> Drafted:
    found = await _with_approvals(connection, DRAFTS.where(drafts.proposal_id == proposal_id))
    if not found:
        raise NotFoundError("draft", hexed(proposal_id))
    return found[0]


async def _unsent(connection: AsyncConnection, proposal_id: bytes) -> Drafted:
    draft = await _found(connection, proposal_id)
    if draft.sent:
        raise DraftSentError(f"expected a draft that is not sent, got one sent by command {draft.command}")
    return draft


async def _with_approvals(connection: AsyncConnection, query: Executable) -> list[Drafted]:
    rows = await fetch(connection, DraftRow, query)
    kept: dict[bytes, dict[bytes, bytes]] = {row.proposal_id: {} for row in rows}
    columns = (approvals.proposal_id, approvals.signer, approvals.signature)
    of_drafts = select(*columns).where(approvals.proposal_id.in_(list(kept)))
    for proposal_id, signer, signature in await connection.execute(of_drafts):
        kept[proposal_id][signer] = signature
    return [_drafted(row, kept[row.proposal_id]) for row in rows]


def _drafted(row: DraftRow, kept: dict[bytes, bytes]) -> Drafted:
    return Drafted(
        intent=SubmitProposal.from_message(json.loads(row.message)),
        signer=row.signer,
        signature=row.signature,
        drafted_at=row.drafted_at,
        command=row.command,
        sent=row.command is not None and row.state != "refused",
        approvals=kept,
    )
