// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ILedger} from "../../../contracts/src/interfaces/ILedger.sol";
import {Accounts} from "../../../contracts/src/libraries/Accounts.sol";
import {Deployed} from "./Deployed.sol";
import {bound, check} from "./Vm.sol";

/// @dev A module that posts whatever the fuzzer wants, and keeps the books by itself. Of its twelve accounts each unit
/// has four, the first of which is the world.
contract LedgerUser {
    uint256 private constant ACCOUNTS = 12;
    /// @dev Of which all of them are.
    uint16 public constant FUND = 1;

    ILedger private immutable LEDGER;

    uint64 public posted;
    bool private _overdrew;
    bool public mixedUnits;
    mapping(bytes32 account => int256) private _booked;

    constructor(ILedger ledger) {
        LEDGER = ledger;
    }

    function account(uint256 i) public pure returns (bytes32) {
        return Accounts.id(Accounts.BANK, i + 1);
    }

    function unit(uint256 i) public pure returns (ILedger.Unit) {
        return ILedger.Unit(1 + i / 4);
    }

    function isWorld(uint256 i) public pure returns (bool) {
        return i % 4 == 0;
    }

    function post(uint256 payerSeed, uint256 payeeSeed, uint256 amountSeed) external {
        uint256 payer = payerSeed % ACCOUNTS;
        (uint256 payee, uint64 amount) = _fit(payer, payeeSeed, amountSeed);
        if (amount == 0) return;
        uint64 sequence = LEDGER.post(_transfer(payer, payee, amount));
        _book(payer, payee, amount);
        check(sequence == ++posted, "the number returned is the next one");
    }

    function postFrom(uint256 payerSeed, uint256[3] calldata payeeSeeds, uint256[3] calldata amountSeeds) external {
        uint256 payer = payerSeed % ACCOUNTS;
        ILedger.Leg[] memory legs = new ILedger.Leg[](3);
        for (uint256 i = 0; i < 3; i++) {
            (uint256 payee, uint64 amount) = _fit(payer, payeeSeeds[i], amountSeeds[i]);
            if (amount == 0) return;
            legs[i] =
                ILedger.Leg(account(payee), amount / 3 + 1, ILedger.Reason.DONATION, bytes32(0), bytes32(0));
        }
        uint256 total = uint256(legs[0].amount) + legs[1].amount + legs[2].amount;
        if (!isWorld(payer) && total > uint64(LEDGER.balanceOf(account(payer)))) return;
        uint64 last = LEDGER.postFrom(account(payer), legs);
        for (uint256 i = 0; i < 3; i++) {
            _book(payer, uint256(uint248(uint256(legs[i].payee))) - 1, legs[i].amount);
        }
        posted += 3;
        check(last == posted, "the number returned is the last one's");
    }

    function overdraw(uint256 payerSeed, uint256 payeeSeed, uint256 aboveSeed) external {
        uint256 payer = payerSeed % ACCOUNTS;
        if (isWorld(payer)) return;
        (uint256 payee,) = _fit(payer, payeeSeed, 1);
        uint64 held = uint64(LEDGER.balanceOf(account(payer)));
        uint64 amount = uint64(bound(aboveSeed, uint256(held) + 1, uint256(held) + 2 ** 40));
        try LEDGER.post(_transfer(payer, payee, amount)) returns (uint64) {
            _overdrew = true;
        } catch {}
    }

    function mixUnits(uint256 payerSeed, uint256 payeeSeed) external {
        uint256 payer = payerSeed % ACCOUNTS;
        uint256 payee = (payer + 4 + (payeeSeed % 8)) % ACCOUNTS;
        if (unit(payer) == unit(payee)) return;
        try LEDGER.post(_transfer(payer, payee, 1)) returns (uint64) {
            mixedUnits = true;
        } catch {}
    }

    // BOOKS: what is looked at after every act is looked at here, where it costs no call for each figure.

    function checkUnitSums() external view {
        int256[4] memory sums;
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            sums[uint8(unit(i))] += LEDGER.balanceOf(account(i));
        }
        check(sums[1] == 0 && sums[2] == 0 && sums[3] == 0, "zero-sum");
    }

    function checkBalances() external view {
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            check(LEDGER.balanceOf(account(i)) == _booked[account(i)], "sum of transfers");
        }
    }

    function checkGuarded() external view {
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            check(isWorld(i) || LEDGER.balanceOf(account(i)) >= 0, "guarded");
        }
        check(!_overdrew, "overdrawn");
    }

    function checkFilled() external view {
        uint256 filled = 0;
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            if (LEDGER.balanceOf(account(i)) != 0) filled++;
        }
        check(LEDGER.filledAccounts(FUND) == filled, "filled accounts");
    }

    /// @dev A payee of the payer's unit, and an amount that the payer has; 0 if it has none.
    function _fit(uint256 payer, uint256 payeeSeed, uint256 amountSeed)
        private
        view
        returns (uint256 payee, uint64 amount)
    {
        payee = (payer / 4) * 4 + (payer % 4 + 1 + payeeSeed % 3) % 4;
        uint256 most = isWorld(payer) ? 2 ** 40 : uint64(LEDGER.balanceOf(account(payer)));
        amount = most == 0 ? 0 : uint64(bound(amountSeed, 1, most));
    }

    function _transfer(uint256 payer, uint256 payee, uint64 amount) private pure returns (ILedger.Transfer memory) {
        return ILedger.Transfer(account(payer), account(payee), amount, ILedger.Reason.DONATION, bytes32(0), bytes32(0));
    }

    function _book(uint256 payer, uint256 payee, uint64 amount) private {
        _booked[account(payer)] -= int256(uint256(amount));
        _booked[account(payee)] += int256(uint256(amount));
    }
}

contract LedgerTest is Deployed {
    uint256 private constant ACCOUNTS = 12;

    LedgerUser private user;

    function setUp() public {
        deployAll();
        user = new LedgerUser(ledger);
        ledger.admitModule(address(user), ALL_KINDS);
        ledger.admitModule(address(this), ALL_KINDS);
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            ledger.openAccount(user.account(i), user.unit(i), user.isWorld(i), user.FUND());
        }
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(user);
    }

    /// @dev All rules at once: each by itself would be driven through the very same acts.
    function invariant_balances_are_the_sum_of_numbered_transfers_of_one_unit() public view {
        user.checkUnitSums();
        user.checkBalances();
        user.checkGuarded();
        user.checkFilled();
        check(!user.mixedUnits(), "units mixed");
        check(ledger.sequence() == user.posted(), "gap");
    }
}
