// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Inclusion in an append-only Merkle log (RFC 9162, sections 2.1.1 and 2.1.3.2), SHA-256.
library MerkleLog {
    /// @dev `leafHash` is SHA-256(0x00 || entry); a node is SHA-256(0x01 || left || right).
    function includes(bytes32 root, uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path)
        internal
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint256 fn = index;
        uint256 sn = size - 1;
        bytes32 hash = leafHash;
        for (uint256 i = 0; i < path.length; i++) {
            if (sn == 0) return false;
            if (fn & 1 == 1 || fn == sn) {
                hash = sha256(abi.encodePacked(bytes1(0x01), path[i], hash));
                while (fn & 1 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            } else {
                hash = sha256(abi.encodePacked(bytes1(0x01), hash, path[i]));
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && hash == root;
    }
}
