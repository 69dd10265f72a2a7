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
    }

    uint64 public sequence;
    mapping(address module => uint64) public kindsOf;
    mapping(bytes32 account => Account) private _accounts;

    constructor(address authority) AccessManaged(authority) {}

    modifier onlyKindOf(bytes32 account) {
        uint64 kinds = kindsOf[msg.sender];
        if (kinds == 0) revert LedgerModuleNotAdmitted(msg.sender);
        uint8 kind = Accounts.kindOf(account);
        if ((kinds >> kind) & 1 == 0) revert LedgerKindNotAllowed(msg.sender, kind);
        _;
    }

    function admitModule(address module, uint64 kinds) external restricted {
        if (kinds == 0) revert LedgerKindsMissing(module);
        if (isModule(module)) revert LedgerModuleUnchanged(module);
        kindsOf[module] = kinds;
        emit ModuleAdmitted(module, kinds);
    }

    function retireModule(address module) external restricted {
        if (!isModule(module)) revert LedgerModuleUnchanged(module);
        kindsOf[module] = 0;
        emit ModuleRetired(module);
    }

    function openAccount(bytes32 account, Unit unit, bool world) external onlyKindOf(account) {
        if (unit == Unit.NONE) revert LedgerUnitMissing(account);
        if (_accounts[account].unit != Unit.NONE) revert LedgerAccountExists(account);
        _accounts[account] = Account({balance: 0, unit: unit, world: world});
        emit AccountOpened(account, unit, world);
    }

    function post(Transfer calldata transfer) external onlyKindOf(transfer.payer) returns (uint64 last) {
        (bytes32 payer, bytes32 payee, uint64 amount) = (transfer.payer, transfer.payee, transfer.amount);
        Account storage account = _opened(payer);
        Unit unit = account.unit;
        _credit(payer, payee, unit, amount);
        _debit(payer, account, amount);
        last = ++sequence;
        emit Transferred(last, payer, payee, unit, amount, transfer.reason, transfer.cause, transfer.document);
    }

    function postFrom(bytes32 payer, Leg[] calldata legs) external onlyKindOf(payer) returns (uint64 last) {
        Account storage account = _opened(payer);
        Unit unit = account.unit;
        uint256 total = 0;
        last = sequence;
        for (uint256 i = 0; i < legs.length; i++) {
            Leg calldata leg = legs[i];
            uint64 amount = leg.amount;
            _credit(payer, leg.payee, unit, amount);
            total += amount;
            emit Transferred(++last, payer, leg.payee, unit, amount, leg.reason, leg.cause, leg.document);
        }
        _debit(payer, account, total);
        sequence = last;
    }

    function isModule(address module) public view returns (bool) {
        return kindsOf[module] != 0;
    }

    function balanceOf(bytes32 account) external view returns (int64) {
        return _accounts[account].balance;
    }

    function unitOf(bytes32 account) external view returns (Unit) {
        return _accounts[account].unit;
    }

    function _opened(bytes32 id) private view returns (Account storage account) {
        account = _accounts[id];
        if (account.unit == Unit.NONE) revert LedgerAccountUnknown(id);
    }

    function _credit(bytes32 payer, bytes32 payee, Unit unit, uint64 amount) private {
        if (payer == payee) revert LedgerSelfTransfer(payer);
        if (amount == 0 || amount > uint64(type(int64).max)) revert LedgerAmountOutOfRange(amount);
        Account storage account = _opened(payee);
        if (account.unit != unit) revert LedgerUnitMismatch(payer, payee);
        account.balance += int64(amount);
    }

    function _debit(bytes32 payer, Account storage account, uint256 amount) private {
        int64 balance = account.balance;
        int256 left = int256(balance) - int256(amount);
        if (left < 0 && !account.world) revert LedgerBalanceInsufficient(payer, balance, amount);
        account.balance = left.toInt64();
    }
}
