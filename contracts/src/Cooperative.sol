// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Intents} from "./Intents.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {CooperativeMessages} from "./libraries/CooperativeMessages.sol";
import {Split} from "./libraries/Split.sol";

/// @dev See {ICooperative}.
contract Cooperative is ICooperative, Intents, AccessManaged {
    struct Enterprise {
        uint32 levyPurpose;
        uint32 reservePurpose;
        uint32 remainderPurpose;
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
        uint32 pieces;
        uint32 piecesLeft;
        uint32 workerPieces;
        uint48 dueAt;
    }

    /// @dev `until` is the date on which its state ends, or its dispute; `foreman` who settled it.
    struct Lot {
        LotState state;
        uint32 pieces;
        uint32 acceptedPieces;
        uint40 until;
        bytes16 worker;
        bytes16 order;
        bytes16 foreman;
    }

    /// @dev What was accepted after a dispute, and by whom.
    struct Decision {
        uint32 acceptedPieces;
        bytes16 treasurer;
    }

    uint40 public constant ACCEPTANCE_SECONDS = 60 days;
    uint40 public constant DISPUTE_SECONDS = 7 days;
    uint40 public constant DECISION_SECONDS = 14 days;
    uint40 public constant REVERSAL_SECONDS = 365 days;

    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;

    mapping(uint32 enterprise => Enterprise) private _enterprises;
    mapping(uint32 purpose => bool) private _isOwnPurpose;
    mapping(bytes32 bankLine => BankEntry) private _entries;
    mapping(uint32 enterprise => mapping(uint32 product => uint16)) public rateCardVersion;
    mapping(uint32 enterprise => mapping(uint32 product => mapping(uint16 version => Rate))) private _rates;
    mapping(bytes16 order => Order) private _orders;
    mapping(bytes16 order => mapping(bytes16 worker => uint32)) private _takenBy;
    mapping(bytes16 lot => Lot) private _lots;
    mapping(bytes16 lot => Decision) private _decisions;

    constructor(address authority, ILedger ledger, IMembers members, IFunds funds)
        AccessManaged(authority)
        Intents("Gongji Cooperative", members)
    {
        LEDGER = ledger;
        FUNDS = funds;
    }

    function openEnterprise(
        uint32 enterprise,
        uint32 levyPurpose,
        uint32 reservePurpose,
        uint32 remainderPurpose,
        uint16 minFundBps
    ) external restricted {
        if (enterprise == 0 || _enterprises[enterprise].levyPurpose != 0) revert CooperativeIdTaken(enterprise);
        if (minFundBps > Split.WHOLE_BPS) revert CooperativeRateInvalid(0, minFundBps);
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
        LEDGER.openAccount(Accounts.id(Accounts.ENTERPRISE, enterprise), ILedger.Unit.CNY, false, Accounts.fundOf(levyPurpose));
    }

    function publishRateCard(RateCard calldata card, Authorization calldata authorization) external {
        _levyPurpose(card.enterprise);
        _foreman(card.enterprise, CooperativeMessages.card(card, authorization), authorization);
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
        bytes32 structHash = CooperativeMessages.proceeds(enterprise, bank, bankLine, amountFen, authorization);
        address key = _keyOf(structHash, authorization);
        FUNDS.requireBank(fund, bank);
        _entries[bankLine] = BankEntry({enterprise: enterprise, amountFen: amountFen, worker: 0});
        bytes16 treasurer = FUNDS.useBankLine(bankLine, fund, key);
        emit ProceedsAttested(enterprise, bankLine, amountFen, treasurer);
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        _post(payer, payee, amountFen, ILedger.Reason.PROCEEDS, bankLine, 0);
    }

    function openWorkOrder(
        bytes16 order,
        uint32 enterprise,
        uint32 product,
        uint32 pieces,
        uint32 workerPieces,
        uint48 dueAt,
        Authorization calldata authorization
    ) external {
        _foreman(
            enterprise,
            CooperativeMessages.order(order, enterprise, product, pieces, workerPieces, dueAt, authorization),
            authorization
        );
        LEDGER.requireCurrent(address(this));
        uint16 version = rateCardVersion[enterprise][product];
        if (version == 0) revert CooperativeRateUnknown(enterprise, product, version);
        if (order == 0 || _orders[order].enterprise != 0 || pieces == 0 || dueAt <= block.timestamp) {
            revert CooperativeOrderInvalid(order);
        }
        if (workerPieces == 0 || workerPieces > pieces) revert CooperativeCapInvalid(order, pieces, workerPieces);
        _orders[order] = Order({
            enterprise: enterprise,
            product: product,
            version: version,
            pieces: pieces,
            piecesLeft: pieces,
            workerPieces: workerPieces,
            dueAt: dueAt
        });
        emit WorkOrderOpened(order, enterprise, product, version, pieces, workerPieces, dueAt);
    }

    // LOTS

    function takeLot(bytes16 lot, bytes16 order, uint32 pieces, Authorization calldata authorization) external {
        address key = _keyOf(CooperativeMessages.taking(lot, order, pieces, authorization), authorization);
        bytes16 worker = MEMBERS.memberOf(key);
        if (lot == 0 || _lots[lot].state != LotState.NONE) revert CooperativeLotExists(lot);
        Order storage record = _orders[order];
        uint32 left = record.piecesLeft;
        if (pieces == 0 || pieces > left) revert CooperativePiecesExceeded(order, left, pieces);
        if (block.timestamp >= record.dueAt) revert CooperativeOrderOver(order, record.dueAt);
        record.piecesLeft = left - pieces;
        if (_isCapped(record)) _takeWithinCap(order, worker, record.workerPieces, pieces);
        uint40 until = uint40(record.dueAt) + ACCEPTANCE_SECONDS;
        _lots[lot] = Lot({
            state: LotState.TAKEN,
            pieces: pieces,
            acceptedPieces: 0,
            until: until,
            worker: worker,
            order: order,
            foreman: 0
        });
        emit LotTaken(lot, order, worker, pieces, until);
    }

    function returnLot(bytes16 lot, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireWorker(lot, record, CooperativeMessages.RETURN_ACTION, 0, authorization);
        record.state = LotState.RETURNED;
        emit LotReturned(lot);
        _free(record, record.pieces);
    }

    function settleLot(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireBefore(lot, record.until);
        Order memory order = _orders[record.order];
        bytes32 structHash =
            CooperativeMessages.settlement(lot, acceptedPieces, rejectedPieces, document, authorization);
        bytes16 foreman = _foreman(order.enterprise, structHash, authorization);
        if (foreman == record.worker) revert CooperativeSelfAcceptance(lot, foreman);
        if (uint256(acceptedPieces) + rejectedPieces != record.pieces) {
            revert CooperativeCountMismatch(lot, record.pieces, acceptedPieces, rejectedPieces);
        }
        uint40 until = uint40(block.timestamp) + DISPUTE_SECONDS;
        (record.state, record.acceptedPieces, record.until) = (LotState.SETTLED, acceptedPieces, until);
        record.foreman = foreman;
        _free(record, rejectedPieces);
        Parts memory parts = _split(order, acceptedPieces);
        emit LotSettled(
            lot, record.worker, order.enterprise, acceptedPieces, rejectedPieces, parts, document, foreman, until
        );
        _distribute(order.enterprise, lot, record.worker, parts, document);
    }

    function disputeLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.SETTLED);
        _requireBefore(lot, record.until);
        _requireWorker(lot, record, CooperativeMessages.DISPUTE_ACTION, document, authorization);
        if (record.acceptedPieces == record.pieces) revert CooperativeNothingRejected(lot);
        (record.state, record.until) = (LotState.DISPUTED, uint40(block.timestamp) + DECISION_SECONDS);
        emit LotDisputed(lot, document, record.until);
    }

    function decideLot(bytes16 lot, uint32 acceptedPieces, bytes32 document, Authorization calldata authorization)
        external
    {
        Lot storage record = _in(lot, LotState.DISPUTED);
        _requireBefore(lot, record.until);
        Order memory order = _orders[record.order];
        bytes16 treasurer = _secondPerson(
            lot, record, order, CooperativeMessages.decision(lot, acceptedPieces, document, authorization), authorization
        );
        uint32 rejectedPieces = record.pieces - record.acceptedPieces;
        if (acceptedPieces > rejectedPieces) {
            revert CooperativePiecesNotRejected(lot, rejectedPieces, acceptedPieces);
        }
        // Settled for good: the date of the dispute is past, as is that of another one.
        (record.state, record.until) = (LotState.SETTLED, uint40(block.timestamp));
        _decisions[lot] = Decision({acceptedPieces: acceptedPieces, treasurer: treasurer});
        Parts memory parts = _split(order, acceptedPieces);
        emit LotDecided(lot, record.worker, order.enterprise, treasurer, acceptedPieces, parts, document);
        _distribute(order.enterprise, lot, record.worker, parts, document);
    }

    function lapseLot(bytes16 lot) external {
        Lot storage record = _in(lot, LotState.TAKEN);
        _requireFrom(lot, record.until);
        record.state = LotState.LAPSED;
        emit LotLapsed(lot);
        _free(record, record.pieces);
    }

    function lapseDispute(bytes16 lot) external {
        Lot storage record = _in(lot, LotState.DISPUTED);
        _requireFrom(lot, record.until);
        record.state = LotState.SETTLED;
        emit LotDisputeLapsed(lot);
    }

    function reverseLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external {
        Lot storage record = _in(lot, LotState.SETTLED);
        _requireBefore(lot, record.until + REVERSAL_SECONDS);
        Order memory order = _orders[record.order];
        bytes32 structHash = CooperativeMessages.act(lot, CooperativeMessages.REVERSE_ACTION, document, authorization);
        bytes16 treasurer = _secondPerson(lot, record, order, structHash, authorization);
        Decision memory decision = _decisions[lot];
        if (treasurer == decision.treasurer) revert CooperativeSecondPersonNeeded(lot, treasurer);
        record.state = LotState.REVERSED;
        uint32 freePieces = record.acceptedPieces;
        _free(record, freePieces);
        Parts memory parts = _sum(_split(order, freePieces), _split(order, decision.acceptedPieces));
        emit LotReversed(
            lot, record.worker, order.enterprise, treasurer, decision.acceptedPieces, freePieces, parts, document
        );
        _takeBack(order.enterprise, lot, record.worker, parts, document);
    }

    // PAYING

    function payOut(uint32 enterprise, uint32 bank, Payout[] calldata payouts, Authorization calldata authorization)
        external
    {
        if (payouts.length == 0) revert CooperativeNothingToPay();
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        address key = _keyOf(CooperativeMessages.payment(enterprise, bank, payouts, authorization), authorization);
        FUNDS.requireBank(fund, bank);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        for (uint256 i = 0; i < payouts.length; i++) {
            Payout calldata payout = payouts[i];
            (bytes16 worker, uint64 amountFen) = (payout.worker, payout.amountFen);
            _entries[payout.bankLine] = BankEntry({enterprise: enterprise, amountFen: amountFen, worker: worker});
            bytes16 treasurer = FUNDS.useBankLine(payout.bankLine, fund, key);
            emit PayoutProven(enterprise, worker, payout.bankLine, amountFen, treasurer);
            bytes32 payer = Accounts.worker(enterprise, worker);
            _post(payer, payee, amountFen, ILedger.Reason.PAYOUT, payout.bankLine, 0);
        }
    }

    function reverseProceeds(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = CooperativeMessages.reversal(
            CooperativeMessages.REVERSE_PROCEEDS_TYPEHASH,
            CooperativeMessages.REVERSE_PROCEEDS_ACTION,
            enterprise,
            bankLine,
            outgoingBankLine,
            document,
            authorization
        );
        BankEntry memory entry = _entries[bankLine];
        if (entry.enterprise != enterprise || entry.worker != 0) revert CooperativeBankLineUnknown(enterprise, bankLine);
        uint16 fund = Accounts.fundOf(_levyPurpose(enterprise));
        bytes16 treasurer = _reverseBankLine(fund, bankLine, outgoingBankLine, structHash, authorization);
        emit ProceedsReversed(enterprise, bankLine, outgoingBankLine, entry.amountFen, document, treasurer);
        bytes32 payer = Accounts.id(Accounts.ENTERPRISE, enterprise);
        bytes32 payee = Accounts.id(Accounts.BANK, FUNDS.bankOf(fund));
        _post(payer, payee, entry.amountFen, ILedger.Reason.PROCEEDS_REVERSAL, bankLine, document);
    }

    function reversePayout(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = CooperativeMessages.reversal(
            CooperativeMessages.REVERSE_PAYOUT_TYPEHASH,
            CooperativeMessages.REVERSE_PAYOUT_ACTION,
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
        bytes32 payer = Accounts.id(Accounts.BANK, FUNDS.bankOf(fund));
        bytes32 payee = Accounts.worker(enterprise, entry.worker);
        _post(payer, payee, entry.amountFen, ILedger.Reason.PAYOUT_REVERSAL, bankLine, document);
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
    }

    function _split(Order memory order, uint32 acceptedPieces) private view returns (Parts memory parts) {
        Rate memory rate = _rates[order.enterprise][order.product][order.version];
        parts.proceedsFen = uint64(acceptedPieces) * rate.pieceFen;
        parts.workerFen = Split.shareDown(parts.proceedsFen, rate.workerBps);
        parts.reserveFen = Split.shareDown(parts.proceedsFen, rate.reserveBps);
        parts.fundFen = Split.shareDown(parts.proceedsFen, rate.fundBps);
        parts.remainderFen = parts.proceedsFen - parts.workerFen - parts.reserveFen - parts.fundFen;
    }

    function _distribute(uint32 enterprise, bytes16 lot, bytes16 worker, Parts memory parts, bytes32 document)
        private
    {
        bytes32 workerAccount = Accounts.worker(enterprise, worker);
        Enterprise memory terms = _enterprises[enterprise];
        LEDGER.ensureAccount(workerAccount, ILedger.Unit.CNY, false, Accounts.fundOf(terms.levyPurpose));
        bytes32 reserve = Accounts.purpose(terms.reservePurpose);
        bytes32 levy = Accounts.purpose(terms.levyPurpose);
        bytes32 remainder = Accounts.purpose(terms.remainderPurpose);
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

    /// @dev Takes the parts of a lot back from where they went, if they are still there.
    function _takeBack(uint32 enterprise, bytes16 lot, bytes16 worker, Parts memory parts, bytes32 document) private {
        bytes32 workerAccount = Accounts.worker(enterprise, worker);
        int64 balanceFen = LEDGER.balanceOf(workerAccount);
        if (balanceFen < int64(parts.workerFen)) {
            revert CooperativeWagePaidOut(lot, worker, balanceFen, parts.workerFen);
        }
        Enterprise memory terms = _enterprises[enterprise];
        bytes32[4] memory payers = [
            workerAccount,
            Accounts.purpose(terms.reservePurpose),
            Accounts.purpose(terms.levyPurpose),
            Accounts.purpose(terms.remainderPurpose)
        ];
        uint64[4] memory amountsFen = [parts.workerFen, parts.reserveFen, parts.fundFen, parts.remainderFen];
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        for (uint256 i = 0; i < payers.length; i++) {
            if (amountsFen[i] == 0) continue;
            _post(payers[i], payee, amountsFen[i], ILedger.Reason.LOT_REVERSAL, bytes32(lot), document);
        }
    }

    function _post(
        bytes32 payer,
        bytes32 payee,
        uint64 amountFen,
        ILedger.Reason reason,
        bytes32 cause,
        bytes32 document
    ) private {
        LEDGER.post(ILedger.Transfer(payer, payee, amountFen, reason, cause, document));
    }

    /// @dev Puts a leg behind the others; a part of nothing is no movement. How many there are now.
    function _add(ILedger.Leg[] memory legs, uint256 count, ILedger.Leg memory leg) private pure returns (uint256) {
        if (leg.amount == 0) return count;
        legs[count] = leg;
        return count + 1;
    }

    /// @dev Makes a purpose the reserve or remainder of an enterprise: no other part's, and no other enterprise's.
    function _takePurpose(uint32 purpose, uint32 levyPurpose) private {
        _requirePurpose(purpose, levyPurpose);
        if (purpose == levyPurpose) revert CooperativePurposeUnfit(purpose);
        _isOwnPurpose[purpose] = true;
    }

    function _requirePurpose(uint32 purpose, uint32 levyPurpose) private view {
        bool opened = LEDGER.unitOf(Accounts.purpose(purpose)) != ILedger.Unit.NONE;
        if (!opened) revert CooperativePurposeUnknown(purpose);
        bool isOfFund = Accounts.fundOf(purpose) == Accounts.fundOf(levyPurpose);
        if (!isOfFund || _isOwnPurpose[purpose]) revert CooperativePurposeUnfit(purpose);
    }

    function _levyPurpose(uint32 enterprise) private view returns (uint32 purpose) {
        purpose = _enterprises[enterprise].levyPurpose;
        if (purpose == 0) revert CooperativeEnterpriseUnknown(enterprise);
    }

    function _in(bytes16 lot, LotState needed) private view returns (Lot storage record) {
        record = _lots[lot];
        if (record.state != needed) revert CooperativeLotNotIn(lot, needed, record.state);
    }

    function _requireBefore(bytes16 lot, uint40 until) private view {
        if (block.timestamp >= until) revert CooperativeLotOver(lot, until);
    }

    function _requireFrom(bytes16 lot, uint40 until) private view {
        if (block.timestamp < until) revert CooperativeLotNotOver(lot, until);
    }

    /// @dev A cap of all pieces is none: what is left of the order bounds everybody, and nobody's pieces are counted.
    function _isCapped(Order storage order) private view returns (bool) {
        return order.workerPieces < order.pieces;
    }

    function _takeWithinCap(bytes16 order, bytes16 worker, uint32 cap, uint32 pieces) private {
        uint32 taken = _takenBy[order][worker];
        // What was accepted and then taken back counts no more, so the sum is never above the cap.
        if (pieces > cap - taken) revert CooperativeCapExceeded(order, worker, cap - taken, pieces);
        _takenBy[order][worker] = taken + pieces;
    }

    /// @dev Pieces of a lot that others may take.
    function _free(Lot storage lot, uint32 pieces) private {
        if (pieces == 0) return;
        Order storage order = _orders[lot.order];
        order.piecesLeft += pieces;
        if (_isCapped(order)) _takenBy[lot.order][lot.worker] -= pieces;
    }

    function _requireWorker(
        bytes16 lot,
        Lot storage record,
        bytes32 action,
        bytes32 document,
        Authorization calldata authorization
    ) private {
        address key = _keyOf(CooperativeMessages.act(lot, action, document, authorization), authorization);
        bytes16 member = MEMBERS.memberOf(key);
        if (member != record.worker) revert CooperativeLotNotYours(lot, member);
    }

    /// @dev A treasurer of the enterprise's fund who neither made nor settled the lot.
    function _secondPerson(
        bytes16 lot,
        Lot storage record,
        Order memory order,
        bytes32 structHash,
        Authorization calldata authorization
    ) private returns (bytes16 treasurer) {
        uint16 fund = Accounts.fundOf(_levyPurpose(order.enterprise));
        treasurer = _withRole(IMembers.Role.TREASURER, fund, structHash, authorization);
        if (treasurer == record.worker || treasurer == record.foreman) {
            revert CooperativeSecondPersonNeeded(lot, treasurer);
        }
    }

    function _sum(Parts memory one, Parts memory other) private pure returns (Parts memory) {
        return Parts({
            proceedsFen: one.proceedsFen + other.proceedsFen,
            workerFen: one.workerFen + other.workerFen,
            reserveFen: one.reserveFen + other.reserveFen,
            fundFen: one.fundFen + other.fundFen,
            remainderFen: one.remainderFen + other.remainderFen
        });
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
    }
}
