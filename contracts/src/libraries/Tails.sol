// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The last four bytes of a member's id, kept where a word has no room for all sixteen. It serves to refuse alone: who
/// shares them with another, as one in four thousand million does, is refused as that one, and never let through in its place.
library Tails {
    function tailOf(bytes16 member) internal pure returns (bytes4) {
        return bytes4(uint32(uint128(member)));
    }

    /// @dev An id of this tail, for whoever looks at the tail alone.
    function padded(bytes4 tail) internal pure returns (bytes16) {
        return bytes16(uint128(uint32(tail)));
    }
}
