// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The cheat code of halmos that these proofs use.
interface Vm {
    function getCode(string calldata path) external view returns (bytes memory);
    function store(address target, bytes32 slot, bytes32 value) external;
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
