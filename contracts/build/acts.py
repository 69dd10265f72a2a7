"""Reads the acts from the tags beside the functions of the interfaces, and fails where one is not defined whole.

    @custom:act RefundGift             its id
    @custom:message RefundGift(…)      EIP-712 type of what a member signs; absent where an office or anyone calls
    @custom:action 退回众筹款 Refund a gift
    @custom:notice-zh 记下一笔众筹款已经退回。    what it does, as `@notice` tells in English
    @custom:by treasurer of campaign   who may do it, and of which parameter; a line for each who may
    @custom:field bankLine bank-line-in    what each parameter, and each field of a struct, is
    @custom:emits GiftRefunded Transferred
    @custom:undo none                  the act that takes it back
    @custom:desk HOURS                 area of the delegations by which a service desk does it for a person; absent for most

A function that changes something and is no act says why: `@custom:no-act Only admitted modules.`
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from contracts.acts import Act
from contracts.build.checks import check_action, check_by, check_message, fail, single_tag
from contracts.build.fields import FieldReader
from contracts.build.syntax import Tag, canonical, definitions, interfaces, notice, place, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.build.compiler import Json


def acts_json(acts: list[Act]) -> str:
    """Text of `acts.json`, sorted by id."""
    records = [asdict(act, dict_factory=_without_empty) for act in sorted(acts, key=lambda act: act.act)]
    return json.dumps(records, indent=1, ensure_ascii=False) + "\n"


def read_acts(output: Json) -> list[Act]:
    """The acts of the interfaces, in the order of the sources.

    Args:
        output: Of the compiler, for the interfaces and the contracts that implement them.

    Raises:
        BuildError: A function that changes something is no act, or a tag is missing or wrong.
    """
    found = list(_functions(output))
    ids = [single_tag(where, tags, "act").value for where, _, _, tags in found]
    return [_act(output, *function, ids) for function in found]


def _without_empty(pairs: list[tuple[str, Any]]) -> Json:
    # Most fields have neither fields inside nor an id.
    return {name: value for name, value in pairs if value or name not in ("fields", "id", "optional", "desk")}


def _functions(output: Json) -> Iterator[tuple[str, str, Json, list[Tag]]]:
    """Place, contract, syntax tree and tags of each function that is an act."""
    for interface in interfaces(output):
        for node in interface["nodes"]:
            if node["nodeType"] != "FunctionDefinition" or node["stateMutability"] in ("view", "pure"):
                continue
            tags = tags_of(output, node)
            if not any(tag.name == "no-act" for tag in tags):
                yield place(output, node), interface["name"].removeprefix("I"), node, tags


def _act(output: Json, where: str, contract: str, node: Json, tags: list[Tag], ids: list[str]) -> Act:
    events = {event["name"]: event for event in definitions(output, "EventDefinition")}
    compiled = {name: built for unit in output["contracts"].values() for name, built in unit.items()}
    entry = next(e for e in compiled[f"I{contract}"]["abi"] if e.get("name") == node["name"])
    code = bytes.fromhex(compiled[contract]["evm"]["deployedBytecode"]["object"])

    act, action = single_tag(where, tags, "act"), single_tag(where, tags, "action")
    emits, undo = single_tag(where, tags, "emits"), single_tag(where, tags, "undo")
    if ids.count(act.value) > 1:
        fail(act.place, f"two acts are called {act.value}", "an id names one act", "rename one of them")
    for name in emits.value.split():
        if name not in events:
            fail(
                emits.place,
                f"there is no event {name}",
                "no interface declares it",
                "name one that is emitted",
            )
    if undo.value not in (*ids, "none"):
        fail(undo.place, f"there is no act {undo.value}", "no function has this id", "name an act, or none")

    message = check_message(where, tags, entry, code)
    check_action(action, code if message else None)
    reader = FieldReader(output, [events[name] for name in emits.value.split()])
    fields, signed_only = reader.read(where, node, entry, tags, message)
    return Act(
        act=act.value,
        contract=contract,
        function=node["name"],
        signature=f"{node['name']}({','.join(canonical(item) for item in entry['inputs'])})",
        message=message,
        action=action.value,
        notice=notice(node),
        notice_zh=single_tag(where, tags, "notice-zh").value,
        by=check_by(where, tags, [field.name for field in fields]),
        fields=fields,
        signed_only=signed_only,
        emits=tuple(emits.value.split()),
        undo=None if undo.value == "none" else undo.value,
        desk=next((tag.value for tag in tags if tag.name == "desk"), None),
    )
