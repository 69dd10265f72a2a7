// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../interfaces/ICooperative.sol";
import {IEnterprises} from "../interfaces/IEnterprises.sol";

/// @dev Shares of an amount in basis points. Each share is rounded down; what is left belongs to a named party,
/// so that the parts always add up to the whole.
library Split {
    uint256 internal constant WHOLE_BPS = 10_000;

    function shareDown(uint64 amount, uint16 bps) internal pure returns (uint64) {
        return uint64((uint256(amount) * bps) / WHOLE_BPS);
    }

    /// @dev What accepted pieces bring, split by the terms of their order.
    function parts(IEnterprises.Terms memory terms, uint32 acceptedPieces)
        internal
        pure
        returns (ICooperative.Parts memory split)
    {
        split.proceedsFen = uint64(acceptedPieces) * terms.pieceFen;
        split.workerFen = shareDown(split.proceedsFen, terms.workerBps);
        split.reserveFen = shareDown(split.proceedsFen, terms.reserveBps);
        split.fundFen = shareDown(split.proceedsFen, terms.fundBps);
        split.remainderFen = split.proceedsFen - split.workerFen - split.reserveFen - split.fundFen;
    }

    function sum(ICooperative.Parts memory one, ICooperative.Parts memory other)
        internal
        pure
        returns (ICooperative.Parts memory)
    {
        return ICooperative.Parts({
            proceedsFen: one.proceedsFen + other.proceedsFen,
            workerFen: one.workerFen + other.workerFen,
            reserveFen: one.reserveFen + other.reserveFen,
            fundFen: one.fundFen + other.fundFen,
            remainderFen: one.remainderFen + other.remainderFen
        });
    }
}
