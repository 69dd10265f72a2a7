// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";

/// @title Enterprises: which there are, what their pieces bring, and what each of their bank lines was recorded for
/// @notice A steward sets an enterprise up; its foreman publishes rate cards, of which the latest holds for what begins.
/// @dev Lives beside the ledger, so that a new module for piecework goes on with every enterprise, rate and bank line. Contracts
/// that the ledger admitted as modules write what bank lines were recorded for; what they say of who signed is believed, as by
/// {IFunds}. No amount goes through here.
interface IEnterprises is IIntents {
    /// @notice What a piece brings and how it is split.
    /// @param enterprise Id of the enterprise.
    /// @param product Code of the product.
    /// @param version Version, one above the last.
    /// @param pieceFen Proceeds of one accepted piece, in fen, over zero.
    /// @param workerBps Share of the worker, in basis points.
    /// @param reserveBps Share of the reserve, in basis points.
    /// @param fundBps Share of the public fund, in basis points. The rest is the enterprise's.
    /// @custom:field enterprise id
    /// @custom:field product id
    /// @custom:field version number
    /// @custom:field pieceFen money
    /// @custom:field workerBps share
    /// @custom:field reserveBps share
    /// @custom:field fundBps share
    struct RateCard {
        uint32 enterprise;
        uint32 product;
        uint16 version;
        uint32 pieceFen;
        uint16 workerBps;
        uint16 reserveBps;
        uint16 fundBps;
    }

    /// @notice What holds for a work order that begins now, until it ends.
    /// @param pieceFen Proceeds of one accepted piece, in fen.
    /// @param workerBps Share of the worker, in basis points.
    /// @param reserveBps Share of the reserve, in basis points.
    /// @param fundBps Share of the public fund, in basis points.
    /// @param levyPurpose Purpose that gets the public fund's share.
    /// @param reservePurpose Purpose that gets the reserve's share.
    /// @param remainderPurpose Purpose that gets the rest.
    struct Terms {
        uint32 pieceFen;
        uint16 workerBps;
        uint16 reserveBps;
        uint16 fundBps;
        uint32 levyPurpose;
        uint32 reservePurpose;
        uint32 remainderPurpose;
    }

    /// @notice What a bank line was recorded for.
    /// @param enterprise Id of the enterprise; 0 if for nothing.
    /// @param amountFen In fen.
    /// @param worker Member who was paid; zero for proceeds.
    struct BankEntry {
        uint32 enterprise;
        uint64 amountFen;
        bytes16 worker;
    }

    /// @notice An enterprise was set up.
    /// @param enterprise Id. What came in and is not split yet is in its account of kind ENTERPRISE; what it owes a worker in
    /// an account of kind WORKER, one for each worker of each enterprise.
    /// @param levyPurpose Purpose that gets the public fund's share. Its fund's treasurers attest bank lines.
    /// @param reservePurpose Purpose that gets the reserve's share.
    /// @param remainderPurpose Purpose that gets the rest, which is the enterprise's own.
    /// @param minFundBps Least share of the public fund in its rate cards, in basis points.
    event EnterpriseOpened(
        uint32 indexed enterprise,
        uint32 indexed levyPurpose,
        uint32 reservePurpose,
        uint32 remainderPurpose,
        uint16 minFundBps
    );

    /// @notice A rate card came into force, for work orders opened from now on.
    /// @param enterprise Id of the enterprise.
    /// @param product Code of the product.
    /// @param version Version, from 1.
    /// @param pieceFen Proceeds of one accepted piece, in fen.
    /// @param workerBps Share of the worker, in basis points.
    /// @param reserveBps Share of the reserve, in basis points.
    /// @param fundBps Share of the public fund, in basis points.
    event RateCardPublished(
        uint32 indexed enterprise,
        uint32 indexed product,
        uint16 indexed version,
        uint32 pieceFen,
        uint16 workerBps,
        uint16 reserveBps,
        uint16 fundBps
    );

    /// @notice The caller is no module of the ledger.
    error EnterprisesModuleNotAdmitted(address caller);

    /// @notice The id is zero or taken.
    error EnterpriseIdTaken(uint32 enterprise);

    /// @notice No enterprise has this id.
    error EnterpriseUnknown(uint32 enterprise);

    /// @notice The purpose is unknown.
    error EnterprisePurposeUnknown(uint32 purpose);

    /// @notice The purpose is of another fund than the levy purpose, or is the levy purpose, or is the reserve or remainder
    /// of an enterprise already.
    error EnterprisePurposeUnfit(uint32 purpose);

    /// @notice The version is not one above the last.
    error RateCardVersionMismatch(uint16 expected, uint16 got);

    /// @notice A piece brings nothing, or the shares add up to more than the whole.
    error RateCardInvalid(uint32 pieceFen, uint256 totalBps);

    /// @notice The enterprise owes the public fund at least `minFundBps` of what a piece brings, in basis points.
    error RateCardFundShareTooLow(uint32 enterprise, uint16 minFundBps, uint16 fundBps);

    /// @notice The bank line holds no such record of the enterprise.
    error EnterpriseBankLineUnknown(uint32 enterprise, bytes32 bankLine);

    /// @notice A part that comes back is more than nothing and less than was paid and has not come back.
    error EnterprisePartOutOfRange(bytes32 bankLine, uint64 leftFen, uint64 partFen);

