// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Funds: the tree of funds, their purposes and banks, and which bank lines were used
/// @notice Money is held in a bank account of the host. A bank line is used once, by whichever module, for ever.
/// @dev Lives beside the ledger and is not replaced, so that a new version of a module knows every fund and every line that
/// an older one used. Contracts that the ledger admitted as modules write the lines.
/// A bank line is known here by `keccak256(abi.encode("gongji.bank-line.v1", accountSalt, reference))`,
/// where the reference is the bank's own, normalised (NFKC, no white space, upper case), and the salt is
/// random per bank account and shown to auditors only.
/// What one treasurer recorded of a bank line another takes back, and whoever records it anew is not who took it back:
/// one person alone moves no gift away from what it was given for. So a fund needs two treasurers.
/// What is not protected: that the line exists at the bank. An auditor reconciles with the statement.
interface IFunds {
    /// @notice Where a fund stands in the tree.
    enum Level {
        NONE,
        CITY,
        STREET,
        COMMUNITY,
        SPECIAL
    }

    /// @notice What became of a bank line.
    /// @dev REVERSED was attested by mistake and may be attested again, to the purpose that was named then. REFUNDED is
    /// money that went back by another line. Only a mistake makes a used line UNUSED again.
    /// FEE, INTEREST, PAYMENT, RETURN and GIFT are taken back as they were recorded: what the bank took, what it paid, a payment of
    /// a request or of wages or a part of one, what came back of one, and a gift to a campaign. JOINT_PAYMENT paid several requests:
    /// what each has of it is kept as a SHARE, under a key of its own (`BankLineUses.shareOf`), which is no line that anybody names.
    enum BankLineState {
        UNUSED,
        DONATION,
        REVERSED,
        REFUNDED,
        USED,
        FEE,
        INTEREST,
        PAYMENT,
        RETURN,
        GIFT,
        JOINT_PAYMENT,
        SHARE
    }

    /// @notice A bank line as it is kept, in one word.
    /// @param state What became of it.
    /// @param treasurer Who did the last step with it, in eight bytes of the member id (`BankLineUses.person`): two members who
    /// share them are refused as one person, and never let through as two.
    /// @param amountFen In fen; 0 if only its use is known.
    /// @param use What it is for (`BankLineUses`): a purpose, a campaign with household and match, or a request; zero if
    /// the module that used it keeps that itself.
    struct BankLine {
        BankLineState state;
        bytes8 treasurer;
        uint64 amountFen;
        bytes15 use;
    }

    /// @notice What a bank line is recorded as.
    /// @param bankLine Key of the line, not zero.
    /// @param amountFen In fen.
    /// @param use What it is for (`BankLineUses`).
    struct Entry {
        bytes32 bankLine;
        uint64 amountFen;
        bytes15 use;
    }

    /// @notice A donation as a treasurer attests it.
    /// @param bankLine Key of the incoming bank line.
    /// @param purpose Purpose it is given to.
    /// @param amountFen In fen, over zero.
    /// @param donor Public donor: member id left-aligned. Private donor: commitment to the donor. Never zero.
    /// @custom:field bankLine bank-line-in
    /// @custom:field purpose purpose
    /// @custom:field amountFen money
    /// @custom:field donor donor
    struct Donation {
        bytes32 bankLine;
        uint32 purpose;
        uint64 amountFen;
        bytes32 donor;
    }

    /// @notice A bank account of the host was named.
    /// @param bank Id of the bank account; its ledger account is of kind BANK.
    event BankAccountOpened(uint32 indexed bank);

    /// @notice A fund was opened.
    /// @param fund Id of the fund.
    /// @param parent Fund above it, or zero.
    /// @param level Where it stands.
    /// @param bank Bank account that holds its money.
    event FundOpened(uint16 indexed fund, uint16 indexed parent, Level level, uint32 bank);

