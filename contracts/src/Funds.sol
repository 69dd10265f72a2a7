// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Floors} from "./libraries/Floors.sol";
import {RecentSum} from "./libraries/RecentSum.sol";

/// @dev See {IFunds}.
contract Funds is IFunds, AccessManaged {
    /// @dev `openFunds` counts the funds right below it that are not closed.
    struct Fund {
        Level level;
        bool frozen;
        uint16 parent;
        uint32 bank;
        bool closed;
        uint16 openFunds;
    }

    struct BankLine {
        BankLineState state;
        uint32 purpose;
        uint64 amountFen;
        bytes16 treasurer;
    }

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;

    mapping(uint32 bank => bool) private _banks;
    mapping(uint16 fund => Fund) private _funds;
    mapping(bytes32 bankLine => BankLine) private _bankLines;
    /// @dev Of an entry that is a part of something.
    mapping(bytes32 bankLine => bytes32) private _causes;
    /// @dev What a treasurer records of the parts of something.
    mapping(bytes32 cause => mapping(bytes16 treasurer => BankLineState)) private _kinds;
    mapping(uint16 fund => RecentSum) private _fees;
    /// @dev When a fee was recorded, seconds since 1970.
    mapping(bytes32 bankLine => uint48) private _feeTimes;

    constructor(address authority, ILedger ledger, IMembers members) AccessManaged(authority) {
        LEDGER = ledger;
        MEMBERS = members;
    }

    modifier onlyModule() {
        if (!LEDGER.isModule(msg.sender)) revert FundsModuleNotAdmitted(msg.sender);
        _;
    }

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

    function recordDonations(uint16 fund, uint32 bank, Donation[] calldata donations, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        requireBank(fund, bank);
        for (uint256 i = 0; i < donations.length; i++) {
            _record(fund, treasurer, donations[i]);
        }
    }

    function reverseDonation(bytes32 bankLine, bytes32 returnLine, uint32 newPurpose, uint16 fund, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint32 purpose, uint64 amountFen)
    {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        BankLine memory line = _bankLines[bankLine];
        (purpose, amountFen) = (line.purpose, line.amountFen);
        if (line.state != BankLineState.DONATION || Accounts.fundOf(purpose) != fund) {
            revert FundsDonationUnknown(bankLine);
        }
        _reverse(bankLine, returnLine, treasurer);
        if (newPurpose != 0) _correct(fund, bankLine, returnLine, newPurpose);
    }

    function useBankLine(bytes32 bankLine, uint16 fund, address key) external onlyModule returns (bytes16 treasurer) {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        _useBankLine(bankLine, treasurer);
    }

    function reverseBankLine(bytes32 bankLine, bytes32 returnLine, uint16 fund, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        _reverse(bankLine, returnLine, treasurer);
    }

    function recordEntry(bytes32 bankLine, Entry calldata entry, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        uint16 fund = Accounts.fundOf(entry.purpose);
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        _useBankLine(bankLine, treasurer);
        _keep(_bankLines[bankLine], entry.kind, entry.purpose, entry.amountFen, treasurer);
        if (entry.cause != 0) _addPart(bankLine, entry, treasurer);
        if (entry.kind == BankLineState.FEE) _addFee(bankLine, fund, entry.amountFen);
    }

    function reverseEntry(
        bytes32 bankLine,
        bytes32 returnLine,
        BankLineState kind,
        uint32 purpose,
        bytes32 cause,
        address key
    ) external onlyModule returns (bytes16 treasurer, uint64 amountFen) {
        uint16 fund = Accounts.fundOf(purpose);
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        BankLine memory line = _bankLines[bankLine];
        amountFen = line.amountFen;
        if (line.state != kind || line.purpose != purpose || _causes[bankLine] != cause) {
            revert FundsEntryUnknown(bankLine);
        }
        if (kind == BankLineState.FEE) _fees[fund].remove(amountFen, _feeTimes[bankLine]);
        _reverse(bankLine, returnLine, treasurer);
        // What was no such entry may be anything else, a donation to this fund too.
        _keep(_bankLines[bankLine], _bankLines[bankLine].state, 0, 0, treasurer);
        _causes[bankLine] = 0;
    }

    function leftForFees(uint16 fund) public view returns (uint64) {
        return Floors.MAX_FEES_FEN - _fees[fund].total();
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

    function requireBank(uint16 fund, uint32 bank) public view {
        Fund storage record = _funds[fund];
        if (record.bank != bank) revert FundsBankNotOfFund(bank, fund);
        if (record.closed) revert FundsFundClosed(fund);
    }

    function bankOf(uint16 fund) external view returns (uint32) {
        return _funds[fund].bank;
    }

    function isClosed(uint16 fund) external view returns (bool) {
        return _funds[fund].closed;
    }

    function bankLineState(bytes32 bankLine) external view returns (BankLineState) {
        return _bankLines[bankLine].state;
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

    function _record(uint16 fund, bytes16 treasurer, Donation calldata donation) private {
        (bytes32 bankLine, uint32 purpose) = (donation.bankLine, donation.purpose);
        if (Accounts.fundOf(purpose) != fund) revert FundsPurposeNotInFund(purpose, fund);
        if (bankLine == 0) revert FundsBankLineMissing();
        BankLine storage line = _bankLines[bankLine];
        // A line that nobody has recorded yet is free: that is nearly every one.
        if (line.treasurer != 0) _requireFree(bankLine, fund, purpose, treasurer);
        _keep(line, BankLineState.DONATION, purpose, donation.amountFen, treasurer);
    }

    /// @dev In one place, so that the compiler writes the word once.
    function _keep(
        BankLine storage line,
        BankLineState state,
        uint32 purpose,
        uint64 amountFen,
        bytes16 treasurer
    ) private {
        line.state = state;
        line.purpose = purpose;
        line.amountFen = amountFen;
        line.treasurer = treasurer;
    }

    function _addPart(bytes32 bankLine, Entry calldata entry, bytes16 treasurer) private {
        BankLineState kind = _kinds[entry.cause][treasurer];
        if (kind != BankLineState.UNUSED && kind != entry.kind) revert FundsSecondPersonNeeded(bankLine, treasurer);
        _kinds[entry.cause][treasurer] = entry.kind;
        _causes[bankLine] = entry.cause;
    }

    function _addFee(bytes32 bankLine, uint16 fund, uint64 feeFen) private {
        uint64 leftFen = leftForFees(fund);
        if (leftFen > Floors.MAX_FEE_FEN) leftFen = Floors.MAX_FEE_FEN;
        if (feeFen > leftFen) revert FundsFeeTooHigh(fund, leftFen, feeFen);
        _fees[fund].add(feeFen);
        _feeTimes[bankLine] = uint48(block.timestamp);
    }

    /// @dev A line that was a donation before is attested by another than took it back, and only where that one said.
    function _requireFree(bytes32 bankLine, uint16 fund, uint32 purpose, bytes16 treasurer) private view {
        BankLine memory line = _bankLines[bankLine];
        bool wasReversed = line.state == BankLineState.REVERSED;
        if (line.state != BankLineState.UNUSED && !wasReversed) revert FundsBankLineUsed(bankLine, line.state);
        if (line.treasurer == treasurer) revert FundsSecondPersonNeeded(bankLine, treasurer);
        if (wasReversed && line.purpose != purpose) revert FundsPurposeMismatch(bankLine, line.purpose, purpose);
        if (!wasReversed && Accounts.fundOf(line.purpose) == fund) revert FundsPurposeMismatch(bankLine, 0, purpose);
    }

    /// @dev Names the purpose to which a line that is a donation after all is to be attested.
    function _correct(uint16 fund, bytes32 bankLine, bytes32 outgoingBankLine, uint32 purpose) private {
        if (outgoingBankLine != 0) revert FundsPurposeMismatch(bankLine, 0, purpose);
        bool isOpen = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (Accounts.fundOf(purpose) != fund || !isOpen) revert FundsPurposeNotInFund(purpose, fund);
        _bankLines[bankLine].state = BankLineState.REVERSED;
        _bankLines[bankLine].purpose = purpose;
    }

    function _reverse(bytes32 bankLine, bytes32 returnLine, bytes16 treasurer) private {
        BankLine storage line = _bankLines[bankLine];
        if (line.treasurer == treasurer) revert FundsSecondPersonNeeded(bankLine, treasurer);
        line.treasurer = treasurer;
        line.state = returnLine == 0 ? BankLineState.UNUSED : BankLineState.REFUNDED;
        if (returnLine != 0) _useBankLine(returnLine, treasurer);
    }

    function _useBankLine(bytes32 bankLine, bytes16 treasurer) private {
        if (bankLine == 0) revert FundsBankLineMissing();
        BankLine storage line = _bankLines[bankLine];
        BankLineState state = line.state;
        if (state != BankLineState.UNUSED) revert FundsBankLineUsed(bankLine, state);
        if (line.treasurer == treasurer) revert FundsSecondPersonNeeded(bankLine, treasurer);
        line.state = BankLineState.USED;
        line.treasurer = treasurer;
    }
}