    /// @notice A part of this payment came back, so it was no mistake: that is taken back first.
    error EnterpriseReturnedInPart(bytes32 bankLine);

    /// @notice The product has no rate card.
    error RateCardUnknown(uint32 enterprise, uint32 product);

    /// @notice Sets up an enterprise and its account.
    /// @param levyPurpose Purpose of the fund to which the enterprise belongs.
    /// @param reservePurpose Purpose of the same fund, of no other enterprise: what a request to its committee may spend.
    /// @param remainderPurpose Another such purpose.
    /// @custom:act OpenEnterprise
    /// @custom:action 设立微工厂 Set up an enterprise
    /// @custom:notice-zh 设立一家微工厂，定下公益基金、公积金和留存各归哪个用途。公积金和留存要用，须向基金的管委会申请。
    /// @custom:by steward
    /// @custom:field enterprise id
    /// @custom:field levyPurpose purpose
    /// @custom:field reservePurpose purpose
    /// @custom:field remainderPurpose purpose
    /// @custom:field minFundBps share
    /// @custom:emits EnterpriseOpened AccountOpened
    /// @custom:undo none
    function openEnterprise(
        uint32 enterprise,
        uint32 levyPurpose,
        uint32 reservePurpose,
        uint32 remainderPurpose,
        uint16 minFundBps
    ) external;

    /// @notice Publishes a rate card.
    /// @custom:act PublishRateCard
    /// @custom:message PublishRateCard(string action,string piece,RateCard card,uint256 nonce,uint48 deadline)RateCard(uint32 enterprise,uint32 product,uint16 version,uint32 pieceFen,uint16 workerBps,uint16 reserveBps,uint16 fundBps)
    /// @custom:action 公布计件单价 Publish a piece rate
    /// @custom:notice-zh 公布一个产品的计件单价和分配比例。
    /// @custom:by foreman of card
    /// @custom:field card record
    /// @custom:field authorization authorization
    /// @custom:emits RateCardPublished
    /// @custom:undo PublishRateCard
    function publishRateCard(RateCard calldata card, Authorization calldata authorization) external;

    /// @notice Records a bank line as proceeds or as a payment of wages, once, by a treasurer of the enterprise's fund, on the
    /// fund's bank account. For modules.
    /// @param worker Member who was paid; zero for proceeds.
    /// @param key Key that signed, as the module says.
    /// @return treasurer Member whose key it is.
    /// @custom:no-act Part of `Cooperative.attestProceeds` and `Cooperative.payOut`.
    function recordBankLine(
        bytes32 bankLine,
        uint32 enterprise,
        uint32 bank,
        uint64 amountFen,
        bytes16 worker,
        address key
    ) external returns (bytes16 treasurer);

    /// @notice Takes back what a bank line was recorded for, by another treasurer than recorded it. For modules.
    /// @param returnLine Line by which the money went or came back, used once; zero after a mistake, and then the line is free.
    /// @param isPayout Whether it was a payment of wages, not proceeds.
    /// @param key Key that signed, as the module says.
    /// @return entry What it was recorded for, less what came back of it in parts.
    /// @return bank Bank account of the enterprise's fund.
    /// @return treasurer Member whose key it is.
    /// @custom:no-act Part of `Cooperative.reverseProceeds` and `Cooperative.reversePayout`.
    function reverseBankLine(bytes32 bankLine, bytes32 returnLine, uint32 enterprise, bool isPayout, address key)
        external
        returns (BankEntry memory entry, uint32 bank, bytes16 treasurer);

    /// @notice Records that a part of a payment of wages came back, by another treasurer than recorded the payment. For modules.
    /// @param bankLine Line that had paid the worker.
    /// @param incomingBankLine Line that brought it back, used once.
    /// @param amountFen Less than was paid and has not come back, in fen.
    /// @param key Key that signed, as the module says.
    /// @return worker Member who was paid.
    /// @return bank Bank account of the enterprise's fund.
    /// @return treasurer Member whose key it is.
    /// @custom:no-act Part of `PartPayments.recordWageReturn`.
    function recordReturn(
        uint32 enterprise,
        bytes32 bankLine,
        bytes32 incomingBankLine,
        uint64 amountFen,
        address key
    ) external returns (bytes16 worker, uint32 bank, bytes16 treasurer);

    /// @notice Takes back that a part of a payment of wages came back, by another treasurer than recorded that. For modules.
    /// @param bankLine Line that had paid the worker.
    /// @param incomingBankLine Line that was recorded; it is free again.
    /// @param key Key that signed, as the module says.
    /// @return part What was recorded, of whom.
    /// @return bank Bank account of the enterprise's fund.
    /// @return treasurer Member whose key it is.
    /// @custom:no-act Part of `PartPayments.reverseWageReturn`.
    function reverseReturn(uint32 enterprise, bytes32 bankLine, bytes32 incomingBankLine, address key)
        external
        returns (BankEntry memory part, uint32 bank, bytes16 treasurer);

    /// @notice What holds for an order of a product that begins now, and the version of the rate card.
    function currentTerms(uint32 enterprise, uint32 product) external view returns (Terms memory terms, uint16 version);

    /// @notice Latest version of a rate card; 0 if none.
    function rateCardVersion(uint32 enterprise, uint32 product) external view returns (uint16);
}
