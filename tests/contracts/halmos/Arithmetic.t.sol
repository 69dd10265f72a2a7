// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

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

    /// @dev As `Split.parts` does it: whatever the rates, either the parts are the whole or it reverts.
    function check_parts_of_a_settlement_are_the_whole(uint64 proceedsFen, uint16 a, uint16 b, uint16 c) external pure {
        uint64 worker = Split.shareDown(proceedsFen, a);
        uint64 reserve = Split.shareDown(proceedsFen, b);
        uint64 fund = Split.shareDown(proceedsFen, c);
        uint64 remainder = proceedsFen - worker - reserve - fund;
        assert(uint256(worker) + reserve + fund + remainder == proceedsFen);
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
