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
        uint64 proceedsFen = uint64(acceptedPieces) * terms.pieceFen;
        uint64 workerFen = shareDown(proceedsFen, terms.workerBps);
        uint64 reserveFen = shareDown(proceedsFen, terms.reserveBps);
        uint64 fundFen = shareDown(proceedsFen, terms.fundBps);
        uint64 remainderFen = proceedsFen - workerFen - reserveFen - fundFen;
        split = ICooperative.Parts(proceedsFen, workerFen, reserveFen, fundFen, remainderFen);
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
