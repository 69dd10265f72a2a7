// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Shares of an amount in basis points. Each share is rounded down; what is left belongs to a named party,
/// so that the parts always add up to the whole.
library Split {
    uint256 internal constant WHOLE_BPS = 10_000;

    function shareDown(uint64 amount, uint16 bps) internal pure returns (uint64) {
        return uint64((uint256(amount) * bps) / WHOLE_BPS);
    }
}
