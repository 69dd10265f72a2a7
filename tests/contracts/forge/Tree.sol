// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The Merkle tree of RFC 9162 as its sections 2.1.1, 2.1.3.1 and 2.1.4.1 define it, by recursion.
library Tree {
    function leaves(uint256 size) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](size);
        for (uint256 i = 0; i < size; i++) {
            made[i] = sha256(abi.encodePacked(bytes1(0x00), "event ", i));
        }
    }

    function root(bytes32[] memory all) internal pure returns (bytes32) {
        return root(all, 0, all.length);
    }

    /// @dev By which all leaves go on from the first ones; empty if there were none.
    function consistency(bytes32[] memory all, uint256 size) internal pure returns (bytes32[] memory) {
        return size == 0 ? new bytes32[](0) : _consistency(all, 0, all.length, size, true);
    }

    function root(bytes32[] memory all, uint256 start, uint256 end) internal pure returns (bytes32) {
        if (end - start == 1) return all[start];
        uint256 middle = start + _half(end - start);
        return sha256(abi.encodePacked(bytes1(0x01), root(all, start, middle), root(all, middle, end)));
    }

    /// @dev Lowest sibling first.
    function path(bytes32[] memory all, uint256 start, uint256 end, uint256 index)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (end - start == 1) return new bytes32[](0);
        uint256 middle = start + _half(end - start);
        return index < middle
            ? _append(path(all, start, middle, index), root(all, middle, end))
            : _append(path(all, middle, end, index), root(all, start, middle));
    }

    /// @dev `size` counts from `start`; `whole` while the old tree is one of the new one's subtrees.
    function _consistency(bytes32[] memory all, uint256 start, uint256 end, uint256 size, bool whole)
        private
        pure
        returns (bytes32[] memory)
    {
        bytes32[] memory none = new bytes32[](0);
        if (size == end - start) return whole ? none : _append(none, root(all, start, end));
        uint256 half = _half(end - start);
        uint256 middle = start + half;
        return size <= half
            ? _append(_consistency(all, start, middle, size, whole), root(all, middle, end))
            : _append(_consistency(all, middle, end, size - half, false), root(all, start, middle));
    }

    /// @dev The largest power of two below `size`.
    function _half(uint256 size) private pure returns (uint256 half) {
        half = 1;
        while (half * 2 < size) half *= 2;
    }

    function _append(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; i++) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }
}
