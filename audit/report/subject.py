"""What a report is of: the bundle and its head, the trust file, and the verifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.report.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_REBUILT = (
    "合约编译结果取自本机的 contracts/abi，没有重新编译；编译并比较：gongji audit verify --rebuild "
    "build of the contracts: contracts/abi of this checkout, which was not compiled again; gongji audit verify --rebuild compiles and compares"
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
class Rebuilt:
    """With what the contracts were compiled anew. Each digest is SHA-256, 32 bytes.

    Attributes:
        solc: Version of the compiler.
        compiler: Of the compiler's file.
        sources: Of the request to the compiler, in which every source stands.
    """

    solc: str
    compiler: bytes
    sources: bytes

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        digests = {"compiler": self.compiler, "sources": self.sources}
        return {"solc": self.solc, **{name: f"0x{digest.hex()}" for name, digest in digests.items()}}

    def text(self) -> str:
        """For people."""
        return (
            f"合约已重新编译 contracts compiled anew: solc {self.solc}, 编译器 compiler SHA-256 0x{self.compiler.hex()}, "
            f"源码 sources SHA-256 0x{self.sources.hex()}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What was verified, by what. Each digest is SHA-256, 32 bytes.

    Attributes:
        chain_id: Of the pinned chain.
        bundle: Of the manifest; None if there is none.
        trust: Of the trust file in canonical form.
        verifier: Of the verifier's own source files.
        rebuilt: With what the contracts were compiled; None if they were not.
    """

    chain_id: int
    bundle: bytes | None
    trust: bytes
    verifier: bytes
    rebuilt: Rebuilt | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        bundle = f"0x{self.bundle.hex()}" if self.bundle else None
        return {
            "chain_id": self.chain_id,
            "bundle": bundle,
            "trust": f"0x{self.trust.hex()}",
            "verifier": f"0x{self.verifier.hex()}",
            "rebuilt": self.rebuilt.to_json() if self.rebuilt else None,
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        bundle = f"SHA-256 0x{self.bundle.hex()}" if self.bundle else "无法读取 cannot be read"
        yield f"链编号 chain id: {self.chain_id}"
        yield f"证据包 bundle (manifest.json): {bundle}"
        yield f"信任文件 trust file: SHA-256 0x{self.trust.hex()}"
        yield f"核对程序 verifier: SHA-256 0x{self.verifier.hex()}"
        yield self.rebuilt.text() if self.rebuilt else NOT_REBUILT


def head_text(head: Head | None) -> str:
    """A block for people: number, hash and time."""
    if head is None:
        return "未知 unknown"
    return f"{head.number} 0x{head.hash.hex()}" + ("" if head.time is None else f" {moment(head.time)}")
