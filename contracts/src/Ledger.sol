// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev See {ILedger}.
contract Ledger is ILedger, AccessManaged {
    using SafeCast for int256;

    struct Account {
        int64 balance;
        Unit unit;
        bool world;
        uint16 fund;
    }

    struct Module {
        uint64 kinds;
        bool closing;
    }

    /// @dev No account is of this kind. Who is admitted with it keeps which funds are frozen.
    uint8 private constant FREEZING = 0;

    uint64 public sequence;
    mapping(address module => Module) private _modules;
    mapping(uint16 fund => bool) public isFrozen;
    /// @dev So that a fund is known to be empty, whichever accounts modules opened for it.
    mapping(uint16 fund => uint32) public filledAccounts;
    mapping(bytes32 account => Account) private _accounts;

    constructor(address authority) AccessManaged(authority) {}

    modifier onlyKind(uint8 kind) {
        uint64 kinds = _modules[msg.sender].kinds;
        if (kinds == 0) revert LedgerModuleNotAdmitted(msg.sender);
        if ((kinds >> kind) & 1 == 0) revert LedgerKindNotAllowed(msg.sender, kind);
        _;
    }

    function admitModule(address module, uint64 kinds) external restricted {
        if (kinds == 0) revert LedgerKindsMissing(module);
        if (isModule(module)) revert LedgerModuleUnchanged(module);
        _modules[module] = Module({kinds: kinds, closing: false});
        emit ModuleAdmitted(module, kinds);
    }

    function closeModule(address module) external restricted {
        if (!isCurrent(module)) revert LedgerModuleUnchanged(module);
        _modules[module].closing = true;
        emit ModuleClosing(module);
    }

    function retireModule(address module) external restricted {
        if (!isModule(module)) revert LedgerModuleUnchanged(module);
        delete _modules[module];
        emit ModuleRetired(module);
    }

    function setFrozen(uint16 fund, bool frozen) external onlyKind(FREEZING) {
        isFrozen[fund] = frozen;
    }

    function openAccount(bytes32 account, Unit unit, bool world, uint16 fund)
        external
        onlyKind(Accounts.kindOf(account))
    {
        requireCurrent(msg.sender);
        if (_accounts[account].unit != Unit.NONE) revert LedgerAccountExists(account);
        _open(account, unit, world, fund);
    }

    function ensureAccount(bytes32 account, Unit unit, bool world, uint16 fund)
        external
        onlyKind(Accounts.kindOf(account))
    {
        Account storage found = _accounts[account];
        if (found.unit == Unit.NONE) return _open(account, unit, world, fund);
        if (found.unit != unit || found.world != world || found.fund != fund) revert LedgerAccountDiffers(account);
    }

    function post(Transfer calldata transfer) external onlyKind(Accounts.kindOf(transfer.payer)) returns (uint64 last) {
        (bytes32 payer, bytes32 payee, uint64 amount) = (transfer.payer, transfer.payee, transfer.amount);
        _requireInRange(amount);
        if (payer == payee) revert LedgerSelfTransfer(payer);
        (Unit unit, uint16 fund) = _change(payer, -int256(uint256(amount)));
        _credit(payer, fund, payee, unit, amount);
        last = ++sequence;
        emit Transferred(last, payer, payee, unit, amount, transfer.reason, transfer.cause, transfer.document);
    }

    function postFrom(bytes32 payer, Leg[] calldata legs) external onlyKind(Accounts.kindOf(payer)) returns (uint64 last) {
        (Unit unit, uint16 fund) = (_accounts[payer].unit, _accounts[payer].fund);
        last = sequence;
        (uint256 total, bytes32 payee, uint256 sum) = (0, 0, 0);
        for (uint256 i = 0; i < legs.length; i++) {
            Leg calldata leg = legs[i];
            // Legs to one payee after each other are one change of its balance.
            if (leg.payee != payee) {
                if (leg.payee == payer) revert LedgerSelfTransfer(payer);
                if (sum != 0) _credit(payer, fund, payee, unit, sum);
                (payee, sum) = (leg.payee, 0);
            }
            uint64 amount = leg.amount;
            _requireInRange(amount);
            unchecked {
                (total, sum) = (total + amount, sum + amount);
                last++;
            }
            emit Transferred(last, payer, payee, unit, amount, leg.reason, leg.cause, leg.document);
        }
        _change(payer, -int256(total));
        _credit(payer, fund, payee, unit, sum);
        sequence = last;
    }

    function isModule(address module) public view returns (bool) {
        return _modules[module].kinds != 0;
    }

    function isCurrent(address module) public view returns (bool) {
        return isModule(module) && !_modules[module].closing;
    }

    function requireCurrent(address module) public view {
        if (!isModule(module)) revert LedgerModuleNotAdmitted(module);
        if (_modules[module].closing) revert LedgerModuleClosing(module);
    }

    function kindsOf(address module) external view returns (uint64) {
        return _modules[module].kinds;
    }

    function balanceOf(bytes32 account) external view returns (int64) {
        return _accounts[account].balance;
    }

    function unitOf(bytes32 account) external view returns (Unit) {
        return _accounts[account].unit;
    }

    function fundOf(bytes32 account) external view returns (uint16) {
        return _accounts[account].fund;
    }

    function _open(bytes32 account, Unit unit, bool world, uint16 fund) private {
        if (unit == Unit.NONE) revert LedgerUnitMissing(account);
        // It is empty: nothing of it was ever written.
        Account storage opened = _accounts[account];
        (opened.unit, opened.world, opened.fund) = (unit, world, fund);
        emit AccountOpened(account, unit, world, fund);
    }

    /// @param fund Fund of the payer, out of which nothing goes while it is frozen.
    function _credit(bytes32 payer, uint16 fund, bytes32 payee, Unit unit, uint256 amount) private {
        (Unit found, uint16 payeeFund) = _change(payee, int256(amount));
        if (found != unit) revert LedgerUnitMismatch(payer, payee);
        if (fund != 0 && payeeFund != fund && isFrozen[fund]) revert LedgerFundFrozen(fund);
    }

    function _requireInRange(uint64 amount) private pure {
        if (amount == 0 || amount > uint64(type(int64).max)) revert LedgerAmountOutOfRange(amount);
    }

    /// @dev The one place where a balance changes, so that the word of an account is read and written once.
    /// @param change Sum of amounts, each of at most 63 bits: far from the bounds of 256.
    function _change(bytes32 id, int256 change) private returns (Unit unit, uint16 fund) {
        Account storage account = _accounts[id];
        int64 former = account.balance;
        bool world = account.world;
        (unit, fund) = (account.unit, account.fund);
        if (unit == Unit.NONE) revert LedgerAccountUnknown(id);
        unchecked {
            int256 left = int256(former) + change;
            if (left < 0 && change < 0 && !world) revert LedgerBalanceInsufficient(id, former, uint256(-change));
            int64 balance = left.toInt64();
            account.balance = balance;
            _countFilled(fund, former, balance);
        }
    }

    function _countFilled(uint16 fund, int64 former, int64 balance) private {
        if (fund == 0 || (former == 0) == (balance == 0)) return;
        if (former == 0) filledAccounts[fund]++;
        else filledAccounts[fund]--;
    }
}
