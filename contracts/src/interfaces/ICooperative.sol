// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Cooperative: piecework, from the rate card to the payout
/// @notice A lot of pieces is accepted and settled in one step: worker, reserve, public fund, and the rest,
/// rounding included, to the enterprise. A worker is paid from money that was there before the work was accepted.
/// @dev Proceeds come in by a bank line before they are split; the enterprise's account cannot go below zero.
/// A lot is settled by the terms that held when its work order was opened, whatever came later. Enterprises, their rate cards and
/// what a bank line was recorded for are in {IEnterprises}: a new version goes on with them. Orders and lots end here.
/// Reserve and remainder are purposes of the fund to which the enterprise belongs: they leave it as all money of a purpose
/// does, by a request that its committee approves ({IDisbursements}), and what comes back goes into the same purpose.
/// What is not protected: that the pieces are good. A foreman accepts them with a commitment to the protocol.
interface ICooperative is IIntents {
    /// @notice Where a lot stands.
    enum LotState {
        NONE,
        TAKEN,
        SETTLED,
        DISPUTED,
        RETURNED,
        LAPSED,
        REVERSED
    }

    /// @notice How the proceeds of a lot were split. The four parts add up to the proceeds.
    /// @param proceedsFen Proceeds of the accepted pieces, in fen.
    /// @param workerFen Part of the worker, in fen.
    /// @param reserveFen Part of the reserve, in fen.
    /// @param fundFen Part of the public fund, in fen.
    /// @param remainderFen Part of the enterprise, rounding included, in fen.
    struct Parts {
        uint64 proceedsFen;
        uint64 workerFen;
        uint64 reserveFen;
        uint64 fundFen;
        uint64 remainderFen;
    }

    /// @notice What a foreman counted of a lot.
    /// @param lot Id of the lot.
    /// @param acceptedPieces Pieces accepted.
    /// @param rejectedPieces Pieces rejected; they bring nothing, and are free for others.
    /// @param document Commitment to the acceptance protocol.
    /// @custom:field lot id
    /// @custom:field acceptedPieces number
    /// @custom:field rejectedPieces number
    /// @custom:field document document-private
    struct Settlement {
        bytes16 lot;
        uint32 acceptedPieces;
        uint32 rejectedPieces;
        bytes32 document;
    }

    /// @notice A payment of earnings as a treasurer attests it.
    /// @param worker Member who was paid.
    /// @param amountFen In fen.
    /// @param bankLine Key of the outgoing bank line.
    /// @custom:field worker member
    /// @custom:field amountFen money
    /// @custom:field bankLine bank-line-out
    struct Payout {
        bytes16 worker;
        uint64 amountFen;
        bytes32 bankLine;
    }

    /// @notice Proceeds came in from a partner firm.
    /// @param enterprise Id of the enterprise.
    /// @param bankLine Key of the incoming bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who attested them.
    event ProceedsAttested(
        uint32 indexed enterprise, bytes32 indexed bankLine, uint64 amountFen, bytes16 treasurer
    );

    /// @notice A work order was opened.
    /// @param order Random id of eight bytes, and zeros.
    /// @param enterprise Id of the enterprise.
    /// @param product Code of the product.
    /// @param version Version of the rate card that holds for it.
    /// @param pieces Pieces wanted.
    /// @param workerPieces Most of them that one worker may have taken and not returned, those accepted included.
    /// @param dueAt When they are wanted, and first second at which no more are taken, seconds since 1970.
    event WorkOrderOpened(
        bytes16 indexed order,
        uint32 indexed enterprise,
        uint32 indexed product,
        uint16 version,
        uint32 pieces,
        uint32 workerPieces,
        uint48 dueAt
    );

    /// @notice A worker took a lot.
    /// @param lot Id: the eight bytes of its order's, and random ones.
    /// @param order Work order it is part of.
    /// @param worker Member who took it.
    /// @param pieces Pieces to make.
    /// @param until First second at which the lot may lapse, seconds since 1970.
    event LotTaken(bytes16 indexed lot, bytes16 indexed order, bytes16 indexed worker, uint32 pieces, uint48 until);

    /// @notice The worker gave a lot back: its pieces are free again.
    /// @param lot Id of the lot.
    event LotReturned(bytes16 indexed lot);

