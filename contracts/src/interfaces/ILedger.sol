// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Ledger: accounts and transfers, nothing else
/// @notice Every balance that Gongji shows is a sum of the transfers recorded here.
/// @dev What is protected: the sum over all accounts of one unit is always zero; a guarded account never
/// falls below zero; transfers are numbered without a gap, so that a missing one is noticed.
/// A module opens and debits accounts of the kinds that its admission names, and no other. While a fund is frozen nothing
/// goes from its accounts to others than its own, whatever a module says.
/// What is not: within these kinds a module may debit any account. Admission is the authority's act, with its delay.
interface ILedger {
    /// @notice What an account holds. One account holds one unit.
    /// @dev CNY counts fen (1/100 yuan), MINUTE counts whole minutes, POINT counts whole points.
    enum Unit {
        NONE,
        CNY,
        MINUTE,
        POINT
    }

    /// @notice Why a transfer was made.
    enum Reason {
        NONE,
        DONATION,
        DONATION_REVERSAL,
        CAMPAIGN_GIFT,
        CAMPAIGN_SUCCESS,
        CAMPAIGN_REFUND,
        MATCH_LOCK,
        MATCH,
        MATCH_RETURN,
        DISBURSEMENT,
        DISBURSEMENT_REVERSAL,
        CREDIT,
        CREDIT_REVERSAL,
        REDEMPTION_ESCROW,
        REDEMPTION,
        REDEMPTION_CANCELLATION,
        PROCEEDS,
        WAGE,
        RESERVE,
        LEVY,
        REMAINDER,
        PAYOUT,
        PROCEEDS_REVERSAL,
        PAYOUT_REVERSAL,
        CAMPAIGN_REVERSAL,
        LOT_REVERSAL,
        REDEMPTION_REVERSAL,
        FEE,
        FEE_REVERSAL,
        INTEREST,
        INTEREST_REVERSAL,
        DISBURSEMENT_RETURN,
        DISBURSEMENT_RETURN_REVERSAL,
        PAYOUT_RETURN,
        PAYOUT_RETURN_REVERSAL
    }

    /// @notice One movement of value, as a module asks for it.
    /// @param payer Account that goes down.
    /// @param payee Account that goes up.
    /// @param amount In the unit of both accounts; 1 to 2^63 - 1.
    /// @param reason Why it moves.
    /// @param cause Id of the workflow object behind it: bank line, proposal, claim, lot.
    /// @param document Commitment to the document behind it, or zero; for a donation or gift its donor.
    struct Transfer {
        bytes32 payer;
        bytes32 payee;
        uint64 amount;
        Reason reason;
        bytes32 cause;
        bytes32 document;
    }

    /// @notice One of several movements from one payer. The fields are those of `Transfer`.
    struct Leg {
        bytes32 payee;
        uint64 amount;
        Reason reason;
        bytes32 cause;
        bytes32 document;
    }

    /// @notice An account was opened. Accounts are never closed.
    /// @param account Id of the account: a kind byte on the left, the owner's id on the right (`Accounts.sol`).
    /// @param unit What it holds.
    /// @param world True if it stands for the world outside (a bank, hours issued) and may go negative.
    /// @param fund Fund that it belongs to; 0 if to none.
    event AccountOpened(bytes32 indexed account, Unit indexed unit, bool world, uint16 fund);

    /// @notice Value moved. The only event that changes a balance.
    /// @param sequence Number of the transfer, from 1, without a gap.
    /// @param payer Account that went down by `amount`.
    /// @param payee Account that went up by `amount`.
    /// @param unit What moved.
    /// @param amount In fen for CNY, minutes for MINUTE, points for POINT; 1 to 2^63 - 1.
    /// @param reason Why it moved.
    /// @param cause Id of the workflow object behind it: bank line, proposal, claim, lot.
    /// @param document Commitment to the document behind it, or zero; for a donation or gift its donor, who is a
    /// member id left-aligned if the donor is public, else a commitment.
    event Transferred(
        uint64 sequence,
        bytes32 indexed payer,
        bytes32 indexed payee,
        Unit unit,
        uint64 amount,
        Reason reason,
        bytes32 indexed cause,
        bytes32 document
    );

    /// @notice A module may post from this block on.
    /// @param module Address of the module.
    /// @param kinds Kinds of accounts that it may open and debit: the bit of a kind is 1 shifted left by its byte.
    event ModuleAdmitted(address indexed module, uint64 kinds);

    /// @notice A module begins nothing new from this block on, and ends what it began.
    /// @param module Address of the module.
    event ModuleClosing(address indexed module);

    /// @notice A module may not post any more from this block on.
    /// @param module Address of the module.
    event ModuleRetired(address indexed module);

    /// @notice The caller is not an admitted module.
    error LedgerModuleNotAdmitted(address caller);

    /// @notice The module's state already is what was asked for.
    error LedgerModuleUnchanged(address module);

    /// @notice The module ends what it began, and begins nothing new.
    error LedgerModuleClosing(address module);

    /// @notice The fund is frozen: nothing leaves it.
    error LedgerFundFrozen(uint16 fund);

