// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {AlwaysAllowed} from "./AlwaysAllowed.sol";
import {create} from "./Committed.sol";

/// @dev The ledger's two promises, for all amounts at once: nothing appears or is lost, and a guarded account is never
/// below zero.
contract LedgerProof is AlwaysAllowed {
    uint64 private constant KINDS = uint64(1) << Accounts.PURPOSE;
    bytes32 private constant WORLD = bytes32((uint256(Accounts.PURPOSE) << 248) | 1);
    bytes32 private constant GUARDED = bytes32((uint256(Accounts.PURPOSE) << 248) | 2);
    bytes32 private constant OTHER = bytes32((uint256(Accounts.PURPOSE) << 248) | 3);

    ILedger private ledger;

    function setUp() public {
        ledger = ILedger(create("Ledger", abi.encode(this)));
        ledger.admitModule(address(this), KINDS);
        ledger.openAccount(WORLD, ILedger.Unit.CNY, true, 0);
        ledger.openAccount(GUARDED, ILedger.Unit.CNY, false, 0);
        ledger.openAccount(OTHER, ILedger.Unit.CNY, false, 0);
    }

    function check_any_two_transfers_sum_to_zero_and_keep_the_guard(uint64 first, uint64 second) external {
        _post(WORLD, GUARDED, first);
        _post(GUARDED, OTHER, second);
        int256 sum = int256(ledger.balanceOf(WORLD)) + ledger.balanceOf(GUARDED) + ledger.balanceOf(OTHER);
        assert(sum == 0);
        assert(ledger.balanceOf(GUARDED) >= 0 && ledger.balanceOf(OTHER) >= 0);
        assert(ledger.sequence() == 2);
    }

    function check_more_than_is_held_is_refused(uint64 held, uint64 asked) external {
        if (asked <= held) return;
        _post(WORLD, GUARDED, held);
        try ledger.post(_transfer(GUARDED, OTHER, asked)) {
            assert(false);
        } catch {
            assert(ledger.sequence() == 1);
        }
    }

    function check_legs_together_take_what_they_give(uint64 held, uint64 first, uint64 second) external {
        _post(WORLD, GUARDED, held);
        ILedger.Leg[] memory legs = new ILedger.Leg[](2);
        legs[0] = ILedger.Leg(OTHER, first, ILedger.Reason.DONATION, 0, 0);
        legs[1] = ILedger.Leg(WORLD, second, ILedger.Reason.DONATION, 0, 0);
        ledger.postFrom(GUARDED, legs);
        assert(
            int256(ledger.balanceOf(GUARDED))
                == int256(uint256(held)) - int256(uint256(first)) - int256(uint256(second))
        );
        assert(ledger.balanceOf(GUARDED) >= 0);
        assert(ledger.balanceOf(OTHER) == int256(uint256(first)));
        assert(ledger.sequence() == 3);
    }

    function _post(bytes32 payer, bytes32 payee, uint64 amount) private {
        ledger.post(_transfer(payer, payee, amount));
    }

    function _transfer(bytes32 payer, bytes32 payee, uint64 amount) private pure returns (ILedger.Transfer memory) {
        return ILedger.Transfer(payer, payee, amount, ILedger.Reason.DONATION, 0, 0);
    }
}
