"""Writes what Ponder needs to know of our events: ABI and addresses, a table for each event, and a function that fills it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.index.abi_log import ADDRESSES
from contracts.abi import artifact
from contracts.events import EVENTS
from indexer.names import table_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from contracts.types import Event

# viem gives integers of up to 48 bits as number, others as bigint.
NUMBER_BITS, INTEGER_BITS = 48, 24


def write(folder: Path) -> None:
    """Writes `contract.ts`, `ponder.schema.ts` and `src/index.ts`."""
    abi = [_abi(event) for event in EVENTS]
    addresses = list(ADDRESSES.values())
    (folder / "contract.ts").write_text(
        f"export const abi = {json.dumps(abi)} as const;\nexport const addresses = {json.dumps(addresses)} as const;\n"
    )
    tables = "".join(map(_table, EVENTS))
    (folder / "ponder.schema.ts").write_text(f'import {{ onchainTable }} from "ponder";\n\n{tables}')
    functions = "".join(map(_function, EVENTS))
    (folder / "src" / "index.ts").write_text(
        f'import {{ ponder }} from "ponder:registry";\nimport * as schema from "ponder:schema";\n\n{functions}'
    )


def _abi(event: type[Event]) -> dict[str, Any]:
    return next(e for e in artifact(event.CONTRACT)["abi"] if e.get("name") == event.__name__)


def _table(event: type[Event]) -> str:
    columns = "".join(f"  {name}: {kind}.notNull(),\n" for name, kind, _ in _columns(event))
    return (
        f'export const {event.__name__} = onchainTable("{table_name(event)}", (t) => ({{\n  id: t.text().primaryKey(),\n'
        f"  block: t.bigint().notNull(), logIndex: t.integer().notNull(), txIndex: t.integer().notNull(),\n{columns}}}));\n"
    )


def _function(event: type[Event]) -> str:
    values = "".join(f"    {name}: {value},\n" for name, _, value in _columns(event))
    return (
        f'ponder.on("Town:{event.__name__}", async ({{ event, context }}) => {{\n'
        f"  await context.db.insert(schema.{event.__name__}).values({{\n    id: event.id, block: event.block.number,\n"
        f"    logIndex: event.log.logIndex, txIndex: event.transaction.transactionIndex,\n{values}  }});\n}});\n"
    )


def _columns(event: type[Event]) -> Iterator[tuple[str, str, str]]:
    """Name, type and value of each column, those of structs side by side with the others."""
    for outer in _abi(event)["inputs"]:
        value = f"event.args.{outer['name']}"
        for inner in outer.get("components", [outer]):
            place = f"{value}.{inner['name']}" if "components" in outer else value
            yield inner["name"], *_type_and_value(inner["type"], place)


def _type_and_value(abi: str, value: str) -> tuple[str, str]:
    if not abi.startswith("uint"):
        return "t.boolean()" if abi == "bool" else "t.hex()", value
    bits = int(abi.removeprefix("uint"))
    if bits <= INTEGER_BITS:
        return "t.integer()", value
    return "t.bigint()", f"BigInt({value})" if bits <= NUMBER_BITS else value
