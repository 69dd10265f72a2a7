"""Errors of the chain's journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongji.errors import GongjiError

if TYPE_CHECKING:
    from pathlib import Path


class JournalDamagedError(GongjiError):
    """The chain's journal cannot be trusted as it is."""

    def __init__(self, path: Path, good_bytes: int) -> None:
        super().__init__(
            f"链日志已损坏 the journal {path} is damaged",
            f"第 {good_bytes} 字节之后的一行校验和不对 the line after byte {good_bytes} has a wrong checksum and is not the last one",
            "从备份恢复该文件；没有任何改动 restore the file from a backup; nothing was changed",
        )


class JournalInUseError(GongjiError):
    """Another process has the chain's journal open."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"链日志正在使用 the journal {path} is in use",
            "另一个进程正在用这个数据目录出块 another sequencer runs on this data directory",
            "先停止它，或换一个 --data-dir stop it first, or use another --data-dir",
        )