    /// @notice A lot was accepted and settled.
    /// @param lot Id of the lot.
    /// @param worker Member who made it.
    /// @param enterprise Enterprise that pays.
    /// @param acceptedPieces Pieces accepted.
    /// @param rejectedPieces Pieces rejected; they bring nothing, and are free for others.
    /// @param parts How the proceeds were split.
    /// @param document Commitment to the acceptance protocol.
    /// @param foreman Member who accepted them.
    /// @param until First second at which the worker may dispute it no more, seconds since 1970.
    event LotSettled(
        bytes16 indexed lot,
        bytes16 indexed worker,
        uint32 indexed enterprise,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        Parts parts,
        bytes32 document,
        bytes16 foreman,
        uint48 until
    );

    /// @notice The worker says that rejected pieces are good.
    /// @param lot Id of the lot.
    /// @param document Commitment to the reasons.
    /// @param until First second at which it is no more decided, seconds since 1970.
    event LotDisputed(bytes16 indexed lot, bytes32 document, uint48 until);

    /// @notice A dispute was decided: so many of the rejected pieces are accepted after all.
    /// @param lot Id of the lot.
    /// @param worker Member who made it.
    /// @param enterprise Enterprise that pays.
    /// @param treasurer Member who decided, neither the worker nor the foreman.
    /// @param acceptedPieces Pieces accepted now; they come on top of what the order asked for.
    /// @param parts How what they bring was split.
    /// @param document Commitment to the reasons.
    event LotDecided(
        bytes16 indexed lot,
        bytes16 indexed worker,
        uint32 indexed enterprise,
        bytes16 treasurer,
        uint32 acceptedPieces,
        Parts parts,
        bytes32 document
    );

    /// @notice Nobody accepted the lot by its date: its pieces are free again.
    /// @param lot Id of the lot.
    event LotLapsed(bytes16 indexed lot);

    /// @notice Nobody decided the dispute by its date: the lot stays as it was settled.
    /// @param lot Id of the lot.
    event LotDisputeLapsed(bytes16 indexed lot);

    /// @notice The settlement of a lot was taken back: all parts went back to the enterprise, and the pieces accepted by the
    /// foreman are free again.
    /// @param lot Id of the lot.
    /// @param worker Member who made it.
    /// @param enterprise Enterprise that had paid.
    /// @param treasurer Member who took it back, who had no part in it.
    /// @param acceptedPieces Pieces that were accepted after a dispute; they are not free, as they came on top of the order.
    /// @param freePieces Pieces that the foreman had accepted; they are free again.
    /// @param parts What was taken back.
    /// @param document Commitment to the explanation.
    event LotReversed(
        bytes16 indexed lot,
        bytes16 indexed worker,
        uint32 indexed enterprise,
        bytes16 treasurer,
        uint32 acceptedPieces,
        uint32 freePieces,
        Parts parts,
        bytes32 document
    );

    /// @notice Earnings were paid.
    /// @param enterprise Id of the enterprise.
    /// @param worker Member who was paid.
    /// @param bankLine Key of the outgoing bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who recorded it.
    event PayoutProven(
        uint32 indexed enterprise,
        bytes16 indexed worker,
        bytes32 indexed bankLine,
        uint64 amountFen,
        bytes16 treasurer
    );

