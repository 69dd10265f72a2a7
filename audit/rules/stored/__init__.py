"""What must stand in the storage of the contracts beside the ledger's balances: the auditor's own fold, thing by thing.

Of a kind with many things a sample is proven. The hash of the head chooses it: who makes the evidence does not, as long as
validators whom the auditor pins sealed the head.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from audit.decode.keccak import keccak
from audit.evidence.pinned import contract_of
from audit.rules.stored import (
    bank_lines,
    campaigns,
    delegations,
    devices,
    enterprises,
    funds,
    keys,
    lots,
    offices,
    redemptions,
    requests,
    tasks,
    wages,
)
from audit.rules.stored.things import Stored, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.chain.history import History

__all__ = [
    "MODULES",
    "SAMPLED",
    "Stored",
    "Thing",
    "begun_by",
    "fold_stored",
    "kinds_of",
    "sample",
    "things_of",
]

# So many things of each kind are proven; of a kind with no more, all.
SAMPLED = 300
MODULES = (
    delegations,
    offices,
    keys,
    funds,
    requests,
    bank_lines,
    campaigns,
    tasks,
    redemptions,
    enterprises,
    lots,
    wages,
    devices,
)
# About contracts that are replaced and whose versions hold things themselves; others tell of things of `Rounds` and such.
_OF_VERSIONS = (campaigns, tasks, redemptions, lots)
_CAMPAIGN_OPENED = "Campaigns.CampaignOpened"
ONE_VERSION: Mapping[bytes, str] = MappingProxyType({})


def begun_by(name: str, values: dict[str, Any], label: str) -> list[Thing]:
    """Things of which an event may be the first to tell, whatever else it says.

    Args:
        name: Contract and event, such as "Members.KeyAdded".
        values: Parameters of the event.
        label: Of the version that emitted it.
    """
    begins = (module.BEGINS[name] for module in MODULES if name in module.BEGINS)
    return [_of(label, thing) for begin in begins for thing in begin(values)]


def _of(label: str, thing: Thing) -> Thing:
    """A thing of the version that told of it; what only one version of a contract holds, stays."""
    return thing._replace(contract=label) if contract_of(label) == thing.contract else thing


def fold_stored(history: History, labels: Mapping[bytes, str] = ONE_VERSION) -> Stored:
    """Takes the events in order, and tells what each thing must hold after the last.

    Args:
        history: The verified history.
        labels: Of the versions of contracts, by address; whose is not there is the first.

    Raises:
        StateError: An event is about a thing that no event began.
    """
    stored = Stored()
    later = defaultdict[str, Stored](lambda: Stored(stored.terms))
    opened = dict[int, str]()
    for log in history.logs():
        label = labels.get(log.address, log.contract)
        if log.name == _CAMPAIGN_OPENED:
            opened[log.values["campaign"]] = label
        for module in MODULES:
            rule = module.RULES.get(log.name)
            if rule:
                # The version that opened a campaign keeps its sums, whichever takes a gift back.
                kept_by = opened.get(log.values["campaign"], label) if module is campaigns else label
                is_its_own = kept_by != log.contract and module in _OF_VERSIONS
                rule(later[kept_by] if is_its_own else stored, log, log.values)
    for label, own in later.items():
        stored.update({_of(label, thing): fields for thing, fields in own.items()})
    return stored


def things_of(history: History, labels: Mapping[bytes, str] = ONE_VERSION) -> list[Thing]:
    """Every thing that the events tell of, in any order.

    Args:
        history: The verified history.
        labels: Of the versions of contracts, by address; whose is not there is the first.
    """
    return [
        thing
        for log in history.logs()
        for thing in begun_by(log.name, log.values, labels.get(log.address, log.contract))
    ]


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
