// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Intents} from "./Intents.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {CooperativeMessages} from "./libraries/CooperativeMessages.sol";
import {Split} from "./libraries/Split.sol";

/// @dev See {ICooperative}.
contract Cooperative is ICooperative, Intents {
    /// @dev What holds for its lots until the last of them has ended, whatever is published later.
    struct Order {
        uint32 enterprise;
        uint32 pieces;
        uint32 piecesLeft;
        uint32 workerPieces;
        uint48 dueAt;
        IEnterprises.Terms terms;
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
    IEnterprises private immutable ENTERPRISES;
    ICooperative private immutable FORMER;

    mapping(bytes16 order => Order) private _orders;
    mapping(bytes16 order => mapping(bytes16 worker => uint32)) private _takenBy;
    mapping(bytes16 lot => Lot) private _lots;
    mapping(bytes16 lot => Decision) private _decisions;

    constructor(ILedger ledger, IMembers members, IEnterprises enterprises, ICooperative former)
        Intents("Gongji Cooperative", members)
    {
        LEDGER = ledger;
        ENTERPRISES = enterprises;
        FORMER = former;
    }

    function attestProceeds(
        uint32 enterprise,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = CooperativeMessages.proceeds(enterprise, bank, bankLine, amountFen, authorization);
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer = ENTERPRISES.recordBankLine(bankLine, enterprise, bank, amountFen, 0, key);
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
        (IEnterprises.Terms memory terms, uint16 version) = ENTERPRISES.currentTerms(enterprise, product);
        if (order == 0 || isKnown(order) || pieces == 0 || dueAt <= block.timestamp) {
            revert CooperativeOrderInvalid(order);
        }
        if (workerPieces == 0 || workerPieces > pieces) revert CooperativeCapInvalid(order, pieces, workerPieces);
        _orders[order] = Order({
            enterprise: enterprise,
            pieces: pieces,
            piecesLeft: pieces,
            workerPieces: workerPieces,
            dueAt: dueAt,
            terms: terms
        });
        emit WorkOrderOpened(order, enterprise, product, version, pieces, workerPieces, dueAt);
    }

    // LOTS

    function takeLot(bytes16 lot, bytes16 order, uint32 pieces, Authorization calldata authorization) external {
        address key = _keyOf(CooperativeMessages.taking(lot, order, pieces, authorization), authorization);
        bytes16 worker = MEMBERS.memberOf(key);
        if (lot == 0 || _lots[lot].state != LotState.NONE || _isFormers(lot)) revert CooperativeLotExists(lot);
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
        Order storage order = _orders[record.order];
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
        IEnterprises.Terms memory terms = order.terms;
        Parts memory parts = Split.parts(terms, acceptedPieces);
        emit LotSettled(
            lot, record.worker, order.enterprise, acceptedPieces, rejectedPieces, parts, document, foreman, until
        );
        _distribute(order.enterprise, terms, lot, record.worker, parts, document);
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
        Order storage order = _orders[record.order];
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
        IEnterprises.Terms memory terms = order.terms;
        Parts memory parts = Split.parts(terms, acceptedPieces);
        emit LotDecided(lot, record.worker, order.enterprise, treasurer, acceptedPieces, parts, document);
        _distribute(order.enterprise, terms, lot, record.worker, parts, document);
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
        Order storage order = _orders[record.order];
        bytes32 structHash = CooperativeMessages.act(lot, CooperativeMessages.REVERSE_ACTION, document, authorization);
        bytes16 treasurer = _secondPerson(lot, record, order, structHash, authorization);
        Decision memory decision = _decisions[lot];
        if (treasurer == decision.treasurer) revert CooperativeSecondPersonNeeded(lot, treasurer);
        record.state = LotState.REVERSED;
        uint32 freePieces = record.acceptedPieces;
        _free(record, freePieces);
        IEnterprises.Terms memory terms = order.terms;
        Parts memory parts = Split.sum(Split.parts(terms, freePieces), Split.parts(terms, decision.acceptedPieces));
        emit LotReversed(
            lot, record.worker, order.enterprise, treasurer, decision.acceptedPieces, freePieces, parts, document
        );
        _takeBack(order.enterprise, terms, lot, record.worker, parts, document);
    }

    // PAYING

    function payOut(uint32 enterprise, uint32 bank, Payout[] calldata payouts, Authorization calldata authorization)
        external
    {
        if (payouts.length == 0) revert CooperativeNothingToPay();
        address key = _keyOf(CooperativeMessages.payment(enterprise, bank, payouts, authorization), authorization);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        for (uint256 i = 0; i < payouts.length; i++) {
            Payout calldata payout = payouts[i];
            (bytes16 worker, uint64 amountFen) = (payout.worker, payout.amountFen);
            bytes16 treasurer =
                ENTERPRISES.recordBankLine(payout.bankLine, enterprise, bank, amountFen, worker, key);
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
        (IEnterprises.BankEntry memory entry, uint32 bank, bytes16 treasurer) =
            _reverse(false, enterprise, bankLine, outgoingBankLine, document, authorization);
        emit ProceedsReversed(enterprise, bankLine, outgoingBankLine, entry.amountFen, document, treasurer);
        bytes32 payer = Accounts.id(Accounts.ENTERPRISE, enterprise);
        bytes32 payee = Accounts.id(Accounts.BANK, bank);
        _post(payer, payee, entry.amountFen, ILedger.Reason.PROCEEDS_REVERSAL, bankLine, document);
    }

    function reversePayout(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        (IEnterprises.BankEntry memory entry, uint32 bank, bytes16 treasurer) =
            _reverse(true, enterprise, bankLine, incomingBankLine, document, authorization);
        emit PayoutReversed(
            enterprise, entry.worker, bankLine, incomingBankLine, entry.amountFen, document, treasurer
        );
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        bytes32 payee = Accounts.worker(enterprise, entry.worker);
        _post(payer, payee, entry.amountFen, ILedger.Reason.PAYOUT_REVERSAL, bankLine, document);
    }

    // READING

    function isKnown(bytes16 id) public view returns (bool) {
        return _lots[id].state != LotState.NONE || _orders[id].enterprise != 0 || _isFormers(id);
    }

    // PARTS

    function _isFormers(bytes16 id) private view returns (bool) {
        return address(FORMER) != address(0) && FORMER.isKnown(id);
    }

    function _reverse(
        bool isPayout,
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 returnLine,
        bytes32 document,
        Authorization calldata authorization
    ) private returns (IEnterprises.BankEntry memory, uint32, bytes16) {
        bytes32 structHash =
            CooperativeMessages.reversal(isPayout, enterprise, bankLine, returnLine, document, authorization);
        return ENTERPRISES.reverseBankLine(
            bankLine, returnLine, enterprise, isPayout, _keyOf(structHash, authorization)
        );
    }

    /// @dev Moves the parts of what a lot brought to where they belong.
    function _distribute(
        uint32 enterprise,
        IEnterprises.Terms memory terms,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) private {
        bytes32 owed = Accounts.worker(enterprise, worker);
        LEDGER.ensureAccount(owed, ILedger.Unit.CNY, false, Accounts.fundOf(terms.levyPurpose));
        bytes32 reserve = Accounts.purpose(terms.reservePurpose);
        bytes32 levy = Accounts.purpose(terms.levyPurpose);
        bytes32 remainder = Accounts.purpose(terms.remainderPurpose);
        bytes32 cause = bytes32(lot);
        ILedger.Leg[] memory legs = new ILedger.Leg[](4);
        uint256 count = _add(legs, 0, ILedger.Leg(owed, parts.workerFen, ILedger.Reason.WAGE, cause, document));
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

    /// @dev Takes the parts of a lot back from where they went, if they are still there.
    function _takeBack(
        uint32 enterprise,
        IEnterprises.Terms memory terms,
        bytes16 lot,
        bytes16 worker,
        Parts memory parts,
        bytes32 document
    ) private {
        bytes32 owed = Accounts.worker(enterprise, worker);
        int64 balanceFen = LEDGER.balanceOf(owed);
        if (balanceFen < int64(parts.workerFen)) {
            revert CooperativeWagePaidOut(lot, worker, balanceFen, parts.workerFen);
        }
        bytes32 payee = Accounts.id(Accounts.ENTERPRISE, enterprise);
        _return(owed, payee, parts.workerFen, lot, document);
        _return(Accounts.purpose(terms.reservePurpose), payee, parts.reserveFen, lot, document);
        _return(Accounts.purpose(terms.levyPurpose), payee, parts.fundFen, lot, document);
        _return(Accounts.purpose(terms.remainderPurpose), payee, parts.remainderFen, lot, document);
    }

    function _return(bytes32 payer, bytes32 payee, uint64 amountFen, bytes16 lot, bytes32 document) private {
        if (amountFen != 0) _post(payer, payee, amountFen, ILedger.Reason.LOT_REVERSAL, bytes32(lot), document);
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
        Order storage order,
        bytes32 structHash,
        Authorization calldata authorization
    ) private returns (bytes16 treasurer) {
        uint16 fund = Accounts.fundOf(order.terms.levyPurpose);
        treasurer = _withRole(IMembers.Role.TREASURER, fund, structHash, authorization);
        if (treasurer == record.worker || treasurer == record.foreman) {
            revert CooperativeSecondPersonNeeded(lot, treasurer);
        }
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
