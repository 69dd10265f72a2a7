// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {ProofWindow} from "./libraries/ProofWindow.sol";

/// @dev See {IBudgets}.
contract Budgets is IBudgets, AccessManaged {
    struct Line {
        uint32 purpose;
        uint64 limitFen;
        uint64 spentFen;
        ProofWindow openProofs;
    }

    ILedger private immutable LEDGER;

    mapping(uint32 budgetLine => Line) private _lines;

    modifier onlyModule() {
        bool isOfMoney = Accounts.mayDebit(LEDGER.kindsOf(msg.sender), Accounts.PURPOSE);
        if (!isOfMoney) revert BudgetsModuleNotAdmitted(msg.sender);
        _;
    }

    constructor(address authority, ILedger ledger) AccessManaged(authority) {
        LEDGER = ledger;
    }

    function setBudgetLine(uint32 budgetLine, uint32 purpose, uint64 limitFen) external restricted {
        Line storage line = _lines[budgetLine];
        bool known = line.purpose != 0;
        if (budgetLine == 0 || purpose == 0 || (known && line.purpose != purpose) || limitFen < line.spentFen) {
            revert BudgetLineInvalid(budgetLine);
        }
        (line.purpose, line.limitFen) = (purpose, limitFen);
        emit BudgetLineSet(budgetLine, purpose, limitFen);
    }

    function spend(uint32 budgetLine, uint32 purpose, uint64 amountFen, uint32 proofDueAt) external onlyModule {
        Line storage line = _open(budgetLine, purpose, amountFen);
        line.spentFen += amountFen;
        if (proofDueAt == 0) return;
        if (proofDueAt < block.timestamp) revert BudgetLineBlocked(budgetLine);
        _addProof(budgetLine, line, proofDueAt);
    }

    function prove(uint32 budgetLine, uint32 proofDueAt) external onlyModule {
        Line storage line = _lines[budgetLine];
        line.openProofs = line.openProofs.remove(proofDueAt);
    }

    function giveBack(uint32 budgetLine, uint64 amountFen, uint32 proofDueAt) external onlyModule {
        Line storage line = _lines[budgetLine];
        line.spentFen -= amountFen;
        if (proofDueAt != 0) line.openProofs = line.openProofs.remove(proofDueAt);
    }

    function takeAgain(uint32 budgetLine, uint64 amountFen, uint32 proofDueAt) external onlyModule {
        Line storage line = _lines[budgetLine];
        _requireLeft(budgetLine, line, amountFen);
        line.spentFen += amountFen;
        if (proofDueAt != 0) _addProof(budgetLine, line, proofDueAt);
    }

    function requireOpen(uint32 budgetLine, uint32 purpose, uint64 amountFen) external view {
        _open(budgetLine, purpose, amountFen);
    }

    function budgetLineRecord(uint32 budgetLine) external view returns (uint32, uint64, uint64, bool) {
        Line memory line = _lines[budgetLine];
        return (line.purpose, line.limitFen, line.spentFen, line.openProofs.isOverdue(block.timestamp));
    }

    function _open(uint32 budgetLine, uint32 purpose, uint64 amountFen) private view returns (Line storage line) {
        line = _lines[budgetLine];
        if (line.purpose != purpose) revert BudgetLineNotInPurpose(budgetLine, purpose);
        if (line.openProofs.isOverdue(block.timestamp)) revert BudgetLineBlocked(budgetLine);
        _requireLeft(budgetLine, line, amountFen);
    }

    function _requireLeft(uint32 budgetLine, Line storage line, uint64 amountFen) private view {
        uint64 leftFen = line.limitFen - line.spentFen;
        if (amountFen > leftFen) revert BudgetLineExceeded(budgetLine, leftFen, amountFen);
    }

    function _addProof(uint32 budgetLine, Line storage line, uint32 proofDueAt) private {
        if (line.openProofs.isFull()) revert BudgetLineBlocked(budgetLine);
        line.openProofs = line.openProofs.add(proofDueAt);
    }
}
