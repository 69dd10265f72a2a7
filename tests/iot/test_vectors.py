"""The committed test vectors: signed bytes in, the documented outcome out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from iot.event.cose import Domain
from iot.ingest.ingest import Ingest
from iot.ingest.receipts import RETRYABLE
from iot.log.store import EventStore
from iot.visits.evidence import gather
from iot.visits.visits import assemble
from tests.iot.town import Clock
from tests.iot.vectors import FOLDER, directory_of, message_cases, unhexed, visit_cases

if TYPE_CHECKING:
    from iot.config import IotConfig

FILES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
MESSAGES = {name: case for name, case in FILES.items() if "messages" in case}
VISITS = {name: case for name, case in FILES.items() if "leaves" in case}


def settings_of(case: dict[str, Any], config: IotConfig) -> IotConfig:
    registry = unhexed(case["registry"])
    others = (Domain(chain_id=case["other_chain_id"], registry=registry),) if "other_chain_id" in case else ()
    return replace(config, domain=Domain(chain_id=case["chain_id"], registry=registry), other_domains=others)


def test_there_is_a_file_for_every_case_and_no_other() -> None:
    assert set(MESSAGES) == {str(name) for name in message_cases()}
    assert set(VISITS) == {str(name) for name in visit_cases()}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_message_yields_the_documented_outcome(name: str, config: IotConfig) -> None:
    case = MESSAGES[name]
    settings = settings_of(case, config)
    store = EventStore.open(settings)
    ingest = Ingest(store, directory_of(case), settings, clock=Clock(case["received_seconds"]))
    last = [await ingest.receive(unhexed(message)) for message in case["messages"]][-1]
    assert last.outcome.name.lower() == case["expected"]["outcome"]
    assert [code.value for code in last.codes] == case["expected"]["codes"]
    assert last.may_forget is not bool(RETRYABLE & set(last.codes))
    store.close()


@pytest.mark.parametrize("name", VISITS)
async def test_a_visit_comes_to_the_documented_minutes_level_and_holds(name: str, config: IotConfig) -> None:
    case = VISITS[name]
    settings = settings_of(case, config)
    directory, store = directory_of(case), EventStore.open(settings)
    ingest = Ingest(store, directory, settings, clock=Clock(case["anchors"][-1]["time_seconds"]))
    receipts = await ingest.receive_many([unhexed(leaf) for leaf in case["leaves"]])
    assert [r.index for r in receipts] == list(range(len(receipts)))
    with store.reading() as connection:
        visit = assemble(
            gather(connection, directory, unhexed(case["task"]["task"]), directory.heads[-1]),
            settings.ruleset,
        )
    assert visit.served_minutes == case["expected"]["served_minutes"]
    assert (visit.level.name if visit.level is not None else None) == case["expected"]["level"]
    assert sorted({hold.code.value for hold in visit.holds}) == case["expected"]["holds"]
    store.close()