    /// @notice There is such an account, with another unit, of another fund, or with other bounds.
    error LedgerAccountDiffers(bytes32 account);

    /// @notice A module needs a kind of account that it may debit.
    error LedgerKindsMissing(address module);

    /// @notice The module may not open or debit accounts of this kind.
    error LedgerKindNotAllowed(address module, uint8 kind);

    /// @notice The account id is taken.
    error LedgerAccountExists(bytes32 account);

    /// @notice No account has this id.
    error LedgerAccountUnknown(bytes32 account);

    /// @notice An account needs a unit.
    error LedgerUnitMissing(bytes32 account);

    /// @notice Payer and payee hold different units.
    error LedgerUnitMismatch(bytes32 payer, bytes32 payee);

    /// @notice Payer and payee are the same account.
    error LedgerSelfTransfer(bytes32 account);

    /// @notice The amount is zero or above 2^63 - 1.
    error LedgerAmountOutOfRange(uint64 amount);

    /// @notice A guarded account holds less than the amount.
    error LedgerBalanceInsufficient(bytes32 account, int64 balance, uint256 amount);

    /// @notice Lets a contract open and debit accounts of some kinds, and credit any.
    /// @param kinds Kinds of accounts that it may open and debit: the bit of a kind is 1 shifted left by its byte
    /// (`Accounts.sol`); the lowest bit, of which no account is, lets it freeze funds; not zero.
    /// @custom:act AdmitModule
    /// @custom:action 准入模块 Admit a module
    /// @custom:notice-zh 准许一个合约往总账上记账。
    /// @custom:by admin
    /// @custom:field module key
    /// @custom:field kinds number
    /// @custom:emits ModuleAdmitted
    /// @custom:undo RetireModule
    function admitModule(address module, uint64 kinds) external;

    /// @notice Lets a module end what it began and begin nothing new, because another one takes its place.
    /// @custom:act CloseModule
    /// @custom:action 收尾模块 Close a module
    /// @custom:notice-zh 让一个合约只把已经开始的事办完，不再开始新的。
    /// @custom:by admin
    /// @custom:field module key
    /// @custom:emits ModuleClosing
    /// @custom:undo RetireModule
    function closeModule(address module) external;

    /// @notice Ends the right of a contract to post.
    /// @custom:act RetireModule
    /// @custom:action 停用模块 Retire a module
    /// @custom:notice-zh 停止一个合约往总账上记账。
    /// @custom:by admin
    /// @custom:field module key
    /// @custom:emits ModuleRetired
    /// @custom:undo AdmitModule
    function retireModule(address module) external;

    /// @notice Stops or allows again what leaves a fund.
    /// @custom:no-act Part of `Funds.freeze` and `Funds.unfreeze`.
    function setFrozen(uint16 fund, bool frozen) external;

    /// @notice Opens the account of something that begins. Not by a module that is closing.
    /// @param account Id, not yet taken.
    /// @param unit What it holds, not NONE.
    /// @param world Whether it may go negative.
    /// @param fund Fund that it belongs to; 0 if to none.
    /// @custom:no-act Only admitted modules.
    function openAccount(bytes32 account, Unit unit, bool world, uint16 fund) external;

    /// @notice Opens the account of somebody to whom something is owed, unless it is open with the same unit, bounds and fund.
    /// @custom:no-act Only admitted modules.
    function ensureAccount(bytes32 account, Unit unit, bool world, uint16 fund) external;

    /// @notice Records one transfer.
    /// @return sequence Number it got.
    /// @custom:no-act Only admitted modules.
    function post(Transfer calldata transfer) external returns (uint64 sequence);

    /// @notice Records transfers from one payer in the order given, all or none.
    /// @return lastSequence Number of the last one; they are numbered without a gap.
    /// @custom:no-act Only admitted modules.
    function postFrom(bytes32 payer, Leg[] calldata legs) external returns (uint64 lastSequence);

    /// @notice Number of the last transfer; 0 before the first.
    function sequence() external view returns (uint64);

    /// @notice Whether `module` may post.
    function isModule(address module) external view returns (bool);

    /// @notice Whether `module` may post and begin something new.
    function isCurrent(address module) external view returns (bool);

    /// @notice Reverts if `module` may not post, or begins nothing new because it is closing.
    function requireCurrent(address module) external view;

    /// @notice Whether nothing leaves a fund.
    function isFrozen(uint16 fund) external view returns (bool);

    /// @notice How many accounts of a fund have a balance other than zero, of whatever kind.
    function filledAccounts(uint16 fund) external view returns (uint32);

    /// @notice Fund that `account` belongs to; 0 if to none.
    function fundOf(bytes32 account) external view returns (uint16);

    /// @notice Kinds of accounts that `module` may open and debit, a bit for each; 0 if it may not post.
    function kindsOf(address module) external view returns (uint64);

    /// @notice Balance of `account` in its unit; 0 for an unknown account.
    function balanceOf(bytes32 account) external view returns (int64);

    /// @notice Unit of `account`; NONE for an unknown account.
    function unitOf(bytes32 account) external view returns (Unit);
}
