"""What must stand in the storage of the contracts beside the ledger's balances: the auditor's own fold, thing by thing.

Of a kind with many things a sample is proven. The hash of the head chooses it: who makes the evidence does not, as long as
validators whom the auditor pins sealed the head.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from eth_utils import keccak

from audit.rules.stored import offices, requests, tasks
from audit.rules.stored.things import Stored, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.chain.history import History

__all__ = ["SAMPLED", "Stored", "Thing", "begun_by", "fold_stored", "kinds_of", "sample", "things_of"]

# So many things of each kind are proven; of a kind with no more, all.
SAMPLED = 300
_MODULES = (offices, requests, tasks)


def begun_by(name: str, values: dict[str, Any]) -> list[Thing]:
    """Things of which an event may be the first to tell, whatever else it says.

    Args:
        name: Contract and event, such as "Members.KeyAdded".
        values: Parameters of the event.
    """
    begins = (module.BEGINS[name] for module in _MODULES if name in module.BEGINS)
    return [thing for begin in begins for thing in begin(values)]


def fold_stored(history: History) -> Stored:
    """Takes the events in order, and tells what each thing must hold after the last.

    Args:
        history: The verified history.

    Raises:
        StateError: An event is about a thing that no event began.
    """
    stored = Stored()
    rules = {name: rule for module in _MODULES for name, rule in module.RULES.items()}
    for log in history.logs():
        rule = rules.get(log.name)
        if rule:
            rule(stored, log, log.values)
    return stored


def things_of(history: History) -> list[Thing]:
    """Every thing that the events tell of, in any order.

    Args:
        history: The verified history.
    """
    return [thing for log in history.logs() for thing in begun_by(log.name, log.values)]


def kinds_of(things: Iterable[Thing]) -> dict[str, set[Thing]]:
    """The things of each kind, each once."""
    kinds: dict[str, set[Thing]] = defaultdict(set)
    for thing in things:
        kinds[thing.kind].add(thing)
    return dict(kinds)


def sample(things: Iterable[Thing], seed: bytes) -> list[Thing]:
    """Of each kind `SAMPLED` things, or all: those whose first word hashes lowest with the seed.

    Args:
        things: All of them, in any order.
        seed: Hash of the head, 32 bytes.
    """
    chosen: list[Thing] = []
    for kind in kinds_of(things).values():
        few = len(kind) <= SAMPLED
        chosen += kind if few else sorted(kind, key=lambda t: keccak(seed + t.spot.words()[0]))[:SAMPLED]
    return sorted(chosen, key=str)
