"""Errors of the front door. Each is told in three lines: what, why, what to do."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Self

from gongji.exit_status import ExitStatus, of_http

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class GongjiError(Exception):
    """Base of all errors of this package.

    Attributes:
        what: What went wrong.
        why: Why.
        remedy: What to do.
        exit_status: With what the command ends.
    """

    exit_status = ExitStatus.USAGE

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(f"{what}: {why}; {remedy}")
        self.what, self.why, self.remedy = what, why, remedy


class AnvilError(GongjiError):
    """Anvil did not do what the journal says."""

    exit_status = ExitStatus.UNREACHABLE


class SettingsInvalidError(GongjiError):
    """A setting is out of range."""

    def __init__(self, name: str, why: str, got: str) -> None:
        super().__init__(
            f"设置 {name} 的值不对 the setting {name} is not valid",
            f"现值 {got} 超出范围 out of range: {why}, got {got}",
            "docs/settings.md 写明了范围 gives the range",
        )


class SettingUnknownError(GongjiError):
    """There is no setting of this name."""

    def __init__(self, name: str, where: str, nearest: str) -> None:
        super().__init__(
            f"没有设置 {name} there is no setting {name}",
            f"它写在 it is set in {where}",
            f"相近的 the nearest is {nearest}；全部设置 all settings: docs/settings.md",
        )


class SettingsUnreadableError(GongjiError):
    """Settings are not in the form that they must have."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"设置无法读取 the settings in {where} cannot be read",
            f"写法不对 not in the right format: {why}",
            "docs/settings.md 写明了写法 shows how to write them",
        )


class DemoOnNetworkError(GongjiError):
    """A town on a permissioned network is to be a demo town."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"{data_dir} 没有启动 was not started: 设置 demo 和 network = permissioned 不能同用 these settings cannot be used together",
            "演示页把居民的私钥给任何人看 the demo page shows everybody the private keys of its people",
            "真实的镇去掉 demo；演示镇用 embedded，另选 --data-dir for a real town leave demo out; for a demo town use network embedded and"
            " another --data-dir",
        )


class ProcessRunningError(GongjiError):
    """A process of this town is already running."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(
            f"进程 {name} 已在运行 the {name} process is already running",
            f"它锁住了 it has locked {path}",
            "先停止它，或换一个 --data-dir stop it, or use another --data-dir",
        )


class FilesUnimportedError(GongjiError):
    """Files of a former version wait to be imported."""

    def __init__(self, data_dir: Path, names: list[str]) -> None:
        super().__init__(
            "有旧版本的文件等待导入 files of an earlier version are waiting to be imported",
            f"本镇只读登记簿 the town reads only its register, not {', '.join(names)}",
            f"运行 run `gongji register import --data-dir {data_dir}`",
        )


class CampaignUnknownError(GongjiError):
    """There is no campaign of a number."""

    exit_status = ExitStatus.NOT_FOUND

    def __init__(self, campaign: int) -> None:
        super().__init__(
            f"没有众筹 {campaign} there is no campaign {campaign}",
            "镜像里没有这个编号 the mirror has none of this number",
            "gongji campaign list 列出全部众筹 lists all campaigns",
        )


class HouseholdsMissingError(GongjiError):
    """No household stands where those of a campaign are."""

    exit_status = ExitStatus.NOT_FOUND

    def __init__(self, campaign: int) -> None:
        super().__init__(
            f"众筹 {campaign} 没有可以列入名单的住户 there is no household for the list of campaign {campaign}",
            "登记处还没有登记住户住在哪栋楼 the registrar has placed none in its building, or in the town",
            "先办“登记住户楼栋” place the households first: gongji act place-household -h",
        )


class SubjectUnknownError(GongjiError):
    """Nothing that is encrypted belongs to a subject."""

    exit_status = ExitStatus.NOT_FOUND

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"没有销毁任何内容 nothing about {subject} was destroyed",
            "登记簿里没有属于它的密钥 the register has no key for it",
            "检查写法：类别和编号 check the spelling: kind and id, such as members/0x and 32 hex digits",
        )


class FileBrokenError(GongjiError):
    """A file of a former version is not what it should be."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} 无法导入 cannot be imported",
            f"内容不对 its content is not valid: {why}",
            "改正或从备份恢复后重试；没有导入任何内容 correct it or restore it from a backup, then try again; nothing was imported",
        )


class FileKeptError(GongjiError):
    """A file of a former version stays, because the register does not give back what is in it."""

    exit_status = ExitStatus.VERIFICATION_FAILED

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 没有删除 was not deleted",
            "登记簿读回的内容与它不同 what the register reads back differs from it",
            "检查磁盘和数据库后重试 check the disk and the database, then try again",
        )


class FilesUnknownError(GongjiError):
    """Files stay in a folder of documents, because the register does not know what is in them."""

    exit_status = ExitStatus.VERIFICATION_FAILED

    def __init__(self, folder: Path, names: list[str]) -> None:
        super().__init__(
            f"{folder} 里有 {len(names)} 个文件没有删除 not deleted there: {', '.join(names)}",
            "登记簿里没有它们的内容，库里也没有说明它们的记录 the register does not have their content, and no row describes them",
            "恢复有这些记录的数据库备份后重试，或把这些文件移到别处 restore a backup of the database that has these rows and try"
            " again, or move them elsewhere",
        )


class NotFoundError(GongjiError):
    """There is nothing of this name."""

    exit_status = ExitStatus.NOT_FOUND

    def __init__(self, kind: str, name: str, remedy: str) -> None:
        super().__init__(
            f"没有找到 there is no {kind} {name}", "这里没有这个名称或编号 nothing here has this name", remedy
        )


class ActUnknownError(GongjiError):
    """There is no act of this id."""

    def __init__(self, act: str, known: Iterable[str]) -> None:
        (nearest,) = difflib.get_close_matches(act, list(known), n=1, cutoff=0)
        super().__init__(
            f"没有行为 {act} there is no act {act}",
            "合约里没有这个名称 no contract has a function with this id",
            f"相近的 the nearest is {nearest}: `gongji chain explain {nearest}`",
        )


class EventsRefusedError(GongjiError):
    """An event of a device did not enter the log."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, outcome: str, why: str) -> None:
        super().__init__(
            f"设备事件没有入账 an event was {outcome.lower()}",
            f"原因代码 reason: {why}",
            "docs/service-events.md 第 4 节说明了代码 section 4 explains the code",
        )


