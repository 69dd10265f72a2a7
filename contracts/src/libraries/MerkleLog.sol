// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Inclusion and consistency in an append-only Merkle log (RFC 9162, sections 2.1.1, 2.1.3.2 and 2.1.4.2), SHA-256.
library MerkleLog {
    /// @dev `leafHash` is SHA-256(0x00 || entry); a node is SHA-256(0x01 || left || right). Size and index alone say how long
    /// the path is and which hash stands on which side, so a leaf has one place.
    function includes(bytes32 root, uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path)
        internal
        view
        returns (bool)
    {
        if (index >= size) return false;
        (uint256 fn, uint256 sn) = (index, size - 1);
        bytes32 hash = leafHash;
        for (uint256 i = 0; i < path.length; i++) {
            if (sn == 0) return false;
            if (_isRight(fn, sn)) {
                hash = _node(path[i], hash);
                (fn, sn) = _above(fn, sn);
            } else {
                hash = _node(hash, path[i]);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && hash == root;
    }

    /// @dev Whether the log of `size` leaves begins with that of `formerSize`, which is neither 0 nor the larger one.
    function continues(bytes32 formerRoot, uint64 formerSize, bytes32 root, uint64 size, bytes32[] calldata path)
        internal
        view
        returns (bool)
    {
        (uint256 fn, uint256 sn) = (formerSize - 1, size - 1);
        while (fn & 1 == 1) (fn, sn) = (fn >> 1, sn >> 1);
        // A former log that is one full tree is its own first node.
        uint256 start = fn == 0 ? 0 : 1;
        if (path.length < start) return false;
        bytes32 formerHash = start == 0 ? formerRoot : path[0];
        bytes32 hash = formerHash;
        for (uint256 i = start; i < path.length; i++) {
            if (sn == 0) return false;
            if (_isRight(fn, sn)) {
                (formerHash, hash) = (_node(path[i], formerHash), _node(path[i], hash));
                (fn, sn) = _above(fn, sn);
            } else {
                hash = _node(hash, path[i]);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && formerHash == formerRoot && hash == root;
    }

    /// @dev SHA-256(0x01 || left || right), in scratch memory: a path has a node for each doubling of the log. The last of the
    /// 65 bytes lies in the pointer to free memory, which is put back.
    function _node(bytes32 left, bytes32 right) private view returns (bytes32 node) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore8(0x00, 0x01)
            mstore(0x01, left)
            mstore(0x21, right)
            if iszero(staticcall(gas(), 0x02, 0x00, 0x41, 0x00, 0x20)) { revert(0, 0) }
            node := mload(0x00)
            mstore(0x40, free)
        }
    }

    /// @dev Whether a node is joined from the left: it is a right child, or the last one of its level.
    function _isRight(uint256 fn, uint256 sn) private pure returns (bool) {
        return fn & 1 == 1 || fn == sn;
    }

    /// @dev The last node of a level has no sibling until its place is a right one.
    function _above(uint256 fn, uint256 sn) private pure returns (uint256, uint256) {
        while (fn & 1 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
        return (fn, sn);
    }
}
