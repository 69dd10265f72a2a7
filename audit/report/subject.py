"""What a report is of: the bundle and its head, the trust file, and the verifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILD = (
    "合约编译结果取自本机的 contracts/abi，没有重新编译；编译并比较：gongji chain build --check "
    "build of the contracts: contracts/abi of this checkout, which was not compiled again; gongji chain build --check compiles and compares"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The block up to which a bundle reaches.

    Attributes:
        number: Its number.
        hash: 32 bytes.
        time: Seconds since 1970; None if its chain could not be verified.
    """

    number: int
    hash: bytes
    time: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"number": self.number, "hash": f"0x{self.hash.hex()}", "time": self.time}


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What was verified, by what. Each digest is SHA-256, 32 bytes.

    Attributes:
        chain_id: Of the pinned chain.
        bundle: Of the manifest; None if there is none.
        trust: Of the trust file in canonical form.
        verifier: Of the verifier's own source files.
    """

    chain_id: int
    bundle: bytes | None
    trust: bytes
    verifier: bytes

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        bundle = f"0x{self.bundle.hex()}" if self.bundle else None
        return {
            "chain_id": self.chain_id,
            "bundle": bundle,
            "trust": f"0x{self.trust.hex()}",
            "verifier": f"0x{self.verifier.hex()}",
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        bundle = f"SHA-256 0x{self.bundle.hex()}" if self.bundle else "无法读取 cannot be read"
        yield f"链编号 chain id: {self.chain_id}"
        yield f"证据包 bundle (manifest.json): {bundle}"
        yield f"信任文件 trust file: SHA-256 0x{self.trust.hex()}"
        yield f"核对程序 verifier: SHA-256 0x{self.verifier.hex()}"
        yield BUILD


def head_text(head: Head | None) -> str:
    """A block for people: number, hash and time."""
    if head is None:
        return "未知 unknown"
    return f"{head.number} 0x{head.hash.hex()}" + ("" if head.time is None else f" {moment(head.time)}")
