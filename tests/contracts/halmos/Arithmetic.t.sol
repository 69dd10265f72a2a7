// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICooperative} from "../../../contracts/src/interfaces/ICooperative.sol";
import {IEnterprises} from "../../../contracts/src/interfaces/IEnterprises.sol";
import {ProofWindow} from "../../../contracts/src/libraries/ProofWindow.sol";
import {Split} from "../../../contracts/src/libraries/Split.sol";

/// @dev Small parts, for all inputs at once.
contract ArithmeticProof {
    // The rates of the cases: commission of 5 %, levy of 30 %, a worker's 65 %. That several shares together stay
    // within the whole is beyond the solver; forge and the contract's own checked subtraction stand for that.

    function check_commission_is_never_above_the_amount(uint64 amountFen) external pure {
        assert(Split.shareDown(amountFen, 500) <= amountFen);
    }

    function check_levy_is_never_above_the_amount(uint64 amountFen) external pure {
        assert(Split.shareDown(amountFen, 3000) <= amountFen);
    }

    function check_wage_is_never_above_the_amount(uint64 amountFen) external pure {
        assert(Split.shareDown(amountFen, 6500) <= amountFen);
    }

    /// @dev Whatever the rates, either the parts are the whole or it reverts.
    function check_parts_of_a_settlement_are_the_whole(IEnterprises.Terms memory terms, uint32 pieces) external pure {
        assert(_isWhole(Split.parts(terms, pieces)));
    }

    /// @dev The worker's part stays the worker's, and so on, and with the parts their whole.
    function check_sum_of_two_settlements_is_part_by_part(ICooperative.Parts memory one, ICooperative.Parts memory other)
        external
        pure
    {
        ICooperative.Parts memory both = Split.sum(one, other);
        unchecked {
            assert(both.proceedsFen == one.proceedsFen + other.proceedsFen && both.proceedsFen >= one.proceedsFen);
            assert(both.workerFen == one.workerFen + other.workerFen && both.workerFen >= one.workerFen);
            assert(both.reserveFen == one.reserveFen + other.reserveFen && both.reserveFen >= one.reserveFen);
            assert(both.fundFen == one.fundFen + other.fundFen && both.fundFen >= one.fundFen);
            assert(both.remainderFen == one.remainderFen + other.remainderFen && both.remainderFen >= one.remainderFen);
        }
    }

    function _isWhole(ICooperative.Parts memory parts) private pure returns (bool) {
        uint256 sum = uint256(parts.workerFen) + parts.reserveFen + parts.fundFen + parts.remainderFen;
        return sum == parts.proceedsFen;
    }

    function check_window_keeps_a_date_until_it_is_removed(uint32 first, uint32 second, uint32 third, uint32 time)
        external
        pure
    {
        if (first == 0 || second == 0 || third == 0) return;
        ProofWindow window;
        window = window.add(first).add(second);
        assert(!window.isFull());
        window = window.add(third);
        assert(window.isFull());
        assert(window.isOverdue(time) == (first < time || second < time || third < time));
        window = window.remove(second);
        assert(window.isOverdue(time) == (first < time || third < time));
        assert(ProofWindow.unwrap(window.remove(third).remove(first)) == 0);
    }
}
