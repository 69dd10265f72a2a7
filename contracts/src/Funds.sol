// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Intents} from "./Intents.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";

/// @dev See {IFunds}.
contract Funds is IFunds, Intents, AccessManaged {
    struct Fund {
        Level level;
        bool frozen;
        uint16 parent;
        uint32 bank;
    }

    struct BankLine {
        BankLineState state;
        uint32 purpose;
        uint64 amountFen;
        bytes16 treasurer;
    }

    bytes32 public constant DONATION_TYPEHASH =
        keccak256("Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)");
    bytes32 public constant ATTEST_DONATIONS_TYPEHASH = keccak256(
        "AttestDonations(string action,uint16 fund,uint32 bank,string total,uint64 totalFen,Donation[] donations,uint256 nonce,uint48 deadline)"
        "Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)"
    );
    bytes32 public constant REVERSE_DONATION_TYPEHASH = keccak256(
        "ReverseDonation(string action,uint16 fund,bytes32 bankLine,bytes32 outgoingBankLine,uint32 newPurpose,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ATTEST_ACTION = keccak256(unicode"确认收到捐赠 Attest donations");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销捐赠 Reverse a donation");

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;

    mapping(uint32 bank => bool) private _banks;
    mapping(uint16 fund => Fund) private _funds;
    mapping(bytes32 bankLine => BankLine) private _bankLines;

    constructor(address authority, ILedger ledger, IMembers members)
        AccessManaged(authority)
        EIP712("Gongji Funds", "1")
    {
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
        LEDGER.openAccount(Accounts.id(Accounts.BANK, bank), ILedger.Unit.CNY, true);
    }

    function openFund(uint16 fund, uint16 parent, Level level, uint32 bank) external restricted {
        if (fund == 0 || _funds[fund].level != Level.NONE) revert FundsIdTaken(fund);
        if (parent != 0 && _funds[parent].level == Level.NONE) revert FundsFundUnknown(parent);
        if (level <= _funds[parent].level) revert FundsLevelInvalid(fund, level);
        if (!_banks[bank]) revert FundsBankUnknown(bank);
        _funds[fund] = Fund({level: level, frozen: false, parent: parent, bank: bank});
        emit FundOpened(fund, parent, level, bank);
    }

    function freeze(uint16 fund) external restricted {
        _setFrozen(fund, true);
    }

    function unfreeze(uint16 fund) external restricted {
        _setFrozen(fund, false);
    }

    function openPurpose(uint32 purpose) external restricted {
        uint16 fund = Accounts.fundOf(purpose);
        if (_funds[fund].level == Level.NONE) revert FundsFundUnknown(fund);
        emit PurposeOpened(purpose, fund);
        LEDGER.openAccount(Accounts.purpose(purpose), ILedger.Unit.CNY, false);
    }

    function attestDonations(
        uint16 fund,
        uint32 bank,
        Donation[] calldata donations,
        Authorization calldata authorization
    ) external {
        if (donations.length == 0) revert FundsNothingToAttest();
        bytes32 structHash =
            authorization.signature.length == 0 ? bytes32(0) : _attestHash(fund, bank, donations, authorization);
        bytes16 treasurer = _treasurer(fund, structHash, authorization);
        requireBank(fund, bank);
        ILedger.Leg[] memory legs = new ILedger.Leg[](donations.length);
        for (uint256 i = 0; i < donations.length; i++) {
            legs[i] = _attest(fund, treasurer, donations[i]);
        }
        uint64 lastSequence = LEDGER.postFrom(Accounts.id(Accounts.BANK, bank), legs);
        emit DonationsAttested(treasurer, lastSequence, uint32(donations.length));
    }

    function reverseDonation(
        uint16 fund,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        uint32 newPurpose,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                REVERSE_DONATION_TYPEHASH,
                REVERSE_ACTION,
                fund,
                bankLine,
                outgoingBankLine,
                newPurpose,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
        bytes16 treasurer = _treasurer(fund, structHash, authorization);
        BankLine memory line = _bankLines[bankLine];
        if (line.state != BankLineState.DONATION || Accounts.fundOf(line.purpose) != fund) {
            revert FundsDonationUnknown(bankLine);
        }
        if (outgoingBankLine != 0) payingBank(fund);
        _reverse(bankLine, outgoingBankLine, treasurer);
        if (newPurpose != 0) _correct(fund, bankLine, outgoingBankLine, newPurpose);
        emit DonationReversed(bankLine, outgoingBankLine, newPurpose, document, treasurer);
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.purpose(line.purpose),
                payee: Accounts.id(Accounts.BANK, _funds[fund].bank),
                amount: line.amountFen,
                reason: ILedger.Reason.DONATION_REVERSAL,
                cause: bankLine,
                document: document
            })
        );
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

    function isWithin(uint16 fund, uint16 ancestor) external view returns (bool) {
        while (fund != 0 && fund != ancestor) {
            fund = _funds[fund].parent;
        }
        return fund != 0;
    }

    function payingBank(uint16 fund) public view returns (uint32) {
        Fund memory record = _funds[fund];
        if (record.level == Level.NONE) revert FundsFundUnknown(fund);
        if (record.frozen) revert FundsFundFrozen(fund);
        return record.bank;
    }

    function requireBank(uint16 fund, uint32 bank) public view {
        if (_funds[fund].bank != bank) revert FundsBankNotOfFund(bank, fund);
    }

    function bankOf(uint16 fund) external view returns (uint32) {
        return _funds[fund].bank;
    }

    function bankLineState(bytes32 bankLine) external view returns (BankLineState) {
        return _bankLines[bankLine].state;
    }

    function _setFrozen(uint16 fund, bool frozen) private {
        if (_funds[fund].level == Level.NONE) revert FundsFundUnknown(fund);
        _funds[fund].frozen = frozen;
        emit FundFrozen(fund, frozen);
    }

    function _attest(uint16 fund, bytes16 treasurer, Donation calldata donation)
        private
        returns (ILedger.Leg memory)
    {
        (bytes32 bankLine, uint32 purpose) = (donation.bankLine, donation.purpose);
        if (Accounts.fundOf(purpose) != fund) revert FundsPurposeNotInFund(purpose, fund);
        if (bankLine == 0) revert FundsBankLineMissing();
        if (donation.donor == 0) revert FundsDonorMissing(bankLine);
        BankLine storage line = _bankLines[bankLine];
        // A line that nobody has recorded yet is free: that is nearly every one.
        if (line.treasurer != 0) _requireFree(bankLine, fund, purpose, treasurer);
        line.state = BankLineState.DONATION;
        line.purpose = purpose;
        line.amountFen = donation.amountFen;
        line.treasurer = treasurer;
        bytes32 payee = Accounts.purpose(purpose);
        return ILedger.Leg(payee, donation.amountFen, ILedger.Reason.DONATION, bankLine, donation.donor);
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

    function _treasurer(uint16 fund, bytes32 structHash, Authorization calldata authorization)
        private
        returns (bytes16 treasurer)
    {
        address key = _keyOf(structHash, authorization);
        treasurer = MEMBERS.memberWithRole(key, IMembers.Role.TREASURER, fund);
        _useNonce(key, authorization);
    }

    function _attestHash(uint16 fund, uint32 bank, Donation[] calldata donations, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](donations.length);
        uint64 totalFen = 0;
        for (uint256 i = 0; i < donations.length; i++) {
            Donation calldata donation = donations[i];
            totalFen += donation.amountFen;
            hashes[i] = keccak256(
                abi.encode(DONATION_TYPEHASH, donation.bankLine, donation.purpose, donation.amountFen, donation.donor)
            );
        }
        return keccak256(
            abi.encode(
                ATTEST_DONATIONS_TYPEHASH,
                ATTEST_ACTION,
                fund,
                bank,
                keccak256(bytes(AmountText.cny(totalFen))),
                totalFen,
                keccak256(abi.encodePacked(hashes)),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
