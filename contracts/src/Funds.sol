// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BankLines} from "./BankLines.sol";
import {PaymentLines} from "./PaymentLines.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";

/// @dev See {IFunds}.
contract Funds is PaymentLines, AccessManaged {
    /// @dev `openFunds` counts the funds right below it that are not closed.
    struct Fund {
        Level level;
        bool frozen;
        uint16 parent;
        uint32 bank;
        bool closed;
        uint16 openFunds;
    }

    mapping(uint32 bank => bool) private _banks;
    mapping(uint16 fund => Fund) private _funds;

    constructor(address authority, ILedger ledger, IMembers members)
        AccessManaged(authority)
        BankLines(ledger, members)
    {}

    function openBankAccount(uint32 bank) external restricted {
        if (bank == 0 || _banks[bank]) revert FundsIdTaken(bank);
        _banks[bank] = true;
        emit BankAccountOpened(bank);
        LEDGER.openAccount(Accounts.id(Accounts.BANK, bank), ILedger.Unit.CNY, true, 0);
    }

    function openFund(uint16 fund, uint16 parent, Level level, uint32 bank) external restricted {
        if (fund == 0 || _funds[fund].level != Level.NONE) revert FundsIdTaken(fund);
        if (parent != 0) _fundInUse(parent).openFunds++;
        if (level <= _funds[parent].level) revert FundsLevelInvalid(fund, level);
        if (!_banks[bank]) revert FundsBankUnknown(bank);
        _funds[fund] = Fund({level: level, frozen: false, parent: parent, bank: bank, closed: false, openFunds: 0});
        emit FundOpened(fund, parent, level, bank);
    }

    function closeFund(uint16 fund) external restricted {
        Fund storage record = _fundInUse(fund);
        if (record.openFunds != 0) revert FundsFundsBelowOpen(fund, record.openFunds);
        uint32 filled = LEDGER.filledAccounts(fund);
        if (filled != 0) revert FundsFundNotEmpty(fund, filled);
        record.closed = true;
        if (record.parent != 0) _funds[record.parent].openFunds--;
        emit FundClosed(fund, true);
    }

    function reopenFund(uint16 fund) external restricted {
        Fund storage record = _funds[fund];
        if (!record.closed) revert FundsFundOpen(fund);
        if (record.parent != 0) _fundInUse(record.parent).openFunds++;
        record.closed = false;
        emit FundClosed(fund, false);
    }

    function freeze(uint16 fund) external restricted {
        _setFrozen(fund, true);
    }

    function unfreeze(uint16 fund) external restricted {
        _setFrozen(fund, false);
    }

    function openPurpose(uint32 purpose) external restricted {
        uint16 fund = Accounts.fundOf(purpose);
        _fundInUse(fund);
        emit PurposeOpened(purpose, fund);
        LEDGER.openAccount(Accounts.purpose(purpose), ILedger.Unit.CNY, false, fund);
    }

    function isWithin(uint16 fund, uint16 ancestor) external view returns (bool) {
        while (fund != 0 && fund != ancestor) {
            fund = _funds[fund].parent;
        }
        return fund != 0;
    }

    function parentOf(uint16 fund) external view returns (uint16) {
        return _funds[fund].parent;
    }

    function payingBank(uint16 fund) public view returns (uint32) {
        Fund memory record = _fundInUse(fund);
        if (record.frozen) revert FundsFundFrozen(fund);
        return record.bank;
    }

    function requireBank(uint16 fund, uint32 bank) public view override {
        Fund storage record = _funds[fund];
        if (record.bank != bank) revert FundsBankNotOfFund(bank, fund);
        if (record.closed) revert FundsFundClosed(fund);
    }

    function bankOf(uint16 fund) public view override returns (uint32) {
        return _funds[fund].bank;
    }

    function isClosed(uint16 fund) external view returns (bool) {
        return _funds[fund].closed;
    }

    function _fundInUse(uint16 fund) private view returns (Fund storage record) {
        record = _funds[fund];
        if (record.level == Level.NONE) revert FundsFundUnknown(fund);
        if (record.closed) revert FundsFundClosed(fund);
    }

    function _setFrozen(uint16 fund, bool frozen) private {
        if (_funds[fund].level == Level.NONE) revert FundsFundUnknown(fund);
        _funds[fund].frozen = frozen;
        emit FundFrozen(fund, frozen);
        LEDGER.setFrozen(fund, frozen);
    }
}