    /// @notice Proceeds were taken back: recorded by mistake, or returned to the firm.
    /// @param enterprise Id of the enterprise.
    /// @param bankLine Key of the incoming bank line.
    /// @param outgoingBankLine Key of the line that returned the money, or zero if it was a mistake.
    /// @param amountFen In fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who took it back, not the one who had recorded it.
    event ProceedsReversed(
        uint32 indexed enterprise,
        bytes32 indexed bankLine,
        bytes32 indexed outgoingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice A payment of earnings was taken back: recorded by mistake, or the money came back.
    /// @param enterprise Id of the enterprise.
    /// @param worker Member who is owed it again.
    /// @param bankLine Key of the outgoing bank line.
    /// @param incomingBankLine Key of the line by which the money came back, or zero if it was a mistake.
    /// @param amountFen In fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who took it back, not the one who had recorded it.
    event PayoutReversed(
        uint32 indexed enterprise,
        bytes16 indexed worker,
        bytes32 indexed bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice An order's id has eight bytes, with zeros behind them for the ids of its lots, and is not zero.
    error CooperativeOrderIdInvalid(bytes16 order);

    /// @notice An order of this id was opened before, in this or a former version.
    error CooperativeOrderExists(bytes16 order);

    /// @notice An order has one piece at least, and `most` at most.
    error CooperativePiecesOutOfRange(bytes16 order, uint32 most, uint32 pieces);

    /// @notice An order is due later than now, and within `mostSeconds`.
    error CooperativeDateInvalid(uint48 dueAt, uint48 mostSeconds);

    /// @notice The lot is none of this order: its id does not begin with the eight bytes of the order's, or is the same.
    error CooperativeLotIdInvalid(bytes16 lot, bytes16 order);

    /// @notice A lot of this id was taken before.
    error CooperativeLotExists(bytes16 lot);

    /// @notice The lot is not in the state that this needs.
    error CooperativeLotNotIn(bytes16 lot, LotState needed, LotState found);

    /// @notice The order has fewer pieces left.
    error CooperativePiecesExceeded(bytes16 order, uint32 left, uint32 pieces);

    /// @notice The pieces of the order were due: no more are taken.
    error CooperativeOrderOver(bytes16 order, uint48 dueAt);

    /// @notice A worker may take one piece at least, and no more than the order has.
    error CooperativeCapInvalid(bytes16 order, uint32 pieces, uint32 workerPieces);

    /// @notice The worker may take `left` more pieces of the order.
    error CooperativeCapExceeded(bytes16 order, bytes16 worker, uint32 left, uint32 pieces);

    /// @notice Another worker took the lot.
    error CooperativeLotNotYours(bytes16 lot, bytes16 member);

    /// @notice The lot is past the date until which this may be done.
    error CooperativeLotOver(bytes16 lot, uint48 until);

    /// @notice The state of the lot has not ended yet.
    error CooperativeLotNotOver(bytes16 lot, uint48 until);

    /// @notice All pieces of the lot were accepted: there is nothing to dispute.
    error CooperativeNothingRejected(bytes16 lot);

    /// @notice No more pieces can be accepted after a dispute than were rejected.
    error CooperativePiecesNotRejected(bytes16 lot, uint32 rejectedPieces, uint32 acceptedPieces);

    /// @notice Who made, settled or decided the lot does not do this as well.
    error CooperativeSecondPersonNeeded(bytes16 lot, bytes16 member);

    /// @notice The worker's wage of the lot was paid out: the enterprise owes the worker only `balanceFen`. A payment that did
    /// not arrive is taken back first.
    error CooperativeWagePaidOut(bytes16 lot, bytes16 worker, int64 balanceFen, uint64 wageFen);

    /// @notice Accepted and rejected pieces are not the pieces of the lot.
    error CooperativeCountMismatch(bytes16 lot, uint32 pieces, uint32 acceptedPieces, uint32 rejectedPieces);

    /// @notice A foreman may not accept the own lot.
    error CooperativeSelfAcceptance(bytes16 lot, bytes16 member);

    /// @notice No lot is named that is to be settled.
    error CooperativeNothingToSettle(bytes16 order);

    /// @notice There is nothing to pay.
    error CooperativeNothingToPay();

    /// @notice Who is paid does not prove it. With a foreman a treasurer would else be paid for pieces that nobody made.
    error CooperativeOwnWage(uint32 enterprise, bytes16 worker);

    /// @notice Attests proceeds.
    /// @param bank Bank account whose statement has the line; that of the levy purpose's fund.
    /// @custom:act AttestProceeds
    /// @custom:message AttestProceeds(string action,uint32 enterprise,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)
    /// @custom:action 确认货款到账 Attest proceeds of sales
    /// @custom:notice-zh 确认微工厂的货款已经到账。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bank bank
    /// @custom:field bankLine bank-line-in
    /// @custom:field amountFen money
    /// @custom:field authorization authorization
    /// @custom:emits ProceedsAttested Transferred
    /// @custom:undo ReverseProceeds
    function attestProceeds(
        uint32 enterprise,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external;

    /// @notice Opens a work order at the latest rate card.
    /// @custom:act OpenWorkOrder
    /// @custom:message OpenWorkOrder(string action,bytes16 order,uint32 enterprise,uint32 product,uint32 pieces,uint32 workerPieces,uint48 dueAt,uint256 nonce,uint48 deadline)
    /// @custom:action 发布加工单 Open a work order
    /// @custom:notice-zh 按最新的单价发布一张加工单。
    /// @custom:by foreman of enterprise
    /// @custom:field order new-order-id
    /// @custom:field enterprise id
    /// @custom:field product id
    /// @custom:field pieces number
    /// @custom:field workerPieces number
    /// @custom:field dueAt date
    /// @custom:field authorization authorization
    /// @custom:emits WorkOrderOpened
    /// @custom:undo none
    function openWorkOrder(
        bytes16 order,
        uint32 enterprise,
        uint32 product,
        uint32 pieces,
        uint32 workerPieces,
        uint48 dueAt,
        Authorization calldata authorization
    ) external;

    /// @notice Takes a lot of an order, before its pieces are due.
    /// @custom:act TakeLot
    /// @custom:message TakeLot(string action,bytes16 lot,bytes16 order,uint32 pieces,uint256 nonce,uint48 deadline)
    /// @custom:action 领取计件 Take pieces to make
    /// @custom:notice-zh 从加工单里领一批活。
    /// @custom:by member
    /// @custom:field lot new-lot-id
    /// @custom:field order id
    /// @custom:field pieces number
    /// @custom:field authorization authorization
    /// @custom:desk WORK
    /// @custom:emits LotTaken
    /// @custom:undo ReturnLot
    function takeLot(bytes16 lot, bytes16 order, uint32 pieces, Authorization calldata authorization) external;

    /// @notice Gives a lot back that is not settled, so that others may take its pieces.
    /// @custom:act ReturnLot
    /// @custom:message ActOnLot(string action,bytes16 lot,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 退回领的活 Return the pieces
    /// @custom:notice-zh 退回您领了还没有验收的一批活，让别人领。
    /// @custom:by worker of lot
    /// @custom:field lot id
    /// @custom:field authorization authorization
    /// @custom:desk WORK
    /// @custom:emits LotReturned
    /// @custom:undo TakeLot
    function returnLot(bytes16 lot, Authorization calldata authorization) external;

    /// @notice Accepts and settles a lot in one step.
    /// @custom:act SettleLot
    /// @custom:message SettleLot(string action,bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 验收并结算 Accept the pieces and settle the wage
    /// @custom:notice-zh 验收一批活，同时结算。
    /// @custom:by foreman of lot
    /// @custom:field lot id
    /// @custom:field acceptedPieces number
    /// @custom:field rejectedPieces number
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits LotSettled AccountOpened Transferred
    /// @custom:undo ReverseLot
    function settleLot(
        bytes16 lot,
        uint32 acceptedPieces,
        uint32 rejectedPieces,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Accepts and settles lots of one order by one signature: each as by itself, or none of them.
    /// @param order Work order that all of them are part of.
    /// @custom:act SettleLots
    /// @custom:message SettleLots(string action,bytes16 order,Settlement[] settlements,uint256 nonce,uint48 deadline)Settlement(bytes16 lot,uint32 acceptedPieces,uint32 rejectedPieces,bytes32 document)
    /// @custom:action 一起验收并结算 Accept several lots and settle their wages
    /// @custom:notice-zh 一次签名，验收同一张加工单的几批活，同时结算。有一批不能结算，就都不结算。
    /// @custom:by foreman of order
    /// @custom:field order id
    /// @custom:field settlements list
    /// @custom:field authorization authorization
    /// @custom:emits LotSettled AccountOpened Transferred
    /// @custom:undo ReverseLot
    function settleLots(bytes16 order, Settlement[] calldata settlements, Authorization calldata authorization)
        external;

    /// @notice Says that rejected pieces are good, once and before the date.
    /// @custom:act DisputeLot
    /// @custom:message ActOnLot(string action,bytes16 lot,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 对验收提出争议 Dispute the acceptance
    /// @custom:notice-zh 验收时有件数被判不合格，您认为是好的：写明原因，由出纳判定。
    /// @custom:by worker of lot
    /// @custom:field lot id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:desk WORK
    /// @custom:emits LotDisputed
    /// @custom:undo none
    function disputeLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external;

    /// @notice Decides a dispute. The pieces accepted now are paid as those accepted before; rejected ones were free for others
    /// from the settlement on, and those that others made meanwhile are paid all the same.
    /// @param acceptedPieces How many of the rejected pieces are accepted after all; 0 if the foreman was right.
    /// @custom:act DecideLot
    /// @custom:message DecideLot(string action,bytes16 lot,uint32 acceptedPieces,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 判定有争议的活 Decide a disputed lot
    /// @custom:notice-zh 判定被判不合格的件数里，有几件其实合格，写明原因，工钱随即补结。
    /// @custom:by treasurer of lot
    /// @custom:field lot id
    /// @custom:field acceptedPieces number
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits LotDecided AccountOpened Transferred
    /// @custom:undo ReverseLot
    function decideLot(bytes16 lot, uint32 acceptedPieces, bytes32 document, Authorization calldata authorization)
        external;

    /// @notice Ends a lot that nobody accepted by its date.
    /// @custom:act LapseLot
    /// @custom:action 领的活过期 Let a lot lapse
    /// @custom:notice-zh 领的活过了日期没有验收，件数放回加工单。
    /// @custom:by anyone
    /// @custom:field lot id
    /// @custom:emits LotLapsed
    /// @custom:undo none
    function lapseLot(bytes16 lot) external;

    /// @notice Ends a dispute that nobody decided by its date: the lot stays as it was settled.
    /// @custom:act LapseDispute
    /// @custom:action 争议过期 Let a dispute lapse
    /// @custom:notice-zh 过了日期没有判定，争议结束，按原来的验收。
    /// @custom:by anyone
    /// @custom:field lot id
    /// @custom:emits LotDisputeLapsed
    /// @custom:undo none
    function lapseDispute(bytes16 lot) external;

    /// @notice Takes the settlement of a lot back by linked transfers, within a year, while all its parts are still there. Its
    /// pieces are free again: what was made is taken anew, by an order that is not over.
    /// @custom:act ReverseLot
    /// @custom:message ActOnLot(string action,bytes16 lot,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销结算 Reverse the settlement of a lot
    /// @custom:notice-zh 验收或分配有错：各部分退回微工厂，件数放回加工单。工钱已经发出的，要先撤销发放。由没有参与验收的另一位出纳办。
    /// @custom:by treasurer of lot
    /// @custom:field lot id
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits LotReversed Transferred
    /// @custom:undo none
    function reverseLot(bytes16 lot, bytes32 document, Authorization calldata authorization) external;

    /// @notice Proves payments of what the enterprise owes its workers, unless the levy purpose's fund is frozen.
    /// @param bank Bank account whose statement has the lines; that of the levy purpose's fund.
    /// @custom:act PayOut
    /// @custom:message PayOut(string action,uint32 enterprise,uint32 bank,string total,uint64 totalFen,Payout[] payouts,uint256 nonce,uint48 deadline)Payout(bytes16 worker,uint64 amountFen,bytes32 bankLine)
    /// @custom:action 确认工钱已付 Prove that wages were paid
    /// @custom:notice-zh 确认一笔工钱已经从银行付出。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bank bank
    /// @custom:field payouts list
    /// @custom:field authorization authorization
    /// @custom:emits PayoutProven Transferred
    /// @custom:undo ReversePayout
    function payOut(uint32 enterprise, uint32 bank, Payout[] calldata payouts, Authorization calldata authorization)
        external;

    /// @notice Takes proceeds back by a linked transfer. Not by the treasurer who attested them, and only while the
    /// enterprise still has them.
    /// @param outgoingBankLine Line that returned the money to the firm, used once, unless the fund is frozen; zero if
    /// they were recorded by mistake, and then the line is free again.
    /// @custom:act ReverseProceeds
    /// @custom:message ReverseProceeds(string action,uint32 enterprise,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销货款 Reverse proceeds of sales
    /// @custom:notice-zh 用一笔相反的记录撤销一笔货款。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field outgoingBankLine bank-line-out?
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits ProceedsReversed Transferred
    /// @custom:undo none
    function reverseProceeds(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Takes a payment of earnings back by a linked transfer: the enterprise owes it again. Not by the treasurer
    /// who recorded it.
    /// @param incomingBankLine Line by which the money came back, used once; zero if the payment was recorded by mistake,
    /// and then the line is free again.
    /// @custom:act ReversePayout
    /// @custom:message ReversePayout(string action,uint32 enterprise,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销工钱发放 Reverse a payment of wages
    /// @custom:notice-zh 用一笔相反的记录撤销一笔工钱发放。
    /// @custom:by treasurer of enterprise
    /// @custom:field enterprise id
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits PayoutReversed Transferred
    /// @custom:undo none
    function reversePayout(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Most pieces of an order, 16,777,215: as many as there is room for in the one word that a lot keeps.
    function MOST_PIECES() external view returns (uint32);

    /// @notice How far ahead an order may be due at most, in seconds: a year, as a task, so that every lot ends.
    function MOST_ORDER_SECONDS() external view returns (uint48);

    /// @notice How long after the pieces were due a lot may be accepted, in seconds: 60 days, so that nobody loses work to a foreman
    /// on leave, and no pieces are stuck with a worker who is gone.
    function ACCEPTANCE_SECONDS() external view returns (uint40);

    /// @notice How long the worker may dispute a rejection, in seconds: a week, in which who looks at the phone on weekends alone
    /// looks at it once.
    function DISPUTE_SECONDS() external view returns (uint40);

    /// @notice How long a treasurer may take to decide a dispute, in seconds: two weeks, as of a redemption.
    function DECISION_SECONDS() external view returns (uint40);

    /// @notice How long after its dispute ends a settlement may be taken back, in seconds: a year, as a credit of hours.
    function REVERSAL_SECONDS() external view returns (uint40);

    /// @notice Whether an order or a lot has this id, in this or a former version.
    function isKnown(bytes16 id) external view returns (bool);
}
