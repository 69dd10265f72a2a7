// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Intents} from "./Intents.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";
import {BankLineUses} from "./libraries/BankLineUses.sol";
import {Split} from "./libraries/Split.sol";

/// @dev See {IEnterprises}.
contract Enterprises is IEnterprises, Intents, AccessManaged {
    struct Enterprise {
        uint32 levyPurpose;
        uint32 reservePurpose;
        uint32 remainderPurpose;
        uint16 minFundBps;
    }

    struct Rate {
        uint16 version;
        uint32 pieceFen;
        uint16 workerBps;
        uint16 reserveBps;
        uint16 fundBps;
    }

    bytes32 private constant RATE_CARD_TYPEHASH = keccak256(
        "RateCard(uint32 enterprise,uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)"
    );
    bytes32 private constant PUBLISH_RATE_CARD_TYPEHASH = keccak256(
        "PublishRateCard(string action,string piece,RateCard card,uint256 nonce,uint48 deadline)"
        "RateCard(uint32 enterprise,uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)"
    );
    bytes32 private constant PUBLISH_ACTION = keccak256(unicode"公布计件单价 Publish a piece rate");

    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;

    mapping(uint32 enterprise => Enterprise) private _enterprises;
    mapping(uint32 purpose => bool) private _isOwnPurpose;
    mapping(uint32 enterprise => mapping(uint32 product => Rate)) private _rates;
    mapping(bytes32 bankLine => BankEntry) private _entries;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds)
        AccessManaged(authority)
        Intents("Gongji Enterprises", members)
    {
        LEDGER = ledger;
        FUNDS = funds;
    }

    modifier onlyModule() {
        bool isOfWages = Accounts.mayDebit(LEDGER.kindsOf(msg.sender), Accounts.WORKER);
        if (!isOfWages) revert EnterprisesModuleNotAdmitted(msg.sender);
        _;
    }

    function openEnterprise(
        uint32 enterprise,
        uint32 levyPurpose,
        uint32 reservePurpose,
        uint32 remainderPurpose,
        uint16 minFundBps
    ) external restricted {
        if (enterprise == 0 || _enterprises[enterprise].levyPurpose != 0) revert EnterpriseIdTaken(enterprise);
        if (minFundBps > Split.WHOLE_BPS) revert RateCardInvalid(0, minFundBps);
        _requirePurpose(levyPurpose, levyPurpose);
        _takePurpose(reservePurpose, levyPurpose);
        _takePurpose(remainderPurpose, levyPurpose);
        _enterprises[enterprise] = Enterprise({
            levyPurpose: levyPurpose,
            reservePurpose: reservePurpose,
            remainderPurpose: remainderPurpose,
            minFundBps: minFundBps
        });
        emit EnterpriseOpened(enterprise, levyPurpose, reservePurpose, remainderPurpose, minFundBps);
        LEDGER.openAccount(
            Accounts.id(Accounts.ENTERPRISE, enterprise), ILedger.Unit.CNY, false, Accounts.fundOf(levyPurpose)
        );
    }

    function publishRateCard(RateCard calldata card, Authorization calldata authorization) external {
        uint16 minFundBps = _known(card.enterprise).minFundBps;
        _withRole(IMembers.Role.FOREMAN, card.enterprise, _hash(card, authorization), authorization);
        Rate storage rate = _rates[card.enterprise][card.product];
        uint16 expected = rate.version + 1;
        if (card.version != expected) revert RateCardVersionMismatch(expected, card.version);
        uint256 totalBps = uint256(card.workerBps) + card.reserveBps + card.fundBps;
        if (card.pieceFen == 0 || totalBps > Split.WHOLE_BPS) revert RateCardInvalid(card.pieceFen, totalBps);
        if (card.fundBps < minFundBps) revert RateCardFundShareTooLow(card.enterprise, minFundBps, card.fundBps);
        (rate.version, rate.pieceFen, rate.workerBps) = (expected, card.pieceFen, card.workerBps);
        (rate.reserveBps, rate.fundBps) = (card.reserveBps, card.fundBps);
        emit RateCardPublished(
            card.enterprise, card.product, expected, card.pieceFen, card.workerBps, card.reserveBps, card.fundBps
        );
    }

    function recordBankLine(
        bytes32 bankLine,
        uint32 enterprise,
        uint32 bank,
        uint64 amountFen,
        bytes16 worker,
        address key
    ) external onlyModule returns (bytes16 treasurer) {
        uint16 fund = _fundOf(enterprise);
        FUNDS.requireBank(fund, bank);
        _entries[bankLine] = BankEntry({enterprise: enterprise, amountFen: amountFen, worker: worker});
        if (worker == 0) return FUNDS.useBankLine(bankLine, fund, key);
        (treasurer,) = FUNDS.recordPayment(fund, _wage(enterprise, bankLine, amountFen), key);
    }

    function reverseBankLine(bytes32 bankLine, bytes32 returnLine, uint32 enterprise, bool isPayout, address key)
        external
        onlyModule
        returns (BankEntry memory entry, uint32 bank, bytes16 treasurer)
    {
        uint16 fund = _fundOf(enterprise);
        entry = _entry(enterprise, bankLine, isPayout);
        delete _entries[bankLine];
        bank = FUNDS.bankOf(fund);
        treasurer = isPayout
            ? _reversePayout(fund, bankLine, returnLine, entry, key)
            : FUNDS.reverseBankLine(bankLine, returnLine, fund, key);
    }

    function recordReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        address key
    ) external onlyModule returns (bytes16, uint32, bytes16) {
        uint16 fund = _fundOf(enterprise);
        BankEntry memory entry = _entry(enterprise, bankLine, true);
        if (amountFen == 0 || amountFen >= entry.amountFen) {
            revert EnterprisePartOutOfRange(bankLine, entry.amountFen, amountFen);
        }
        _entries[bankLine].amountFen = entry.amountFen - amountFen;
        IFunds.Entry memory part = IFunds.Entry(incomingBankLine, amountFen, BankLineUses.ofLine(bankLine));
        bytes16 treasurer = FUNDS.recordReturn(fund, part, bankLine, BankLineUses.ofEnterprise(enterprise), key);
        return (entry.worker, FUNDS.bankOf(fund), treasurer);
    }

    function reverseReturn(uint32 enterprise, bytes32 bankLine, bytes32 incomingBankLine, address key)
        external
        onlyModule
        returns (BankEntry memory part, uint32 bank, bytes16 treasurer)
    {
        uint16 fund = _fundOf(enterprise);
        part = _entry(enterprise, bankLine, true);
        uint64 amountFen;
        (treasurer, amountFen) = FUNDS.reverseReturn(fund, incomingBankLine, BankLineUses.ofLine(bankLine), key);
        _entries[bankLine].amountFen += amountFen;
        part.amountFen = amountFen;
        bank = FUNDS.bankOf(fund);
    }

    function currentTerms(uint32 enterprise, uint32 product) external view returns (Terms memory terms, uint16 version) {
        Enterprise memory parts = _known(enterprise);
        Rate memory rate = _rates[enterprise][product];
        if (rate.version == 0) revert RateCardUnknown(enterprise, product);
        terms = Terms({
            pieceFen: rate.pieceFen,
            workerBps: rate.workerBps,
            reserveBps: rate.reserveBps,
            fundBps: rate.fundBps,
            levyPurpose: parts.levyPurpose,
            reservePurpose: parts.reservePurpose,
            remainderPurpose: parts.remainderPurpose
        });
        version = rate.version;
    }

    function rateCardVersion(uint32 enterprise, uint32 product) external view returns (uint16) {
        return _rates[enterprise][product].version;
    }

    /// @dev After parts came back the payment was no mistake, and the rest of it comes back by a line.
    function _reversePayout(uint16 fund, bytes32 bankLine, bytes32 returnLine, BankEntry memory entry, address key)
        private
        returns (bytes16 treasurer)
    {
        uint64 paidFen;
        (treasurer, paidFen,) = FUNDS.reversePayment(
            fund, bankLine, returnLine, BankLineUses.ofEnterprise(entry.enterprise), key
        );
        if (returnLine == 0 && paidFen != entry.amountFen) revert EnterpriseReturnedInPart(bankLine);
    }

    function _entry(uint32 enterprise, bytes32 bankLine, bool isPayout) private view returns (BankEntry memory entry) {
        entry = _entries[bankLine];
        if (entry.enterprise != enterprise || (entry.worker != 0) != isPayout) {
            revert EnterpriseBankLineUnknown(enterprise, bankLine);
        }
    }

    function _wage(uint32 enterprise, bytes32 bankLine, uint64 amountFen) private pure returns (IFunds.Entry memory) {
        return IFunds.Entry(bankLine, amountFen, BankLineUses.ofEnterprise(enterprise));
    }

    /// @dev Makes a purpose the reserve or remainder of an enterprise: no other part's, and no other enterprise's.
    function _takePurpose(uint32 purpose, uint32 levyPurpose) private {
        _requirePurpose(purpose, levyPurpose);
        if (purpose == levyPurpose) revert EnterprisePurposeUnfit(purpose);
        _isOwnPurpose[purpose] = true;
    }

    function _requirePurpose(uint32 purpose, uint32 levyPurpose) private view {
        bool opened = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (!opened) revert EnterprisePurposeUnknown(purpose);
        bool isOfFund = Accounts.fundOf(purpose) == Accounts.fundOf(levyPurpose);
        if (!isOfFund || _isOwnPurpose[purpose]) revert EnterprisePurposeUnfit(purpose);
    }

    function _known(uint32 enterprise) private view returns (Enterprise memory found) {
        found = _enterprises[enterprise];
        if (found.levyPurpose == 0) revert EnterpriseUnknown(enterprise);
    }

    function _fundOf(uint32 enterprise) private view returns (uint16) {
        return Accounts.fundOf(_known(enterprise).levyPurpose);
    }

    function _hash(RateCard calldata card, Authorization calldata authorization) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PUBLISH_RATE_CARD_TYPEHASH,
                PUBLISH_ACTION,
                AmountText.hash(card.pieceFen),
                keccak256(abi.encode(RATE_CARD_TYPEHASH, card)),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
