// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Intents} from "./Intents.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";
import {Split} from "./libraries/Split.sol";

/// @dev See {ICooperative}.
contract Cooperative is ICooperative, Intents, AccessManaged {
    struct Enterprise {
        uint32 levyPurpose;
        uint16 minFundBps;
    }

    /// @dev What a bank line was recorded for. Proceeds have no worker.
    struct BankEntry {
        uint32 enterprise;
        uint64 amountFen;
        bytes16 worker;
    }

    struct Rate {
        uint32 pieceFen;
        uint16 workerBps;
        uint16 reserveBps;
        uint16 fundBps;
    }

    struct Order {
        uint32 enterprise;
        uint32 product;
        uint16 version;
        uint32 piecesLeft;
        uint48 dueAt;
    }

    struct Lot {
        LotState state;
        uint32 pieces;
        bytes16 order;
        bytes16 worker;
    }

    bytes32 public constant RATE_CARD_TYPEHASH = keccak256(
        "RateCard(uint32 enterprise,uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)"
    );
    bytes32 public constant PUBLISH_RATE_CARD_TYPEHASH = keccak256(
        "PublishRateCard(string action,string piece,RateCard card,uint256 nonce,uint48 deadline)"
        "RateCard(uint32 enterprise,uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)"
    );
    bytes32 public constant ATTEST_PROCEEDS_TYPEHASH = keccak256(
        "AttestProceeds(string action,uint32 enterprise,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant OPEN_WORK_ORDER_TYPEHASH = keccak256(
        "OpenWorkOrder(string action,bytes16 order,uint32 enterprise,uint32 product,uint32 pieces,uint48 dueAt,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant TAKE_LOT_TYPEHASH =
        keccak256("TakeLot(string action,bytes16 lot,bytes16 order,uint32 pieces,uint256 nonce,uint48 deadline)");
    bytes32 public constant SETTLE_LOT_TYPEHASH = keccak256(
        "SettleLot(string action,bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant PAYOUT_TYPEHASH = keccak256("Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)");
    bytes32 public constant PAY_OUT_TYPEHASH = keccak256(
        "PayOut(string action,uint32 enterprise,uint32 bank,string total,uint64 totalFen,Payout[] payouts,uint256 nonce,uint48 deadline)"
        "Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)"
    );

    bytes32 public constant REVERSE_PROCEEDS_TYPEHASH = keccak256(
        "ReverseProceeds(string action,uint32 enterprise,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant REVERSE_PAYOUT_TYPEHASH = keccak256(
        "ReversePayout(string action,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );

    bytes32 private constant PUBLISH_ACTION = keccak256(unicode"公布计件单价 Publish a piece rate");
    bytes32 private constant PROCEEDS_ACTION = keccak256(unicode"确认货款到账 Attest proceeds of sales");
    bytes32 private constant ORDER_ACTION = keccak256(unicode"发布加工单 Open a work order");
    bytes32 private constant TAKE_ACTION = keccak256(unicode"领取计件 Take pieces to make");
    bytes32 private constant SETTLE_ACTION = keccak256(unicode"验收并结算 Accept the pieces and settle the wage");
    bytes32 private constant PAY_ACTION = keccak256(unicode"确认工钱已付 Prove that wages were paid");

    bytes32 private constant REVERSE_PROCEEDS_ACTION = keccak256(unicode"撤销货款 Reverse proceeds of sales");
    bytes32 private constant REVERSE_PAYOUT_ACTION = keccak256(unicode"撤销工钱发放 Reverse a payment of wages");

    ILedger private immutable LEDGER;
    IMembers private immutable MEMBERS;
    IFunds private immutable FUNDS;

    mapping(uint32 enterprise => Enterprise) private _enterprises;
    mapping(bytes32 bankLine => BankEntry) private _entries;
    mapping(uint32 enterprise => mapping(uint32 product => uint16)) public rateCardVersion;
    mapping(uint32 enterprise => mapping(uint32 product => mapping(uint16 version => Rate))) private _rates;
    mapping(bytes16 order => Order) private _orders;
    mapping(bytes16 lot => Lot) private _lots;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds)
        AccessManaged(authority)
        EIP712("Gongji Cooperative", "1")
    {
        LEDGER = ledger;
        MEMBERS = members;
        FUNDS = funds;
    }

    function openEnterprise(uint32 enterprise, uint32 levyPurpose, uint16 minFundBps) external restricted {
        if (enterprise == 0 || _enterprises[enterprise].levyPurpose != 0) revert CooperativeIdTaken(enterprise);
        if (minFundBps > Split.WHOLE_BPS) revert CooperativeRateInvalid(0, minFundBps);
        bool opened = LEDGER.unitOf(Accounts.purpose(levyPurpose)) != ILedger.Unit.NONE;
        if (!opened) revert CooperativePurposeUnknown(levyPurpose);
        _enterprises[enterprise] = Enterprise({levyPurpose: levyPurpose, minFundBps: minFundBps});
        emit EnterpriseOpened(enterprise, levyPurpose, minFundBps);
        LEDGER.openAccount(Accounts.id(Accounts.ENTERPRISE, enterprise), ILedger.Unit.CNY, false);
        LEDGER.openAccount(Accounts.id(Accounts.ENTERPRISE_RESERVE, enterprise), ILedger.Unit.CNY, false);
        LEDGER.openAccount(Accounts.id(Accounts.ENTERPRISE_REMAINDER, enterprise), ILedger.Unit.CNY, false);
    }

    function publishRateCard(RateCard calldata card, Authorization calldata authorization) external {
        _levyPurpose(card.enterprise);
        _foreman(card.enterprise, _cardHash(card, authorization), authorization);
        uint16 expected = rateCardVersion[card.enterprise][card.product] + 1;
        if (card.version != expected) revert CooperativeVersionMismatch(expected, card.version);
        uint256 totalBps = uint256(card.workerBps) + card.reserveBps + card.fundBps;
        if (card.pieceFen == 0 || totalBps > Split.WHOLE_BPS) revert CooperativeRateInvalid(card.pieceFen, totalBps);
        uint16 minFundBps = _enterprises[card.enterprise].minFundBps;
        if (card.fundBps < minFundBps) {
            revert CooperativeFundShareTooLow(card.enterprise, minFundBps, card.fundBps);
        }
        rateCardVersion[card.enterprise][card.product] = expected;
        _rates[card.enterprise][card.product][expected] =
            Rate(card.pieceFen, card.workerBps, card.reserveBps, card.fundBps);
        emit RateCardPublished(
            card.enterprise, card.product, expected, card.pieceFen, card.workerBps, card.reserveBps, card.fundBps
        );
    }

    function attestProceeds(
        uint32 enterprise,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        bytes32 structHash = keccak256(
            abi.encode(
                ATTEST_PROCEEDS_TYPEHASH,
                PROCEEDS_ACTION,
                enterprise,
                bank,
                bankLine,
                keccak256(bytes(AmountText.cny(amountFen))),
                amountFen,
                authorization.nonce,
                authorization.deadline
            )
        );
        address key = _keyOf(structHash, authorization);
        FUNDS.requireBank(fund, bank);
        _entries[bankLine] = BankEntry({enterprise: enterprise, amountFen: amountFen, worker: 0});
        bytes16 treasurer = FUNDS.useBankLine(bankLine, fund, key);
        emit ProceedsAttested(enterprise, bankLine, amountFen, treasurer);
        _useNonce(key, authorization);
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        LEDGER.post(ILedger.Transfer(payer, payee, amountFen, ILedger.Reason.PROCEEDS, bankLine, 0));
    }

    function openWorkOrder(
        bytes16 order,
        uint32 enterprise,
        uint32 product,
        uint32 pieces,
        uint48 dueAt,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                OPEN_WORK_ORDER_TYPEHASH,
                ORDER_ACTION,
                order,
                enterprise,
                product,
                pieces,
                dueAt,
                authorization.nonce,
                authorization.deadline
            )
        );
        _foreman(enterprise, structHash, authorization);
        uint16 version = rateCardVersion[enterprise][product];
        if (version == 0) revert CooperativeRateUnknown(enterprise, product, version);
        if (order == 0 || _orders[order].enterprise != 0 || pieces == 0 || dueAt <= block.timestamp) {
            revert CooperativeOrderInvalid(order);
        }
        _orders[order] = Order({
            enterprise: enterprise, product: product, version: version, piecesLeft: pieces, dueAt: dueAt
        });
        emit WorkOrderOpened(order, enterprise, product, version, pieces, dueAt);
    }

    function takeLot(bytes16 lot, bytes16 order, uint32 pieces, Authorization calldata authorization) external {
        bytes32 structHash = keccak256(
            abi.encode(TAKE_LOT_TYPEHASH, TAKE_ACTION, lot, order, pieces, authorization.nonce, authorization.deadline)
        );
        address key = _keyOf(structHash, authorization);
        bytes16 worker = MEMBERS.memberOf(key);
        _useNonce(key, authorization);
        if (lot == 0 || _lots[lot].state != LotState.NONE) revert CooperativeLotExists(lot);
        Order storage record = _orders[order];
        uint32 left = record.piecesLeft;
        if (pieces == 0 || pieces > left) revert CooperativePiecesExceeded(order, left, pieces);
        if (block.timestamp >= record.dueAt) revert CooperativeOrderOver(order, record.dueAt);
        record.piecesLeft = left - pieces;
        _lots[lot] = Lot({state: LotState.TAKEN, pieces: pieces, order: order, worker: worker});
        emit LotTaken(lot, order, worker, pieces);
    }

    function settleLot(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        Lot memory record = _lots[lot];
        if (record.state != LotState.TAKEN) revert CooperativeLotNotIn(lot, LotState.TAKEN, record.state);
        Order memory order = _orders[record.order];
        bytes32 structHash = _settleHash(lot, acceptedPieces, rejectedPieces, document, authorization);
        bytes16 foreman = _foreman(order.enterprise, structHash, authorization);
        if (foreman == record.worker) revert CooperativeSelfAcceptance(lot, foreman);
        if (uint256(acceptedPieces) + rejectedPieces != record.pieces) {
            revert CooperativeCountMismatch(lot, record.pieces, acceptedPieces, rejectedPieces);
        }
        _lots[lot].state = LotState.SETTLED;
        _orders[record.order].piecesLeft += rejectedPieces;
        Parts memory parts = _split(order, acceptedPieces);
        emit LotSettled(lot, record.worker, acceptedPieces, rejectedPieces, parts, document);
        _distribute(order, lot, record.worker, parts, document);
    }

    function payOut(uint32 enterprise, uint32 bank, Payout[] calldata payouts, Authorization calldata authorization)
        external
    {
        if (payouts.length == 0) revert CooperativeNothingToPay();
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        address key = _keyOf(_payOutHash(enterprise, bank, payouts, authorization), authorization);
        FUNDS.requireBank(fund, bank);
        FUNDS.payingBank(fund);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        for (uint256 i = 0; i < payouts.length; i++) {
            Payout calldata payout = payouts[i];
            (bytes16 worker, uint64 amountFen) = (payout.worker, payout.amountFen);
            _entries[payout.bankLine] = BankEntry({enterprise: enterprise, amountFen: amountFen, worker: worker});
            bytes16 treasurer = FUNDS.useBankLine(payout.bankLine, fund, key);
            emit PayoutProven(enterprise, worker, payout.bankLine, amountFen, treasurer);
            bytes32 payer = Accounts.worker(enterprise, worker);
            LEDGER.post(ILedger.Transfer(payer, payee, amountFen, ILedger.Reason.PAYOUT, payout.bankLine, 0));
        }
        _useNonce(key, authorization);
    }

    function reverseProceeds(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = _reversalHash(
            REVERSE_PROCEEDS_TYPEHASH,
            REVERSE_PROCEEDS_ACTION,
            enterprise,
            bankLine,
            outgoingBankLine,
            document,
            authorization
        );
        BankEntry memory entry = _entries[bankLine];
        if (entry.enterprise != enterprise || entry.worker != 0) revert CooperativeBankLineUnknown(enterprise, bankLine);
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        if (outgoingBankLine != 0) FUNDS.payingBank(fund);
        bytes16 treasurer = _reverseBankLine(fund, bankLine, outgoingBankLine, structHash, authorization);
        emit ProceedsReversed(enterprise, bankLine, outgoingBankLine, entry.amountFen, document, treasurer);
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.id(Accounts.ENTERPRISE, enterprise),
                payee: Accounts.id(Accounts.BANK, FUNDS.bankOf(fund)),
                amount: entry.amountFen,
                reason: ILedger.Reason.PROCEEDS_REVERSAL,
                cause: bankLine,
                document: document
            })
        );
    }

    function reversePayout(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = _reversalHash(
            REVERSE_PAYOUT_TYPEHASH,
            REVERSE_PAYOUT_ACTION,
            enterprise,
            bankLine,
            incomingBankLine,
            document,
            authorization
        );
        BankEntry memory entry = _entries[bankLine];
        if (entry.enterprise != enterprise || entry.worker == 0) revert CooperativeBankLineUnknown(enterprise, bankLine);
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        bytes16 treasurer = _reverseBankLine(fund, bankLine, incomingBankLine, structHash, authorization);
        emit PayoutReversed(
            enterprise, entry.worker, bankLine, incomingBankLine, entry.amountFen, document, treasurer
        );
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.id(Accounts.BANK, FUNDS.bankOf(fund)),
                payee: Accounts.worker(enterprise, entry.worker),
                amount: entry.amountFen,
                reason: ILedger.Reason.PAYOUT_REVERSAL,
                cause: bankLine,
                document: document
            })
        );
    }

    /// @dev Forgets what a bank line was recorded for, if another treasurer says so than recorded it.
    function _reverseBankLine(
        uint16 fund,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 structHash,
        Authorization calldata authorization
    ) private returns (bytes16 treasurer) {
        delete _entries[bankLine];
        address key = _keyOf(structHash, authorization);
        treasurer = FUNDS.reverseBankLine(bankLine, returnLine, fund, key);
        _useNonce(key, authorization);
    }

    function _split(Order memory order, uint32 acceptedPieces) private view returns (Parts memory parts) {
        Rate memory rate = _rates[order.enterprise][order.product][order.version];
        parts.proceedsFen = uint64(acceptedPieces) * rate.pieceFen;
        parts.workerFen = Split.shareDown(parts.proceedsFen, rate.workerBps);
        parts.reserveFen = Split.shareDown(parts.proceedsFen, rate.reserveBps);
        parts.fundFen = Split.shareDown(parts.proceedsFen, rate.fundBps);
        parts.remainderFen = parts.proceedsFen - parts.workerFen - parts.reserveFen - parts.fundFen;
    }

    function _distribute(Order memory order, bytes16 lot, bytes16 worker, Parts memory parts, bytes32 document)
        private
    {
        uint32 enterprise = order.enterprise;
        bytes32 workerAccount = Accounts.worker(enterprise, worker);
        if (LEDGER.unitOf(workerAccount) == ILedger.Unit.NONE) {
            LEDGER.openAccount(workerAccount, ILedger.Unit.CNY, false);
        }
        bytes32 reserve = Accounts.id(Accounts.ENTERPRISE_RESERVE, enterprise);
        bytes32 levy = Accounts.purpose(_enterprises[enterprise].levyPurpose);
        bytes32 remainder = Accounts.id(Accounts.ENTERPRISE_REMAINDER, enterprise);
        bytes32 cause = bytes32(lot);
        ILedger.Leg[] memory legs = new ILedger.Leg[](4);
        uint256 count = 0;
        count = _add(legs, count, ILedger.Leg(workerAccount, parts.workerFen, ILedger.Reason.WAGE, cause, document));
        count = _add(legs, count, ILedger.Leg(reserve, parts.reserveFen, ILedger.Reason.RESERVE, cause, document));
        count = _add(legs, count, ILedger.Leg(levy, parts.fundFen, ILedger.Reason.LEVY, cause, document));
        count = _add(legs, count, ILedger.Leg(remainder, parts.remainderFen, ILedger.Reason.REMAINDER, cause, document));
        assembly ("memory-safe") {
            mstore(legs, count)
        }
        if (count != 0) LEDGER.postFrom(Accounts.id(Accounts.ENTERPRISE, enterprise), legs);
    }

    /// @dev Puts a leg behind the others; a part of nothing is no movement. How many there are now.
    function _add(ILedger.Leg[] memory legs, uint256 count, ILedger.Leg memory leg) private pure returns (uint256) {
        if (leg.amount == 0) return count;
        legs[count] = leg;
        return count + 1;
    }

    function _levyPurpose(uint32 enterprise) private view returns (uint32 purpose) {
        purpose = _enterprises[enterprise].levyPurpose;
        if (purpose == 0) revert CooperativeEnterpriseUnknown(enterprise);
    }

    function _foreman(uint32 enterprise, bytes32 structHash, Authorization calldata authorization)
        private
        returns (bytes16)
    {
        return _withRole(IMembers.Role.FOREMAN, enterprise, structHash, authorization);
    }

    function _withRole(IMembers.Role role, uint32 scope, bytes32 structHash, Authorization calldata authorization)
        private
        returns (bytes16 member)
    {
        address key = _keyOf(structHash, authorization);
        member = MEMBERS.memberWithRole(key, role, scope);
        _useNonce(key, authorization);
    }

    function _cardHash(RateCard calldata card, Authorization calldata authorization) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PUBLISH_RATE_CARD_TYPEHASH,
                PUBLISH_ACTION,
                keccak256(bytes(AmountText.cny(card.pieceFen))),
                keccak256(abi.encode(RATE_CARD_TYPEHASH, card)),
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _settleHash(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SETTLE_LOT_TYPEHASH,
                SETTLE_ACTION,
                lot,
                acceptedPieces,
                rejectedPieces,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _reversalHash(
        bytes32 typeHash,
        bytes32 action,
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                typeHash,
                action,
                enterprise,
                bankLine,
                returnLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _payOutHash(
        uint32 enterprise,
        uint32 bank,
        Payout[] calldata payouts,
        Authorization calldata authorization
    ) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](payouts.length);
        uint64 totalFen = 0;
        for (uint256 i = 0; i < payouts.length; i++) {
            totalFen += payouts[i].amountFen;
            hashes[i] = keccak256(abi.encode(PAYOUT_TYPEHASH, payouts[i]));
        }
        return keccak256(
            abi.encode(
                PAY_OUT_TYPEHASH,
                PAY_ACTION,
                enterprise,
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
