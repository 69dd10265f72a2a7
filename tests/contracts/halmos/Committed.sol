// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The cheat codes of halmos that these proofs use.
interface Vm {
    function getCode(string calldata path) external view returns (bytes memory);
    function store(address target, bytes32 slot, bytes32 value) external;
    function warp(uint256 time) external;
    function addr(uint256 secret) external pure returns (address);
    function sign(uint256 secret, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @dev Deploys the committed code of a contract, of which `test_halmos.py` lays out a copy.
function create(string memory name, bytes memory args) returns (address created) {
    bytes memory code = bytes.concat(VM.getCode(string.concat("out/committed/", name, ".json")), args);
    assembly ("memory-safe") {
        created := create(0, add(code, 32), mload(code))
    }
    require(created != address(0), name);
}
