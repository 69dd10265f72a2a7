"""The text that an office signs to order an act: what is called, field by field, and the digest of the calldata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.choices import choices_of
from indexer.calendar import day_text
from ledger_api.forms import hexed, moment_text
from wallets.amounts import cny_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.acts import Act, ActField
    from ledger_api.config import ApiConfig

# What the text of a change says beside what is called: that it waits in public, until when, and who can stop it.
WAITS = "公开等待，最早生效 Waits in public, holds at the earliest: "
STOPPED_BY = "资金守护可以叫停 The guardian can stop it."


def compose(
    config: ApiConfig,
    act: Act,
    fields: Mapping[str, Any],
    *,
    digest: bytes,
    address: str,
    nonce: str,
    expires_at: int,
    waits_until: int | None = None,
) -> str:
    """The text to sign.

    Args:
        config: The town and its chain.
        act: What is ordered.
        fields: Its fields, in JSON.
        digest: keccak256 of the calldata, 32 bytes.
        address: Checksummed address of the version of the contract that is called.
        nonce: Letters and digits, used once.
        expires_at: Last second at which it counts, seconds since 1970.
        waits_until: When it holds at the earliest, if it is a change that waits, seconds since 1970; None if it is done at once.
    """
    waiting = "" if waits_until is None else f"{WAITS}{moment_text(waits_until)}\n{STOPPED_BY}\n\n"
    field_lines = "\n".join(f"{name}: {value}" for name, value in _lines(act, act.input_fields, fields))
    return (
        f"{urlsplit(config.public_url).netloc} {config.town_name}\n机构办理 An office orders:\n{act.action}\n\n"
        f"{act.contract}.{act.function}\n{field_lines}\n\n{waiting}"
        f"Calldata: {hexed(digest)}\nContract: {address}\n"
        f"Chain ID: {config.deployment.chain_id}\nNonce: {nonce}\nExpiration Time: {moment_text(expires_at)}"
    )


def _lines(
    act: Act, fields: Sequence[ActField], values: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, str]]:
    """Name and value of every field; of a list, of each entry."""
    for field in fields:
        value, name = values[field.name], before + field.name
        entries = (
            [(f"{name} {n}", entry) for n, entry in enumerate(value, 1)]
            if isinstance(value, list)
            else [(name, value)]
        )
        for own, entry in entries:
            if field.fields:
                yield from _lines(act, field.fields, entry, f"{own}.")
            else:
                yield own, _words(act, field, entry)


def _words(act: Act, field: ActField, value: Any) -> str:
    """A value as people read it, and as it is called with."""
    if field.kind == "choice":
        chosen = {one.value: one.name for one in choices_of(act.act)[field.name]}
        return f"{chosen.get(value, 'unknown')} ({value})"
    if field.kind == "money":
        return f"{cny_text(value)} ({value} fen)"
    if field.kind == "date":
        return f"{moment_text(value)} ({value})"
    if field.kind == "day":
        return f"{day_text(value)} ({value})"
    if field.kind == "purpose":
        return f"{value >> 16}-{value & 0xFFFF} ({value})"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
