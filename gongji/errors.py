"""Errors of the front door. Each is told in three lines: what, why, what to do."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class GongjiError(Exception):
    """Base of all errors of this package.

    Attributes:
        what: What went wrong.
        why: Why.
        remedy: What to do.
        exit_status: 1 verification failed, 2 usage or undecidable, 3 cannot reach, 4 refused by a rule.
    """

    exit_status = 2

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")
        self.what, self.why, self.remedy = what, why, remedy


class JournalDamagedError(GongjiError):
    """The chain's journal cannot be trusted as it is."""

    def __init__(self, path: Path, good_bytes: int) -> None:
        super().__init__(
            f"the journal {path} is damaged",
            f"the line after byte {good_bytes} has a wrong checksum and is not the last one",
            "restore the file from a backup; nothing was changed",
        )


class JournalInUseError(GongjiError):
    """Another process has the chain's journal open."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the journal {path} is in use",
            "another sequencer runs on this data directory",
            "stop it first, or use another --data-dir",
        )


class AnvilError(GongjiError):
    """Anvil did not do what the journal says."""

    exit_status = 3


class SettingsInvalidError(GongjiError):
    """A setting is out of range."""

    def __init__(self, name: str, why: str, got: object) -> None:
        super().__init__(f"the setting {name} is not valid", f"{why}, got {got!r}", "see docs/settings.md")


class SettingUnknownError(GongjiError):
    """There is no setting of this name."""

    def __init__(self, name: str, where: str, nearest: str) -> None:
        super().__init__(
            f"there is no setting {name}",
            f"{where} names it",
            f"the nearest is {nearest}; see docs/settings.md",
        )


class SettingsUnreadableError(GongjiError):
    """Settings are not in the form that they must have."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"the settings in {where} cannot be read", why, "see docs/settings.md")


class ProcessRunningError(GongjiError):
    """A process of this town runs already."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(
            f"the {name} process runs already",
            f"{path} is locked by it",
            "stop it, or use another --data-dir",
        )


class FilesUnimportedError(GongjiError):
    """Files of a former version wait to be imported."""

    def __init__(self, data_dir: Path, names: list[str]) -> None:
        super().__init__(
            "files of a former version wait to be imported",
            f"the town reads its register only, and not {', '.join(names)}",
            f"run `gongji register import --data-dir {data_dir}`",
        )


class SubjectUnknownError(GongjiError):
    """Nothing that is encrypted belongs to a subject."""

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"nothing of {subject} was forgotten",
            "no key of the register belongs to it",
            "look at the spelling: kind and id, such as members/0x and 32 hex digits",
        )


class FileBrokenError(GongjiError):
    """A file of a former version is not what it should be."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be imported",
            why,
            "mend it or restore it from a backup, and run it again; nothing was imported",
        )


class NotFoundError(GongjiError):
    """There is nothing of this name."""

    def __init__(self, kind: str, name: str, remedy: str) -> None:
        super().__init__(f"no {kind} {name}", "nothing here has this name", remedy)


class ActUnknownError(GongjiError):
    """There is no act of this id."""

    def __init__(self, act: str, known: Iterable[str]) -> None:
        (nearest,) = difflib.get_close_matches(act, list(known), n=1, cutoff=0)
        super().__init__(
            f"there is no act {act}", "no function of the contracts has this id", f"the nearest is {nearest}"
        )


class EventsRefusedError(GongjiError):
    """An event of a device did not enter the log."""

    exit_status = 4

    def __init__(self, outcome: str, why: str) -> None:
        super().__init__(f"an event was {outcome.lower()}", why, "see docs/service-events.md, section 4")


class UnexpectedMessageError(GongjiError):
    """The portal gave something else to sign than was asked for."""

    exit_status = 1

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(
            "the portal gave something else to sign than was asked for; nothing was signed",
            f"expected {expected}, got {got[:200]!r}",
            "find out who runs the portal that the settings name, before you sign anything there",
        )


class PortalRefusedError(GongjiError):
    """The portal answered with a problem."""

    exit_status = 4

    @classmethod
    def from_problem(cls, problem: dict[str, Any]) -> Self:
        """The error for a problem document of the API: what, why, what to do, in both languages."""
        what, why, remedy = (_in_both_languages(problem.get(part)) for part in ("what", "why", "remedy"))
        return cls(f"{problem.get('code')} {what}", f"{why} ({problem.get('detail', '')})", remedy)


def _in_both_languages(text: Any) -> str:
    return f"{text['zh']} {text['en']}" if isinstance(text, dict) else str(text or "")
