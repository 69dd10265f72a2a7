// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Lists in messages (EIP-712).
library Lists {
    /// @dev What stands for a list: the hash of the hashes of what is in it. They are hashed where they are; the language would
    /// copy them first.
    function hash(bytes32[] memory hashes) internal pure returns (bytes32 listHash) {
        assembly ("memory-safe") {
            listHash := keccak256(add(hashes, 0x20), shl(5, mload(hashes)))
        }
    }
}
