// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFunds} from "./IFunds.sol";
import {IIntents} from "./IIntents.sol";

/// @title Donations: what treasurers attest against bank lines
/// @notice A treasurer attests that a line of the bank's statement is a donation to a purpose.
/// @dev Holds nothing: which lines were used, for what and by whom is kept by {IFunds}, balances by the ledger, so that a
/// new version goes on where this one ends.
interface IDonations is IIntents {
    /// @notice A treasurer attested donations. Each is a transfer of the ledger with the reason DONATION, whose
    /// cause is the bank line and whose document is the donor. They stand right before this in the transaction.
    /// @param treasurer Member who attested them.
    /// @param count How many.
    event DonationsAttested(bytes16 indexed treasurer, uint32 count);

    /// @notice A donation was taken back: attested by mistake, or returned to the donor.
    /// @param bankLine Key of the incoming bank line.
    /// @param outgoingBankLine Key of the line that returned it, or zero if the attestation was a mistake.
    /// @param purpose Purpose to which the line may be attested again; zero if it was no donation to this fund, or went
    /// back.
    /// @param document Commitment to the explanation.
    /// @param treasurer Member who did it, not the one who had attested it.
    event DonationReversed(
        bytes32 indexed bankLine,
        bytes32 indexed outgoingBankLine,
        uint32 purpose,
        bytes32 document,
        bytes16 treasurer
    );

    /// @notice A donation needs a donor or a commitment to one.
    error DonationsDonorMissing(bytes32 bankLine);

    /// @notice There is nothing to attest.
    error DonationsNothingToAttest();

    /// @notice Attests donations to purposes of one fund.
    /// @param bank Bank account whose statement has the lines; the fund's.
    /// @custom:act AttestDonations
    /// @custom:message AttestDonations(string action,uint16 fund,uint32 bank,string total,uint64 totalFen,Donation[] donations,uint256 nonce,uint48 deadline)Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)
    /// @custom:action 确认收到捐赠 Attest donations
    /// @custom:notice-zh 确认捐给一个基金的款项已经到账。
    /// @custom:by treasurer of fund
    /// @custom:field fund fund
    /// @custom:field bank bank
    /// @custom:field donations list
    /// @custom:field authorization authorization
    /// @custom:emits DonationsAttested Transferred
    /// @custom:undo ReverseDonation
    function attestDonations(
        uint16 fund,
        uint32 bank,
        IFunds.Donation[] calldata donations,
        Authorization calldata authorization
    ) external;

    /// @notice Takes a donation back by a linked transfer. Not by the treasurer who attested it.
    /// @param outgoingBankLine Line that returned the money to the donor, used once; zero if the attestation was
    /// a mistake.
    /// @param newPurpose After a mistake, the purpose of this fund to which the line is to be attested again, the same as
    /// before if amount or donor were wrong; zero if it is no donation to this fund, and when money went back.
    /// @custom:act ReverseDonation
    /// @custom:message ReverseDonation(string action,uint16 fund,bytes32 bankLine,bytes32 outgoingBankLine,uint32 newPurpose,bytes32 document,uint256 nonce,uint48 deadline)
    /// @custom:action 撤销捐赠 Reverse a donation
    /// @custom:notice-zh 用一笔相反的记录撤销一笔捐赠。
    /// @custom:by treasurer of fund
    /// @custom:field fund fund
    /// @custom:field bankLine bank-line-recorded
    /// @custom:field outgoingBankLine bank-line-out?
    /// @custom:field newPurpose purpose?
    /// @custom:field document document-private
    /// @custom:field authorization authorization
    /// @custom:emits DonationReversed Transferred
    /// @custom:undo none
    function reverseDonation(
        uint16 fund,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        uint32 newPurpose,
        bytes32 document,
        Authorization calldata authorization
    ) external;
}
