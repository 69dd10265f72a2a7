"""What the operator hands over beside the chain: bank statements with their salts, places, rules of visits, signed events."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from audit.errors import BundleError, CollectError
from audit.evidence.canonical import array, integer, record, text, unhexed
from audit.evidence.formats import (
    HOUSEHOLDS_FOLDER,
    HOUSEHOLDS_FORMAT,
    PAYEE_FIELDS,
    PAYEES,
    STATEMENT_FORMAT,
    STATEMENTS_FOLDER,
)
from audit.evidence.signed_events import DEFAULT_RULESET, LEAVES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.collect.writer import BundleWriter

BANK_FORMAT = "gongji.bank-exhibit.v1"
# However long the log is, so many are in memory.
LINES_AT_ONCE = 1_000
LINE_FIELDS = ("amount_fen", "booked_on", "counterparty", "reference")
HASH_BYTES, SALT_BYTES, PLACE_BYTES = 32, 32, 16


def add_statements(writer: BundleWriter, path: Path) -> None:
    """Adds the statements of one bank account.

    Args:
        writer: The bundle.
        path: A `gongji.bank-exhibit.v1` file.

    Raises:
        CollectError: It is none.
    """
    exhibit = read_json(path)
    if not isinstance(exhibit, dict) or exhibit.get("format") != BANK_FORMAT:
        raise CollectError(f"{path}: expected a {BANK_FORMAT} file")
    try:
        bank, salt = integer(exhibit["bank"]), exhibit["salt"]
        statements = [_statement(bank, salt, statement) for statement in array(exhibit["statements"])]
    except (KeyError, TypeError, BundleError) as error:
        raise CollectError(f"{path}: {error!r}") from None
    for number, statement in enumerate(statements, 1):
        writer.add_lines(f"{STATEMENTS_FOLDER}{bank:05d}-{number:05d}.json", [statement])


def add_households(writer: BundleWriter, path: Path) -> None:
    """Adds the opened list of a campaign's households.

    Args:
        writer: The bundle.
        path: A `gongji.households.v1` file.

    Raises:
        CollectError: It is none.
    """
    exhibit = read_json(path)
    if not isinstance(exhibit, dict) or exhibit.get("format") != HOUSEHOLDS_FORMAT:
        raise CollectError(f"{path}: expected a {HOUSEHOLDS_FORMAT} file")
    try:
        campaign = integer(exhibit["campaign"])
    except (KeyError, BundleError) as error:
        raise CollectError(f"{path}: {error!r}") from None
    writer.add_lines(f"{HOUSEHOLDS_FOLDER}{campaign:010d}.json", [exhibit])


def add_payees(writer: BundleWriter, payees: Path) -> None:
    """Adds what requests that were paid said of their payees.

    Args:
        writer: The bundle.
        payees: File with a `{"payee", "salt", "text"}` per line, in the order of the commitments.

    Raises:
        CollectError: It cannot be read.
    """
    try:
        lines = [record(json.loads(line), PAYEE_FIELDS) for line in payees.read_text("utf-8").splitlines()]
    except (OSError, ValueError, BundleError) as error:
        raise CollectError(f"{payees}: {error}") from None
    writer.add_lines(PAYEES, lines)


def add_bindings(writer: BundleWriter, places: Path) -> None:
    """Adds the register of places.

    Args:
        writer: The bundle.
        places: File with a `{"commitment", "place", "salt"}` per line, hex without 0x.

    Raises:
        CollectError: It cannot be read.
    """
    bindings = {b["beneficiary"]: b for b in _bindings(places)}
    writer.add_lines("exhibits/bindings.jsonl", (bindings[key] for key in sorted(bindings)))


def add_rulesets(writer: BundleWriter, rulesets: Path) -> None:
    """Adds the rules of visits that are not the standard ones.

    Args:
        writer: The bundle.
        rulesets: File with a ruleset in canonical form per line.

    Raises:
        CollectError: It cannot be read.
    """
    try:
        lines = [
            record(json.loads(line), DEFAULT_RULESET) for line in rulesets.read_text("utf-8").splitlines()
        ]
    except (OSError, ValueError, BundleError) as error:
        raise CollectError(f"{rulesets}: {error}") from None
    writer.add_lines("exhibits/rulesets.jsonl", lines)


def add_events(writer: BundleWriter, events: Path, count: int) -> None:
    """Adds the first messages of the log of signed events; what they are is proven by the head that the chain holds.

    Args:
        writer: The bundle.
        events: File with a COSE message in hex per line, in the order of the log.
        count: How many the last anchored head has.

    Raises:
        CollectError: It has fewer, or cannot be read.
    """
    writer.add_lines(LEAVES, [])
    done = 0
    try:
        with events.open() as file:
            messages = (f"0x{bytes.fromhex(line.strip()).hex()}" for line in islice(file, count))
            while lines := list(islice(messages, LINES_AT_ONCE)):
                writer.add_lines(LEAVES, lines)
                done += len(lines)
    except (OSError, ValueError) as error:
        raise CollectError(f"{events}: {error}") from None
    if done < count:
        raise CollectError(f"{events}: expected {count} messages, as anchored, got {done}")


def _statement(bank: int, salt: str, statement: dict[str, Any]) -> dict[str, Any]:
    return {
        "account_salt": salt,
        "bank": bank,
        "closing_fen": statement["closing_fen"],
        "format": STATEMENT_FORMAT,
        "lines": [{k: line[k] for k in LINE_FIELDS if k in line} for line in statement["lines"]],
        "opening_fen": statement["opening_fen"],
    }


def _bindings(places: Path) -> Iterator[dict[str, str]]:
    sizes = {"commitment": HASH_BYTES, "place": PLACE_BYTES, "salt": SALT_BYTES}
    try:
        with places.open("rb") as file:
            for line in file:
                row = record(json.loads(line), sizes)
                hexes = {k: "0x" + text(row[k]).removeprefix("0x") for k in sizes}
                for k, size in sizes.items():
                    unhexed(hexes[k], size)
                yield {"beneficiary": hexes["commitment"], "place": hexes["place"], "salt": hexes["salt"]}
    except (OSError, ValueError) as error:
        raise CollectError(f"{places}: {error}") from None


def read_json(path: Path) -> Any:
    """The value of a file of JSON.

    Raises:
        CollectError: It cannot be read.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CollectError(f"{path}: {error}") from None
