// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {LotPostings} from "./LotPostings.sol";
import {ICooperative} from "./interfaces/ICooperative.sol";
import {IEnterprises} from "./interfaces/IEnterprises.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {CooperativeMessages} from "./libraries/CooperativeMessages.sol";
import {Split} from "./libraries/Split.sol";

/// @dev Work orders, and lots of them from the taking to the settlement: a part of {Cooperative}.
abstract contract Lots is LotPostings {
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

    ICooperative private immutable FORMER;

    mapping(bytes16 order => Order) private _orders;
    mapping(bytes16 order => mapping(bytes16 worker => uint32)) private _takenBy;
    mapping(bytes16 lot => Lot) private _lots;
    mapping(bytes16 lot => Decision) private _decisions;

    constructor(ICooperative former) {
        FORMER = former;
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
        bytes16 worker = _memberOf(CooperativeMessages.taking(lot, order, pieces, authorization), authorization);
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
        MEMBERS.requireNoDeskAct(lot, foreman);
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
        // Nor does who settled it dispute it for the worker at a desk.
        MEMBERS.requireNoDeskAct(lot, record.foreman);
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

    // READING

    function isKnown(bytes16 id) public view returns (bool) {
        return _lots[id].state != LotState.NONE || _orders[id].enterprise != 0 || _isFormers(id);
    }

    // PARTS

    function _isFormers(bytes16 id) private view returns (bool) {
        return address(FORMER) != address(0) && FORMER.isKnown(id);
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
        MEMBERS.requireNoDeskAct(lot, treasurer);
    }
}
