"""The duties of the keeper: all that stand in its package are seen to, and one that fails holds up no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY

from gongji.keeper import keeper
from gongji.keeper.duty import Duty, Order
from tests.gongji.keeper.test_dry_tap import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator


class Failing(Duty):
    """Cannot count what somebody entered."""

    def orders(self) -> Iterator[Order]:
        raise OverflowError("Python int too large to convert to SQLite INTEGER")


def test_every_duty_of_the_package_is_seen_to() -> None:
    folder = Path(keeper.__file__).parent
    modules = sorted(path.stem for path in folder.glob("*.py") if "(Duty):" in path.read_text("utf-8"))
    assert [duty.__module__.rpartition(".")[2] for duty in keeper.duties()] == modules
    assert "claims" in modules


def test_a_duty_that_fails_is_told_and_holds_up_no_other() -> None:
    watch = Watch()
    try:
        duties = watch.world.keeper._duties
        duties.insert(0, Failing(duties[0]._context))
        watch.tell()
        with pytest.raises(ExceptionGroup, match="duties of the keeper") as raised:
            watch.world.round()
        assert [type(fault) for fault in raised.value.exceptions] == [OverflowError]
        assert {order.kind for order in watch.world.orders()} == {"EventLog.anchor"}
        shown = {duty.duty: duty for duty in watch.world.duties()}
        assert shown["Failing"].fault == "OverflowError"
        assert shown["Failing"].succeeded_at is None
        assert shown["Anchor"].succeeded_at == watch.world.clock()
        assert (
            REGISTRY.get_sample_value(
                "gongji_keeper_duty_failures_total", {"duty": "Failing", "error": "OverflowError"}
            )
            == 1
        )
    finally:
        watch.world.close()
