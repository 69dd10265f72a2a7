// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Sets of committee seats, one bit per seat, seat 0 lowest.
library Seats {
    /// @dev Number of the seat that stands for a supervisor, who has no vote and no bit.
    uint8 internal constant SUPERVISOR = 255;

    function count(uint16 seats) internal pure returns (uint256 found) {
        for (; seats != 0; seats &= seats - 1) {
            found++;
        }
    }
}