    /// @notice Spending from a fund was stopped or allowed again.
    /// @dev While a fund is frozen the ledger lets nothing go from its accounts to others than its own: no payment, no
    /// donation, gift or proceeds returned or taken back, no payout of wages, no match locked; and no request is submitted.
    /// What came in may still be attested, pieces settled between its accounts, and a campaign settled: its match was locked
    /// before. A payment that the bank made just before the freeze is recorded after it.
    /// @param fund Id of the fund.
    /// @param frozen True if it stopped.
    event FundFrozen(uint16 indexed fund, bool frozen);

    /// @notice An empty fund was closed, or opened again.
    /// @dev While it is closed no gift and no proceeds are attested to it, no request is submitted, no purpose and no fund
    /// opened in it. What comes back of former payments, or of a match that was locked for a campaign, still arrives; the
    /// fund is opened again to use it. Its number is never another fund's.
    /// @param fund Id of the fund.
    /// @param closed True if it was closed.
    event FundClosed(uint16 indexed fund, bool closed);

    /// @notice A purpose was opened in a fund.
    /// @param purpose Number whose upper 16 bits are its fund's; its ledger account is of kind PURPOSE.
    /// @param fund Fund it is part of.
    event PurposeOpened(uint32 indexed purpose, uint16 indexed fund);

    /// @notice The id is zero or taken.
    error FundsIdTaken(uint32 id);

    /// @notice No fund has this id.
    error FundsFundUnknown(uint16 fund);

    /// @notice No bank account has this id.
    error FundsBankUnknown(uint32 bank);

    /// @notice A fund needs a level below its parent's.
    error FundsLevelInvalid(uint16 fund, Level level);

    /// @notice The purpose's number is not of this fund.
    error FundsPurposeNotInFund(uint32 purpose, uint16 fund);

    /// @notice The fund is frozen.
    error FundsFundFrozen(uint16 fund);

    /// @notice The fund is closed.
    error FundsFundClosed(uint16 fund);

    /// @notice The fund is not closed.
    error FundsFundOpen(uint16 fund);

    /// @notice Funds right below it are open: they are closed first.
    error FundsFundsBelowOpen(uint16 fund, uint16 funds);

    /// @notice Accounts of the fund hold something: purposes, campaigns, enterprises or workers' wages.
    error FundsFundNotEmpty(uint16 fund, uint32 accounts);

    /// @notice The bank account holds the money of other funds, not of this one.
    error FundsBankNotOfFund(uint32 bank, uint16 fund);

    /// @notice Zeros are no bank line.
    error FundsBankLineMissing();

    /// @notice The bank line was used before.
    error FundsBankLineUsed(bytes32 bankLine, BankLineState state);

    /// @notice The bank line holds no donation of this fund.
    error FundsDonationUnknown(bytes32 bankLine);

    /// @notice Who recorded the bank line, or took it back, does not do the next step alone.
    error FundsSecondPersonNeeded(bytes32 bankLine, bytes16 treasurer);

    /// @notice The line may be attested to another purpose, which was named when it was taken back; 0: not to this fund.
    error FundsPurposeMismatch(bytes32 bankLine, uint32 expected, uint32 got);

    /// @notice The bank line holds no such entry: of this kind, and of this purpose, campaign or request.
    error FundsEntryUnknown(bytes32 bankLine);

    /// @notice So much may a treasurer still record as a fee without a request, at most CNY 50 at once.
    error FundsFeeTooHigh(uint16 fund, uint64 leftFen, uint64 feeFen);

    /// @notice The caller is not an admitted module of the ledger.
    error FundsModuleNotAdmitted(address caller);

    /// @notice Names a bank account of the host and opens its ledger account.
    /// @custom:act OpenBankAccount
    /// @custom:action 登记银行账户 Name a bank account
    /// @custom:notice-zh 登记一个银行账户，基金的钱存在里面。
    /// @custom:by steward
    /// @custom:field bank bank
    /// @custom:emits BankAccountOpened AccountOpened
    /// @custom:undo none
    function openBankAccount(uint32 bank) external;

