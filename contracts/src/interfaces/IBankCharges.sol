// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title BankCharges: what the bank itself takes and pays
/// @notice A treasurer records a line of the bank's statement as a fee, which a purpose bears, or as interest, which a purpose
/// gets. So the books of a fund and its bank account agree to the fen.
/// @dev Holds nothing: which lines were used, for what and by whom, and how much a fund bore lately is kept by {IFunds},
/// balances by the ledger, so that a new version goes on where this one ends.
/// Nobody approves a fee, so no treasurer books more than a little out of a fund by calling it one (`Floors.MAX_FEE_FEN`,
/// `Floors.MAX_FEES_FEN`). Interest has no limit, for it takes from nobody. What one treasurer recorded another takes back.
/// What is not protected: that a gift recorded as interest lacks its donor. The bank's statement says who paid; its auditor
/// compares, and the donor does not find the gift.
interface IBankCharges is IIntents {
    /// @notice The bank took a fee.
    /// @param purpose Purpose that bears it.
    /// @param bankLine Key of the outgoing bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who recorded it.
    event FeeRecorded(uint32 indexed purpose, bytes32 indexed bankLine, uint64 amountFen, bytes16 treasurer);

    /// @notice The bank paid interest.
    /// @param purpose Purpose that gets it.
    /// @param bankLine Key of the incoming bank line.
    /// @param amountFen In fen.
    /// @param treasurer Member who recorded it.
    event InterestRecorded(uint32 indexed purpose, bytes32 indexed bankLine, uint64 amountFen, bytes16 treasurer);

    /// @notice A fee was taken back: the bank returned it, or it was none.
    /// @param purpose Purpose that bore it.
    /// @param bankLine Key of the line of the fee.
    /// @param incomingBankLine Key of the line by which the bank returned it; zero if it was recorded by mistake.
    /// @param amountFen In fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had recorded it.
    event FeeReversed(
        uint32 indexed purpose,
        bytes32 indexed bankLine,
        bytes32 indexed incomingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice Interest was taken back: the bank corrected itself, or it was none.
    /// @param purpose Purpose that got it.
    /// @param bankLine Key of the line of the interest.
    /// @param outgoingBankLine Key of the line by which the bank took it back; zero if it was recorded by mistake.
    /// @param amountFen In fen.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who says so, not the one who had recorded it.
    event InterestReversed(
        uint32 indexed purpose,
        bytes32 indexed bankLine,
        bytes32 indexed outgoingBankLine,
        uint64 amountFen,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice Records what the bank took as a fee, unless the fund is frozen. At most CNY 50 at once, and CNY 200 of a fund in
    /// this period of 30 days and the one before; more needs a request, whose payee is the bank.
    /// @param bank Bank account whose statement has the line; the fund's.
    /// @custom:act RecordFee
    /// @custom:message RecordFee(string action,uint32 purpose,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)
    /// @custom:action 记银行手续费 Record a bank fee
    /// @custom:notice-zh 把银行扣的一笔手续费记到一个用途上。每笔最多 50 元，一个基金在本期和上一期（每期 30 天）合计最多 200 元，再多要走拨款申请。
    /// @custom:by treasurer of purpose
    /// @custom:field purpose purpose
    /// @custom:field bank bank
    /// @custom:field bankLine bank-line-out
    /// @custom:field amountFen money
    /// @custom:field authorization authorization
    /// @custom:emits FeeRecorded Transferred
    /// @custom:undo ReverseFee
    function recordFee(
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external;

    /// @notice Records what the bank paid as interest.
    /// @param bank Bank account whose statement has the line; the fund's.
    /// @custom:act RecordInterest
    /// @custom:message RecordInterest(string action,uint32 purpose,uint32 bank,bytes32 bankLine,string amount,uint64 amountFen,uint256 nonce,uint48 deadline)
    /// @custom:action 记银行利息 Record interest from the bank
    /// @custom:notice-zh 把银行付的一笔利息记入一个用途。
    /// @custom:by treasurer of purpose
    /// @custom:field purpose purpose
    /// @custom:field bank bank
    /// @custom:field bankLine bank-line-in
    /// @custom:field amountFen money
    /// @custom:field authorization authorization
    /// @custom:emits InterestRecorded Transferred
    /// @custom:undo ReverseInterest
    function recordInterest(
        uint32 purpose,
        uint32 bank,
        bytes32 bankLine,
        uint64 amountFen,
        Authorization calldata authorization
    ) external;

    /// @notice Takes a fee back by a linked transfer. Not by the treasurer who recorded it.
    /// @param incomingBankLine Line by which the bank returned it, used once; zero if it was recorded by mistake, and then the
    /// line is free again.
    /// @custom:act ReverseFee
    /// @custom:message ReverseFee(string action,uint32 purpose,bytes32 bankLine,bytes32 incomingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销银行手续费 Reverse a bank fee
    /// @custom:notice-zh 银行退回了手续费，或者手续费记错了，由另一位出纳用一笔相反的记录撤销。
    /// @custom:by treasurer of purpose
    /// @custom:field purpose purpose
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field incomingBankLine bank-line-in?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits FeeReversed Transferred
    /// @custom:undo RecordFee
    function reverseFee(
        uint32 purpose,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;

    /// @notice Takes interest back by a linked transfer. Not by the treasurer who recorded it, only while the purpose still has
    /// it, and not while the fund is frozen.
    /// @param outgoingBankLine Line by which the bank took it back, used once; zero if it was recorded by mistake, and then the
    /// line is free again.
    /// @custom:act ReverseInterest
    /// @custom:message ReverseInterest(string action,uint32 purpose,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销银行利息 Reverse interest from the bank
    /// @custom:notice-zh 银行收回了利息，或者利息记错了，由另一位出纳用一笔相反的记录撤销。
    /// @custom:by treasurer of purpose
    /// @custom:field purpose purpose
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field outgoingBankLine bank-line-out?
    /// @custom:field document document-public
    /// @custom:field authorization authorization
    /// @custom:emits InterestReversed Transferred
    /// @custom:undo RecordInterest
    function reverseInterest(
        uint32 purpose,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        Authorization calldata authorization
    ) external;
}
