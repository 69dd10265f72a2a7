"""False heads of the log stop the keeper until the steward sets them aside, as `docs/operate/false-heads.md` says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from eth_utils import keccak

from contracts.acts import acts
from gongji.acts.entered import arguments, entered, nested
from gongji.acts.names import kebab
from gongji.acts.options import options_of
from tests.contracts import event_tree
from tests.gongji.keeper.test_dry_tap import Watch

PAGE = Path("docs/operate/false-heads.md")
FALSE = [keccak(text=f"nobody signed {n}") for n in range(2)]
RULES = b"r" * 32
# So much an hour that nobody is sent to the door.
LITRES = 50


def test_the_true_log_goes_on_once_false_heads_are_set_aside() -> None:
    watch = Watch()
    world = watch.world
    try:
        watch.live(2, LITRES)
        world.round()
        world.carry()
        assert anchored(watch) == 2
        with world.store.log() as log:
            true = log.leaf_hashes(0, 2)
        leaves = [*true, *FALSE]
        path = event_tree.consistency(leaves, 2)
        world.block(world.send("log_keeper", "EventLog", "anchor", 4, event_tree.root(leaves), RULES, path))
        watch.live(1, LITRES)
        with pytest.raises(ExceptionGroup, match="duties of the keeper"):
            world.round()
        assert {duty.duty: duty.fault for duty in world.duties()}["Anchor"] == "LogForeignError"
        [size] = of_the_page()
        world.block(world.send("steward", "EventLog", "resume", size))
        assert anchored(watch) == size
        world.round()
        world.carry()
        assert anchored(watch) == 3
    finally:
        world.close()


def anchored(watch: Watch) -> int:
    """How many leaves the chain knows of."""
    return int(watch.world.evm.read("EventLog", "anchoredSize"))


def of_the_page() -> tuple[object, ...]:
    """What the command of the page calls the contract with."""
    [line] = re.findall(r"^gongji act resume-log .*$", PAGE.read_text("utf-8"), re.MULTILINE)
    _, _, name, *options = shlex.split(line)
    act = next(act for act in acts().values() if kebab(act.act) == name)
    texts = dict(zip(options[::2], options[1::2], strict=True))
    values = entered(act, {option.name: texts.pop(option.flag) for option in options_of(act)})
    assert not texts
    return arguments(act.fields, nested(act, values))