    /// @notice Opens a fund under a parent of a higher level.
    /// @custom:act OpenFund
    /// @custom:action 设立基金 Open a fund
    /// @custom:notice-zh 设立一个基金。
    /// @custom:by steward
    /// @custom:field fund fund
    /// @custom:field parent fund
    /// @custom:field level choice
    /// @custom:field bank bank
    /// @custom:emits FundOpened
    /// @custom:undo none
    function openFund(uint16 fund, uint16 parent, Level level, uint32 bank) external;

    /// @notice Closes a fund whose accounts are all empty, and that has no open fund below it.
    /// @custom:act CloseFund
    /// @custom:action 关闭基金 Close a fund
    /// @custom:notice-zh 关闭一个已经没有钱、下面也没有开着的基金的基金：以后不再收款、请款、设用途。
    /// @custom:by steward
    /// @custom:field fund fund
    /// @custom:emits FundClosed
    /// @custom:undo ReopenFund
    function closeFund(uint16 fund) external;

    /// @notice Opens a closed fund again.
    /// @custom:act ReopenFund
    /// @custom:action 重开基金 Reopen a fund
    /// @custom:notice-zh 重新开放一个已关闭的基金。
    /// @custom:by steward
    /// @custom:field fund fund
    /// @custom:emits FundClosed
    /// @custom:undo CloseFund
    function reopenFund(uint16 fund) external;

    /// @notice Stops spending from a fund.
    /// @custom:act FreezeFund
    /// @custom:action 冻结基金 Freeze a fund
    /// @custom:notice-zh 停止一个基金的支出。
    /// @custom:by guardian
    /// @custom:field fund fund
    /// @custom:emits FundFrozen
    /// @custom:undo UnfreezeFund
    function freeze(uint16 fund) external;

    /// @notice Allows spending from a fund again.
    /// @custom:act UnfreezeFund
    /// @custom:action 解冻基金 Unfreeze a fund
    /// @custom:notice-zh 恢复一个基金的支出。
    /// @custom:by guardian
    /// @custom:field fund fund
    /// @custom:emits FundFrozen
    /// @custom:undo FreezeFund
    function unfreeze(uint16 fund) external;

    /// @notice Opens a purpose and its ledger account.
    /// @param purpose Number whose upper 16 bits are its fund's.
    /// @custom:act OpenPurpose
    /// @custom:action 设立用途 Open a purpose
    /// @custom:notice-zh 在一个基金里设立一个用途。
    /// @custom:by steward
    /// @custom:field purpose purpose
    /// @custom:emits PurposeOpened AccountOpened
    /// @custom:undo none
    function openPurpose(uint32 purpose) external;

    /// @notice Records bank lines as donations to purposes of one fund, each once. For modules.
    /// @param bank Bank account whose statement has the lines; the fund's.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Part of `Donations.attestDonations`.
    function recordDonations(uint16 fund, uint32 bank, Donation[] calldata donations, address key)
        external
        returns (bytes16 treasurer);

    /// @notice Takes back what was recorded as a donation. For modules.
    /// @param bankLine Key of the line that is a donation to this fund.
    /// @param returnLine Line by which the money went back, used once; zero if it was recorded by mistake.
    /// @param newPurpose After a mistake, the purpose of this fund to which the line is to be attested again, or zero.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded the line.
    /// @return treasurer The member whose key it is.
    /// @return purpose Purpose to which it was recorded.
    /// @return amountFen What was recorded, in fen.
    /// @custom:no-act Part of `Donations.reverseDonation`.
    function reverseDonation(bytes32 bankLine, bytes32 returnLine, uint32 newPurpose, uint16 fund, address key)
        external
        returns (bytes16 treasurer, uint32 purpose, uint64 amountFen);

