"""A contract with one act, compiled once. Its tags can be changed without compiling: they are words in the syntax tree."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from contracts.build.compiler import compile_texts

PATH = "contracts/src/interfaces/IToy.sol"
SOURCE = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

interface IToy {
    /// @notice How an act is authorised.
    struct Authorization {
        uint256 nonce;
        uint48 deadline;
        bytes signature;
    }

    /// @notice How a wall is painted.
    /// @param paidFen In fen, over zero.
    /// @custom:field paidFen money
    struct Paint {
        uint64 paidFen;
    }

    /// @notice A wall was painted.
    /// @param wall Id of the wall.
    event WallPainted(uint32 indexed wall);

    /// @notice Paints a wall.
    /// @param paint What with.
    /// @custom:act PaintWall
    /// @custom:message PaintWall(string action,uint32 wall,Paint paint,uint256 nonce,uint48 deadline)Paint(uint64 paidFen)
    /// @custom:action 刷墙 Paint a wall
    /// @custom:notice-zh 刷一面墙。
    /// @custom:by treasurer of wall
    /// @custom:by member
    /// @custom:field wall id
    /// @custom:field paint record
    /// @custom:field authorization authorization
    /// @custom:emits WallPainted
    /// @custom:undo none
    function paintWall(uint32 wall, Paint calldata paint, Authorization calldata authorization) external;

    /// @notice Keeps a count.
    /// @custom:no-act Only the wall itself.
    function count() external;

    /// @notice Whether the wall stands.
    function stands() external view returns (bool);
}
"""
CONTRACT = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IToy} from "./interfaces/IToy.sol";

contract Toy is IToy {
    bytes32 private constant PAINT_TYPEHASH =
        keccak256("PaintWall(string action,uint32 wall,Paint paint,uint256 nonce,uint48 deadline)Paint(uint64 paidFen)");
    bytes32 private constant PAINT_ACTION = keccak256(unicode"刷墙 Paint a wall");
    mapping(bytes32 painting => uint256) public stood;
    bool public stands;

    function paintWall(uint32 wall, Paint calldata paint, Authorization calldata authorization) external {
        stood[keccak256(abi.encode(PAINT_TYPEHASH, PAINT_ACTION, wall, paint, authorization.nonce))] = 1;
        emit WallPainted(wall);
    }

    function count() external {
        stands = !stands;
    }
}
"""


def output(old: str = "", new: str = "") -> dict[str, Any]:
    """The compiler's output for the toy, with one passage of its NatSpec put in other words.

    Args:
        old: The passage; it must be there.
        new: What stands in its place.
    """
    assert old in SOURCE
    changed = deepcopy(_output())
    for node in _documented(changed["sources"][PATH]["ast"]):
        node["documentation"]["text"] = node["documentation"]["text"].replace(old, new)
    return changed


def line_of(passage: str) -> str:
    """File and line at which a passage begins."""
    return f"{PATH}:{SOURCE[: SOURCE.index(passage)].count(chr(10)) + 1}"


@cache
def _output() -> dict[str, Any]:
    return compile_texts({PATH: SOURCE, "contracts/src/Toy.sol": CONTRACT})


def _documented(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [found for part in node for found in _documented(part)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("documentation"), dict) else []
    return own + [found for part in node.values() for found in _documented(part)]
