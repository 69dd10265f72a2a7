// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {AlwaysAllowed} from "./AlwaysAllowed.sol";
import {create} from "./Committed.sol";

/// @dev Somebody else's module.
contract Module {
    ILedger private immutable LEDGER;

    constructor(ILedger ledger) {
        LEDGER = ledger;
    }

    function post(ILedger.Transfer calldata transfer) external {
        LEDGER.post(transfer);
    }

    function open(bytes32 account) external {
        LEDGER.openAccount(account, ILedger.Unit.CNY, false, 0);
    }
}

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

    /// @dev Whoever is paid, accounts that nobody opened included: what one has less the other has more, and a third has as much
    /// as before.
    function check_transfer_concerns_its_two_accounts_alone(bytes32 payee, bytes32 third, uint64 amount) external {
        (int64 present, int64 others) = (ledger.balanceOf(payee), ledger.balanceOf(third));
        try ledger.post(_transfer(WORLD, payee, amount)) {
            assert(payee != WORLD && amount != 0);
            assert(ledger.balanceOf(WORLD) == -int256(uint256(amount)));
            assert(ledger.balanceOf(payee) == int256(present) + int256(uint256(amount)));
            assert(third == WORLD || third == payee || ledger.balanceOf(third) == others);
        } catch {
            assert(ledger.balanceOf(WORLD) == 0 && ledger.balanceOf(payee) == present);
        }
    }

    /// @dev A module takes from accounts of its own kinds alone, and opens no other.
    function check_module_reaches_its_kinds_alone(uint64 kinds, uint8 kind) external {
        if (kinds == 0) return;
        Module module = new Module(ledger);
        ledger.admitModule(address(module), kinds);
        try module.post(_transfer(WORLD, OTHER, 1)) {
            assert(kinds & KINDS != 0);
        } catch {
            assert(kinds & KINDS == 0);
        }
        try module.open(bytes32((uint256(kind) << 248) | 4)) {
            assert(kind < 64 && (kinds >> kind) & 1 == 1);
        } catch {
            assert(kind >= 64 || (kinds >> kind) & 1 == 0);
        }
    }

    function _post(bytes32 payer, bytes32 payee, uint64 amount) private {
        ledger.post(_transfer(payer, payee, amount));
    }

    function _transfer(bytes32 payer, bytes32 payee, uint64 amount) private pure returns (ILedger.Transfer memory) {
        return ILedger.Transfer(payer, payee, amount, ILedger.Reason.DONATION, 0, 0);
    }
}
