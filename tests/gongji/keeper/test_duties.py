from __future__ import annotations

from pathlib import Path

from gongji.keeper import keeper


def test_every_duty_of_the_package_is_seen_to() -> None:
    folder = Path(keeper.__file__).parent
    modules = sorted(path.stem for path in folder.glob("*.py") if "(Duty):" in path.read_text("utf-8"))
    assert [duty.__module__.rpartition(".")[2] for duty in keeper.duties()] == modules
    assert "claims" in modules
