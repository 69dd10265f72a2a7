// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The cheat codes of forge that these tests use.
interface Vm {
    function prank(address sender) external;
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 timestamp) external;
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function assume(bool condition) external pure;
    function expectRevert(bytes calldata revertData) external;
    function expectRevert(bytes4 revertData) external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev `value` moved into `min`..`max`, both inclusive.
function bound(uint256 value, uint256 min, uint256 max) pure returns (uint256) {
    require(min <= max, "bound: min above max");
    if (value >= min && value <= max) return value;
    uint256 span = max - min;
    return span == type(uint256).max ? value : min + value % (span + 1);
}

function check(bool condition, string memory rule) pure {
    require(condition, rule);
}
