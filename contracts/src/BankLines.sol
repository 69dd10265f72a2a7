// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {Floors} from "./libraries/Floors.sol";
import {RecentSum} from "./libraries/RecentSum.sol";

/// @dev What became of each bank line: the part of {Funds} that modules write.
abstract contract BankLines is IFunds {
    using BankLineUses for bytes15;

    ILedger internal immutable LEDGER;
    IMembers private immutable MEMBERS;

    mapping(bytes32 bankLine => BankLine) internal _bankLines;
    mapping(uint16 fund => RecentSum) private _fees;

    constructor(ILedger ledger, IMembers members) {
        LEDGER = ledger;
        MEMBERS = members;
    }

    modifier onlyModule() {
        uint64 kinds = LEDGER.kindsOf(msg.sender);
        bool isOfMoney = Accounts.mayDebit(kinds, Accounts.PURPOSE) || Accounts.mayDebit(kinds, Accounts.ENTERPRISE);
        if (!isOfMoney) revert FundsModuleNotAdmitted(msg.sender);
        _;
    }

    // DONATIONS

    function recordDonations(uint16 fund, uint32 bank, Donation[] calldata donations, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = _treasurer(fund, key);
        requireBank(fund, bank);
        bytes8 person = BankLineUses.person(treasurer);
        for (uint256 i = 0; i < donations.length; i++) {
            (bytes32 bankLine, uint32 purpose) = (donations[i].bankLine, donations[i].purpose);
            if (Accounts.fundOf(purpose) != fund) revert FundsPurposeNotInFund(purpose, fund);
            if (bankLine == 0) revert FundsBankLineMissing();
            // A line that nobody has touched yet is free: that is nearly every one.
            BankLine storage line = _bankLines[bankLine];
            if (line.treasurer != 0) _requireFree(bankLine, purpose, treasurer);
            _put(line, BankLineState.DONATION, person, donations[i].amountFen, BankLineUses.ofPurpose(purpose));
        }
    }

    function reverseDonation(bytes32 bankLine, bytes32 returnLine, uint32 newPurpose, uint16 fund, address key)
        external
        onlyModule
        returns (bytes16 treasurer, uint32 purpose, uint64 amountFen)
    {
        treasurer = _treasurer(fund, key);
        BankLine memory line = _bankLines[bankLine];
        (purpose, amountFen) = (line.use.purposeOf(), line.amountFen);
        if (line.state != BankLineState.DONATION || Accounts.fundOf(purpose) != fund) {
            revert FundsDonationUnknown(bankLine);
        }
        line.state = BankLineState.UNUSED;
        if (newPurpose != 0) _correct(fund, bankLine, returnLine, newPurpose, line);
        _reverse(bankLine, line, returnLine, treasurer);
    }

    // ENTRIES

    function recordEntry(uint16 fund, BankLineState kind, Entry calldata entry, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = _treasurer(fund, key);
        bytes15 use = entry.use;
        if (kind == BankLineState.FEE) use = _addFee(fund, entry);
        _record(entry.bankLine, kind, entry.amountFen, use, treasurer);
    }

    function recordGifts(uint16 fund, uint32 bank, Entry[] calldata gifts, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = _treasurer(fund, key);
        requireBank(fund, bank);
        for (uint256 i = 0; i < gifts.length; i++) {
            _record(gifts[i].bankLine, BankLineState.GIFT, gifts[i].amountFen, gifts[i].use, treasurer);
        }
    }

    function reverseEntry(
        bytes32 bankLine,
        bytes32 returnLine,
        uint16 fund,
        BankLineState kind,
        bytes15 use,
        address key
    ) external onlyModule returns (bytes16 treasurer, BankLine memory entry) {
        treasurer = _treasurer(fund, key);
        entry = _entry(bankLine, kind, use);
        if (kind == BankLineState.FEE) _fees[fund].remove(entry.amountFen, entry.use.timeOf());
        // What was no such entry may be anything else, a donation to this fund too.
        _reverse(bankLine, BankLine(BankLineState.UNUSED, entry.treasurer, 0, 0), returnLine, treasurer);
    }

    function returnGift(bytes32 bankLine, bytes32 returnLine, uint16 fund, bytes15 use, address key)
        external
        onlyModule
        returns (uint64 amountFen)
    {
        bytes16 treasurer = _treasurer(fund, key);
        amountFen = _entry(bankLine, BankLineState.GIFT, use).amountFen;
        _put(_bankLines[bankLine], BankLineState.REFUNDED, BankLineUses.person(treasurer), 0, 0);
        _record(returnLine, BankLineState.USED, 0, 0, treasurer);
    }

    // LINES OF WHICH A MODULE KEEPS WHAT THEY ARE FOR

    function useBankLine(bytes32 bankLine, uint16 fund, address key) external onlyModule returns (bytes16 treasurer) {
        treasurer = _treasurer(fund, key);
        _record(bankLine, BankLineState.USED, 0, 0, treasurer);
    }

    function reverseBankLine(bytes32 bankLine, bytes32 returnLine, uint16 fund, address key)
        external
        onlyModule
        returns (bytes16 treasurer)
    {
        treasurer = _treasurer(fund, key);
        BankLine memory line = _bankLines[bankLine];
        if (line.state != BankLineState.USED) revert FundsEntryUnknown(bankLine);
        line.state = BankLineState.UNUSED;
        _reverse(bankLine, line, returnLine, treasurer);
    }

    // READING

    function leftForFees(uint16 fund) public view returns (uint64) {
        return Floors.MAX_FEES_FEN - _fees[fund].total();
    }

    function bankLineState(bytes32 bankLine) external view returns (BankLineState) {
        return _bankLines[bankLine].state;
    }

    function requireBank(uint16 fund, uint32 bank) public view virtual;

    function bankOf(uint16 fund) public view virtual returns (uint32);

    // PARTS

    function _treasurer(uint16 fund, address key) internal view returns (bytes16) {
        return MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
    }

    /// @dev Writes the word of a line as {BankLine} has it. The compiler would read it first, to keep what is not written.
    function _put(BankLine storage line, BankLineState state, bytes8 person, uint64 amountFen, bytes15 use) internal {
        uint256 word = uint256(state) | (uint256(uint64(person)) << 8) | (uint256(amountFen) << 72)
            | (uint256(uint120(use)) << 136);
        assembly ("memory-safe") {
            sstore(line.slot, word)
        }
    }

    function _entry(bytes32 bankLine, BankLineState kind, bytes15 use) internal view returns (BankLine memory entry) {
        entry = _bankLines[bankLine];
        bool isWhole =
            kind == BankLineState.PAYMENT || kind == BankLineState.SHARE || kind == BankLineState.RETURN;
        bool isSame = isWhole ? entry.use == use : entry.use.purposeOf() == use.purposeOf();
        if (entry.state != kind || !isSame) revert FundsEntryUnknown(bankLine);
    }

    function _record(bytes32 bankLine, BankLineState kind, uint64 amountFen, bytes15 use, bytes16 treasurer) internal {
        if (bankLine == 0) revert FundsBankLineMissing();
        BankLine storage line = _bankLines[bankLine];
        BankLineState state = line.state;
        if (state != BankLineState.UNUSED) revert FundsBankLineUsed(bankLine, state);
        _put(line, kind, _other(bankLine, line.treasurer, treasurer), amountFen, use);
    }

    /// @param line What is to stay of it; it is free again unless the money went back.
    function _reverse(bytes32 bankLine, BankLine memory line, bytes32 returnLine, bytes16 treasurer) internal {
        bytes8 person = _other(bankLine, line.treasurer, treasurer);
        if (returnLine != 0) line.state = BankLineState.REFUNDED;
        _put(_bankLines[bankLine], line.state, person, line.amountFen, line.use);
        if (returnLine != 0) _record(returnLine, BankLineState.USED, 0, 0, treasurer);
    }

    /// @dev The treasurer as the line keeps them, if they did not do the last step with it.
    function _other(bytes32 bankLine, bytes8 last, bytes16 treasurer) internal pure returns (bytes8 person) {
        person = BankLineUses.person(treasurer);
        if (person == last) revert FundsSecondPersonNeeded(bankLine, treasurer);
    }

    /// @dev A line that was a donation before is attested by another than took it back, and only where that one said.
    function _requireFree(bytes32 bankLine, uint32 purpose, bytes16 treasurer) private view {
        BankLine memory line = _bankLines[bankLine];
        uint32 former = line.use.purposeOf();
        bool wasReversed = line.state == BankLineState.REVERSED;
        if (line.state != BankLineState.UNUSED && !wasReversed) revert FundsBankLineUsed(bankLine, line.state);
        _other(bankLine, line.treasurer, treasurer);
        if (wasReversed && former != purpose) revert FundsPurposeMismatch(bankLine, former, purpose);
        if (!wasReversed && Accounts.fundOf(former) == Accounts.fundOf(purpose)) {
            revert FundsPurposeMismatch(bankLine, 0, purpose);
        }
    }

    /// @dev Names the purpose to which a line that is a donation after all is to be attested.
    function _correct(uint16 fund, bytes32 bankLine, bytes32 returnLine, uint32 purpose, BankLine memory line)
        private
        view
    {
        if (returnLine != 0) revert FundsPurposeMismatch(bankLine, 0, purpose);
        bool isOpen = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (Accounts.fundOf(purpose) != fund || !isOpen) revert FundsPurposeNotInFund(purpose, fund);
        (line.state, line.use) = (BankLineState.REVERSED, BankLineUses.ofPurpose(purpose));
    }

    /// @return When it was recorded is kept with it, so that it goes out of the sum that it came into.
    function _addFee(uint16 fund, Entry calldata entry) private returns (bytes15) {
        (uint64 leftFen, uint64 feeFen) = (leftForFees(fund), entry.amountFen);
        if (leftFen > Floors.MAX_FEE_FEN) leftFen = Floors.MAX_FEE_FEN;
        if (feeFen > leftFen) revert FundsFeeTooHigh(fund, leftFen, feeFen);
        _fees[fund].add(feeFen);
        return BankLineUses.ofFee(entry.use.purposeOf(), uint48(block.timestamp));
    }
}
