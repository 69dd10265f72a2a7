// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Budgets: what each budget line may spend and has spent
/// @notice A budget line has a limit. A line with an overdue proof of payment is blocked: nothing more is submitted or
/// paid from it.
/// @dev Lives beside the ledger, so that a new module for requests goes on with every figure. Contracts that the ledger
/// admitted as modules write here; what they write is bounded by what they did.
interface IBudgets {
    /// @notice A budget line was opened, or got a new limit.
    /// @param budgetLine Id of the line.
    /// @param purpose Purpose it is part of.
    /// @param limitFen All that may be spent on it, in fen.
    event BudgetLineSet(uint32 indexed budgetLine, uint32 indexed purpose, uint64 limitFen);

    /// @notice The caller is no module of the ledger.
    error BudgetsModuleNotAdmitted(address caller);

    /// @notice The budget line is not of this purpose, or unknown.
    error BudgetLineNotInPurpose(uint32 budgetLine, uint32 purpose);

    /// @notice The limit is below what was spent, or the line belongs to another purpose.
    error BudgetLineInvalid(uint32 budgetLine);

    /// @notice The amount is above what the budget line has left.
    error BudgetLineExceeded(uint32 budgetLine, uint64 leftFen, uint64 amountFen);

    /// @notice A proof of payment on this budget line is overdue, or three are still to come.
    error BudgetLineBlocked(uint32 budgetLine);

    /// @notice Opens a budget line or changes its limit.
    /// @custom:act SetBudgetLine
    /// @custom:action 设定预算项 Set a budget line
    /// @custom:notice-zh 设立一个预算项，或改它的额度。
    /// @custom:by steward
    /// @custom:field budgetLine id
    /// @custom:field purpose purpose
    /// @custom:field limitFen money
    /// @custom:emits BudgetLineSet
    /// @custom:undo SetBudgetLine
    function setBudgetLine(uint32 budgetLine, uint32 purpose, uint64 limitFen) external;

    /// @notice Spends from a line that is not blocked. For modules.
    /// @param proofDueAt Last second for the proof of payment, seconds since 1970, not past; 0 if it comes in the same
    /// transaction.
    /// @custom:no-act Part of `Disbursements.execute`.
    function spend(uint32 budgetLine, uint32 purpose, uint64 amountFen, uint32 proofDueAt) external;

    /// @notice Notes that a proof came that was due. For modules.
    /// @custom:no-act Part of `Disbursements.provePayment` and `PartPayments`.
    function prove(uint32 budgetLine, uint32 proofDueAt) external;

    /// @notice Gives an amount back to its line. For modules.
    /// @param proofDueAt When its proof would be due, seconds since 1970; 0 if it came.
    /// @custom:no-act Part of `Disbursements.reverse` and `PartPayments`.
    function giveBack(uint32 budgetLine, uint64 amountFen, uint32 proofDueAt) external;

    /// @notice Takes an amount again that was given back, or a proof that was there, by mistake: whether or not the line is blocked,
    /// but within its limit and its three places for proofs. For modules.
    /// @param proofDueAt When its proof is due, seconds since 1970, also past; 0 if none is.
    /// @custom:no-act Part of `PartPayments`.
    function takeAgain(uint32 budgetLine, uint64 amountFen, uint32 proofDueAt) external;

    /// @notice Reverts if the line is blocked, is not of the purpose, or has less left than the amount.
    function requireOpen(uint32 budgetLine, uint32 purpose, uint64 amountFen) external view;

    /// @notice What a budget line may spend and has spent, in fen, and whether it is blocked now.
    function budgetLineRecord(uint32 budgetLine)
        external
        view
        returns (uint32 purpose, uint64 limitFen, uint64 spentFen, bool blocked);
}