    /// @notice Uses a bank line, once.
    /// @param bankLine Key of the line, not zero.
    /// @param fund Fund for which it is used.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Only admitted modules, which name it in an event.
    function useBankLine(bytes32 bankLine, uint16 fund, address key) external returns (bytes16 treasurer);

    /// @notice Takes back what a module recorded of a bank line.
    /// @param bankLine Key of the line that the module used.
    /// @param returnLine Line by which the money came or went back, used once; zero if it was recorded by mistake, and
    /// then the line is free again.
    /// @param fund Fund for which it was used.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded the line.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Only admitted modules, each for its own lines, which name the member in an event.
    function reverseBankLine(bytes32 bankLine, bytes32 returnLine, uint16 fund, address key)
        external
        returns (bytes16 treasurer);

    /// @notice Records a bank line as an entry of a kind, once. For modules.
    /// @dev A fee is at most `Floors.MAX_FEE_FEN`, with those that the fund had lately at most `Floors.MAX_FEES_FEN`.
    /// @param fund Fund for which it is used; of a fee and of interest that of the purpose.
    /// @param kind FEE or INTEREST.
    /// @param entry Line, amount, and what it is for.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Part of `BankCharges`.
    function recordEntry(uint16 fund, BankLineState kind, Entry calldata entry, address key)
        external
        returns (bytes16 treasurer);

    /// @notice Records a bank line as a payment, or a part of one, once. For modules.
    /// @param fund Fund for which it is used.
    /// @param payment Line, amount, and what it pays.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @return bank Bank account of the fund.
    /// @custom:no-act Part of `Disbursements`, `PartPayments.proveInstalment` and `Cooperative.payOut`.
    function recordPayment(uint16 fund, Entry calldata payment, address key)
        external
        returns (bytes16 treasurer, uint32 bank);

    /// @notice Records a bank line as the payment of several requests, once. For modules.
    /// @param fund Fund for which it is used.
    /// @param bankLine Key of the line, not zero.
    /// @param shares Amount, and what it pays, of each; without a line.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @return bank Bank account of the fund.
    /// @custom:no-act Part of `Disbursements.proveJointPayment`.
    function recordJointPayment(uint16 fund, bytes32 bankLine, Entry[] calldata shares, address key)
        external
        returns (bytes16 treasurer, uint32 bank);

    /// @notice Takes back that a bank line paid something. For modules.
    /// @dev A joint payment is in use as long as anything is that it paid: after a mistake it is free with the last share.
    /// @param fund Fund for which it was used.
    /// @param bankLine Key of the line.
    /// @param returnLine Line by which the money came back, used once; zero if it was recorded by mistake.
    /// @param use What it paid.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded the payment.
    /// @return treasurer The member whose key it is.
    /// @return amountFen What was recorded, in fen.
    /// @return isFree Whether the line is free again.
    /// @custom:no-act Part of `PartPayments.reverseProof` and `Cooperative.reversePayout`.
    function reversePayment(uint16 fund, bytes32 bankLine, bytes32 returnLine, bytes15 use, address key)
        external
        returns (bytes16 treasurer, uint64 amountFen, bool isFree);

    /// @notice Records a bank line as what came back of a payment, or of a part of one, once. For modules.
    /// @param fund Fund for which it is used.
    /// @param back Line, amount, and what it belongs to.
    /// @param paidLine Key of the line that had paid.
    /// @param paidUse What that had paid.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded the payment.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Part of `Disbursements.reverse` and `PartPayments`.
    function recordReturn(uint16 fund, Entry calldata back, bytes32 paidLine, bytes15 paidUse, address key)
        external
        returns (bytes16 treasurer);

