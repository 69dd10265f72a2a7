// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Sets of committee seats, one bit per seat, seat 0 lowest.
library Seats {
    /// @dev Number of the seat that stands for a supervisor, who has no vote and no bit.
    uint8 internal constant SUPERVISOR = 255;

    /// @dev Neighbouring bits are added to pairs, pairs to fours, and so on: as dear for one seat as for all.
    function count(uint16 seats) internal pure returns (uint256 found) {
        unchecked {
            found = (seats & 0x5555) + ((seats >> 1) & 0x5555);
            found = (found & 0x3333) + ((found >> 2) & 0x3333);
            found = (found & 0x0f0f) + ((found >> 4) & 0x0f0f);
            return (found & 0xff) + (found >> 8);
        }
    }
}
