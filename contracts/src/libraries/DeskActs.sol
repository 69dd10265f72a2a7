// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../interfaces/ICooperative.sol";
import {IDelegations} from "../interfaces/IDelegations.sol";
import {IDisbursements} from "../interfaces/IDisbursements.sol";
import {IRedemptions} from "../interfaces/IRedemptions.sol";

/// @dev What a desk may do for a person, area by area. Each act is the person's own and concerns the person's own hours,
/// work or word; none is a vote of a seat, and none touches keys, guardians, offices, requests or bank lines.
library DeskActs {
    /// @dev How many words the arguments of an act have, its authorization aside; 0 if the act is not in the area. None of these acts
    /// has arguments of another length, so that nothing can stand behind them: no authorization of another key either.
    function argumentWords(IDelegations.Area area, bytes4 selector) internal pure returns (uint256) {
        if (area == IDelegations.Area.HOURS) return _ofHours(selector);
        if (area == IDelegations.Area.WORK) return _ofWork(selector);
        // A request has eight fields.
        return area == IDelegations.Area.OBJECTIONS && selector == IDisbursements.object.selector ? 9 : 0;
    }

    /// @dev The call with an empty authorization at its end, so that the caller is the key.
    function direct(bytes calldata data) internal pure returns (bytes memory) {
        uint256 offset = data.length - 4 + 32;
        return bytes.concat(data, abi.encode(offset, uint256(0), uint256(0), uint256(0x60), uint256(0)));
    }

    /// @dev The member who gains by an act: who is to serve, where hours are promised or given away; zero for other acts.
    function gainer(address target, bytes calldata data) internal view returns (bytes16 provider) {
        bytes4 selector = bytes4(data);
        if (selector == IRedemptions.redeem.selector) {
            (, provider) = abi.decode(data[4:], (bytes16, bytes16));
        } else if (selector == IRedemptions.confirmRedemption.selector) {
            (,,,,, provider,) = IRedemptions(target).redemptionRecord(abi.decode(data[4:], (bytes16)));
        }
    }

    /// @dev The redemption or lot that an act is about; zero for an objection, which nobody decides alone.
    function thing(IDelegations.Area area, bytes calldata data) internal pure returns (bytes16) {
        return area == IDelegations.Area.OBJECTIONS ? bytes16(0) : bytes16(data[4:]);
    }

    function _ofHours(bytes4 selector) private pure returns (uint256) {
        if (selector == IRedemptions.redeem.selector) return 5;
        if (selector == IRedemptions.disputeRedemption.selector) return 2;
        bool isPlain = selector == IRedemptions.cancelRedemption.selector
            || selector == IRedemptions.confirmRedemption.selector;
        return isPlain ? 1 : 0;
    }

    function _ofWork(bytes4 selector) private pure returns (uint256) {
        if (selector == ICooperative.takeLot.selector) return 3;
        if (selector == ICooperative.disputeLot.selector) return 2;
        return selector == ICooperative.returnLot.selector ? 1 : 0;
    }
}