    /// @notice Takes back that a bank line brought something back, which was recorded by mistake: it is free again. For modules.
    /// @param fund Fund for which it was used.
    /// @param bankLine Key of the line.
    /// @param use What it belonged to.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded it.
    /// @return treasurer The member whose key it is.
    /// @return amountFen What was recorded, in fen.
    /// @custom:no-act Part of `PartPayments`.
    function reverseReturn(uint16 fund, bytes32 bankLine, bytes15 use, address key)
        external
        returns (bytes16 treasurer, uint64 amountFen);

    /// @notice Records lines of one statement as gifts to a campaign, each once. For modules.
    /// @param bank Bank account whose statement has the lines; the fund's.
    /// @param gifts Lines, amounts, and what each is for.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return treasurer The member whose key it is.
    /// @custom:no-act Part of `Campaigns.attestGifts`.
    function recordGifts(uint16 fund, uint32 bank, Entry[] calldata gifts, address key)
        external
        returns (bytes16 treasurer);

    /// @notice Takes back what was recorded as an entry of a kind. For modules.
    /// @param bankLine Key of the line.
    /// @param returnLine Line by which the money came or went back, used once; zero if it was recorded by mistake, and
    /// then the line is free again.
    /// @param fund Fund for which it was used.
    /// @param kind As what it was recorded.
    /// @param use What it was for: its purpose, or its campaign.
    /// @param key Key that authorised it; must be a treasurer's of the fund, not the one's who recorded the line.
    /// @return treasurer The member whose key it is.
    /// @return entry What was recorded.
    /// @custom:no-act Part of `BankCharges` and `Campaigns.reverseGift`.
    function reverseEntry(
        bytes32 bankLine,
        bytes32 returnLine,
        uint16 fund,
        BankLineState kind,
        bytes15 use,
        address key
    ) external returns (bytes16 treasurer, BankLine memory entry);

    /// @notice Records that a gift went back to who gave it, as is owed by a campaign that missed its target. For modules.
    /// @dev Nothing is taken back, so the treasurer may be the one who recorded the gift.
    /// @param bankLine Key of the line of the gift.
    /// @param returnLine Line by which the money went back, used once.
    /// @param fund Fund for which it was used.
    /// @param use Its campaign.
    /// @param key Key that authorised it; must be a treasurer's of the fund.
    /// @return amountFen What was given, in fen.
    /// @custom:no-act Part of `Campaigns.refundGift`.
    function returnGift(bytes32 bankLine, bytes32 returnLine, uint16 fund, bytes15 use, address key)
        external
        returns (uint64 amountFen);

    /// @notice The treasurer whose key it is, if it is another than recorded a payment. Reverts otherwise.
    /// @param fund Fund for which the line was used.
    /// @param bankLine Key of the line.
    /// @param use What it paid.
    function secondTreasurer(uint16 fund, bytes32 bankLine, bytes15 use, address key) external view returns (bytes16);

    /// @notice What a treasurer may still record as fees of a fund without a request, in fen.
    function leftForFees(uint16 fund) external view returns (uint64);

    /// @notice The fund above a fund; 0 if there is none.
    function parentOf(uint16 fund) external view returns (uint16);

    /// @notice Whether `fund` is `ancestor`, or stands below it in the tree.
    function isWithin(uint16 fund, uint16 ancestor) external view returns (bool);

    /// @notice Whether a fund is closed.
    function isClosed(uint16 fund) external view returns (bool);

    /// @notice Reverts if the money of a fund is in another bank account than `bank`, or the fund is closed.
    function requireBank(uint16 fund, uint32 bank) external view;

    /// @notice The bank account that pays for a fund, if it may spend now. Reverts if it is frozen, closed or
    /// unknown.
    function payingBank(uint16 fund) external view returns (uint32 bank);

    /// @notice The bank account that pays for a fund, frozen or not; 0 if unknown.
    function bankOf(uint16 fund) external view returns (uint32 bank);

    /// @notice What became of a bank line.
    /// @dev What is kept with it besides is proven from the storage (docs/bundle.md).
    function bankLineState(bytes32 bankLine) external view returns (BankLineState);
}