class UnexpectedMessageError(GongjiError):
    """The portal gave something else to sign than was asked for."""

    exit_status = ExitStatus.VERIFICATION_FAILED

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(
            "门户给出的签名内容与您要办的不符，没有签名 what the portal gave to sign is not what you asked for; nothing was signed",
            f"应为 expected {expected}，实为 got {got[:200]!r}",
            "先查清这个门户由谁运行，再签名 find out who runs the portal named in the settings before you sign anything",
        )


class PortalRefusedError(GongjiError):
    """The portal answered with a problem.

    Attributes:
        code: Code of the problem, such as "SessionMissingError".
    """

    exit_status = ExitStatus.REFUSED
    code = ""

    @classmethod
    def from_problem(cls, problem: dict[str, Any]) -> Self:
        """The error for a problem document of the API: what, why, what to do, in both languages."""
        what, why, remedy = (_in_both_languages(problem.get(part)) for part in ("what", "why", "remedy"))
        error = cls(what, f"{why} 详情 details: {problem.get('code')}: {problem.get('detail', '')}", remedy)
        error.code = str(problem.get("code"))
        error.exit_status = of_http(problem["status"]) if "status" in problem else ExitStatus.REFUSED
        return error


def _in_both_languages(text: Any) -> str:
    return f"{text['zh']} {text['en']}" if isinstance(text, dict) else str(text or "")


class ModuleUnknownError(GongjiError):
    """What is to be replaced is no module that a town replaces."""

    def __init__(self, contract: str, modules: Iterable[str]) -> None:
        super().__init__(
            f"没有更换 {contract} was not replaced",
            "它不是模块，或永远留用 it is no module, or a town stands on it for ever",
            f"能更换的 replaced are: {', '.join(modules)}",
        )


class UpgradeWaitsError(GongjiError):
    """The version in force of a module is about to close, or former ones about to retire, already."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, contract: str) -> None:
        super().__init__(
            f"{contract} 没有再次预约 was not scheduled again",
            "它的更换或停用已经预约，还在公开等待 its replacement or retirement is scheduled already, and waits in public",
            "用 `gongji change list` 查看；资金守护可以叫停 see it with `gongji change list`; the guardian may stop it",
        )


class StillOpenError(GongjiError):
    """A former version has something to end yet, which it could not once it is retired."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, contract: str, things: Sequence[str]) -> None:
        super().__init__(
            f"{contract} 的旧版本还有没了结的事 a former version has something to end yet: {'; '.join(things)}",
            "停用以后谁也不能再了结，时长和钱会留在里面 once it is retired nobody can end it, and hours and money stay in it",
            "等它们按期了结再停用 retire it when they have ended; each has a date by which it does (docs/upgrade.md)",
        )


class FormerVersionMissingError(GongjiError):
    """There is no former version to retire."""

    exit_status = ExitStatus.NOT_FOUND

    def __init__(self, contract: str) -> None:
        super().__init__(
            f"{contract} 没有可停用的旧版本 has no former version to retire",
            "合约记录里只有现行的一版 the record has the version in force alone",
            "刚换过的，先运行 `gongji chain record` if it was replaced just now, run `gongji chain record` first",
        )


class OfficeHeldError(GongjiError):
    """Who is to get an office holds it already."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, office: str, key: str) -> None:
        super().__init__(
            f"没有公示 nothing was announced for the office {office}",
            f"这把密钥已经担任这个职务 the key {key} holds it already",
            "要换人的话，先核对地址 if somebody else is to hold it, compare the address",
        )


class OfficeLastHolderError(GongjiError):
    """Who is to lose an office is the last to hold it, and it is one without which a town is stuck."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, office: str, key: str) -> None:
        super().__init__(
            f"没有公示 nothing was announced for the office {office}",
            f"除了这把密钥没有别人担任 nobody but the key {key} would hold it",
            "先公示由谁接任 announce first who takes over: `gongji office grant`",
        )


class OfficeUnprovenError(GongjiError):
    """Who is to get an office has not proven to hold the key."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, office: str, key: str, found: str) -> None:
        super().__init__(
            f"没有公示 nothing was announced for the office {office}",
            f"证明不是这把密钥签的 the proof was not signed by the key {key}: {found}",
            "请接任的人重新复制密钥编号和持有证明 have whoever takes over copy address and proof again, from `/keys` without a member",
        )


class OfficeNotHeldError(GongjiError):
    """Who is to lose an office does not hold it."""

    exit_status = ExitStatus.REFUSED

    def __init__(self, office: str, key: str) -> None:
        super().__init__(
            f"没有公示 nothing was announced for the office {office}",
            f"这把密钥没有担任这个职务 the key {key} does not hold it",
            "担任职务的密钥见核账报告 the audit's governance report lists who holds which office",
        )
