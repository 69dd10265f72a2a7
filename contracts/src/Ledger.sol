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
        Account storage account = _opened(payer);
        Unit unit = account.unit;
        _requireInRange(amount);
        _credit(payer, account.fund, payee, unit, amount);
        _debit(payer, account, amount);
        last = ++sequence;
        emit Transferred(last, payer, payee, unit, amount, transfer.reason, transfer.cause, transfer.document);
    }

    function postFrom(bytes32 payer, Leg[] calldata legs) external onlyKind(Accounts.kindOf(payer)) returns (uint64 last) {
        Account storage account = _opened(payer);
        (Unit unit, uint16 fund) = (account.unit, account.fund);
        last = sequence;
        (uint256 total, bytes32 payee, uint256 sum) = (0, 0, 0);
        for (uint256 i = 0; i < legs.length; i++) {
            Leg calldata leg = legs[i];
            // Legs to one payee after each other are one change of its balance.
            if (leg.payee != payee) {
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
        _credit(payer, fund, payee, unit, sum);
        _debit(payer, account, total);
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
        _accounts[account] = Account({balance: 0, unit: unit, world: world, fund: fund});
        emit AccountOpened(account, unit, world, fund);
    }

    function _opened(bytes32 id) private view returns (Account storage account) {
        account = _accounts[id];
        if (account.unit == Unit.NONE) revert LedgerAccountUnknown(id);
    }

    /// @param fund Fund of the payer, out of which nothing goes while it is frozen.
    function _credit(bytes32 payer, uint16 fund, bytes32 payee, Unit unit, uint256 amount) private {
        if (payer == payee) revert LedgerSelfTransfer(payer);
        Account storage account = _opened(payee);
        if (account.unit != unit) revert LedgerUnitMismatch(payer, payee);
        if (fund != 0 && account.fund != fund && isFrozen[fund]) revert LedgerFundFrozen(fund);
        int64 balance = account.balance;
        _setBalance(account, balance, (int256(balance) + int256(amount)).toInt64());
    }

    function _requireInRange(uint64 amount) private pure {
        if (amount == 0 || amount > uint64(type(int64).max)) revert LedgerAmountOutOfRange(amount);
    }

    function _debit(bytes32 payer, Account storage account, uint256 amount) private {
        int64 balance = account.balance;
        int256 left = int256(balance) - int256(amount);
        if (left < 0 && !account.world) revert LedgerBalanceInsufficient(payer, balance, amount);
        _setBalance(account, balance, left.toInt64());
    }

    function _setBalance(Account storage account, int64 former, int64 balance) private {
        uint16 fund = account.fund;
        account.balance = balance;
        if (fund == 0 || (former == 0) == (balance == 0)) return;
        if (former == 0) filledAccounts[fund]++;
        else filledAccounts[fund]--;
    }
}
