// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Intents} from "./Intents.sol";
import {IDonations} from "./interfaces/IDonations.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {AmountText} from "./libraries/AmountText.sol";
import {Lists} from "./libraries/Lists.sol";

/// @dev See {IDonations}.
contract Donations is IDonations, Intents {
    using SafeCast for uint256;

    bytes32 private constant DONATION_TYPEHASH =
        keccak256("Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)");
    bytes32 private constant ATTEST_DONATIONS_TYPEHASH = keccak256(
        "AttestDonations(string action,uint16 fund,uint32 bank,string total,uint64 totalFen,Donation[] donations,uint256 nonce,uint48 deadline)"
        "Donation(bytes32 bankLine,uint32 purpose,uint64 amountFen,bytes32 donor)"
    );
    bytes32 private constant REVERSE_DONATION_TYPEHASH = keccak256(
        "ReverseDonation(string action,uint16 fund,bytes32 bankLine,bytes32 outgoingBankLine,uint32 newPurpose,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ATTEST_ACTION = keccak256(unicode"确认收到捐赠 Attest donations");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销捐赠 Reverse a donation");

    ILedger private immutable LEDGER;
    IFunds private immutable FUNDS;

    constructor(ILedger ledger, IMembers members, IFunds funds) Intents("Gongji Donations", members) {
        LEDGER = ledger;
        FUNDS = funds;
    }

    function attestDonations(
        uint16 fund,
        uint32 bank,
        IFunds.Donation[] calldata donations,
        Authorization calldata authorization
    ) external {
        if (donations.length == 0) revert DonationsNothingToAttest();
        bytes32 structHash =
            authorization.signature.length == 0 ? bytes32(0) : _attestHash(fund, bank, donations, authorization);
        address key = _keyOf(structHash, authorization);
        bytes16 treasurer = FUNDS.recordDonations(fund, bank, donations, key);
        bytes32 payer = Accounts.id(Accounts.BANK, bank);
        // A list of one would be dearer.
        if (donations.length == 1) _post(payer, donations[0]);
        else LEDGER.postFrom(payer, _legs(donations));
        emit DonationsAttested(treasurer, uint32(donations.length));
    }

    function reverseDonation(
        uint16 fund,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        uint32 newPurpose,
        bytes32 document,
        Authorization calldata authorization
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                REVERSE_DONATION_TYPEHASH,
                REVERSE_ACTION,
                fund,
                bankLine,
                outgoingBankLine,
                newPurpose,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
        address key = _keyOf(structHash, authorization);
        (bytes16 treasurer, uint32 purpose, uint64 amountFen) =
            FUNDS.reverseDonation(bankLine, outgoingBankLine, newPurpose, fund, key);
        emit DonationReversed(bankLine, outgoingBankLine, newPurpose, document, treasurer);
        LEDGER.post(
            ILedger.Transfer({
                payer: Accounts.purpose(purpose),
                payee: Accounts.id(Accounts.BANK, FUNDS.bankOf(fund)),
                amount: amountFen,
                reason: ILedger.Reason.DONATION_REVERSAL,
                cause: bankLine,
                document: document
            })
        );
    }

    function _post(bytes32 payer, IFunds.Donation calldata donation) private {
        if (donation.donor == 0) revert DonationsDonorMissing(donation.bankLine);
        LEDGER.post(
            ILedger.Transfer({
                payer: payer,
                payee: Accounts.purpose(donation.purpose),
                amount: donation.amountFen,
                reason: ILedger.Reason.DONATION,
                cause: donation.bankLine,
                document: donation.donor
            })
        );
    }

    function _legs(IFunds.Donation[] calldata donations) private pure returns (ILedger.Leg[] memory legs) {
        legs = new ILedger.Leg[](donations.length);
        for (uint256 i = 0; i < donations.length; i++) {
            IFunds.Donation calldata donation = donations[i];
            if (donation.donor == 0) revert DonationsDonorMissing(donation.bankLine);
            ILedger.Leg memory leg = legs[i];
            (leg.payee, leg.amount) = (Accounts.purpose(donation.purpose), donation.amountFen);
            (leg.reason, leg.cause, leg.document) = (ILedger.Reason.DONATION, donation.bankLine, donation.donor);
        }
    }

    function _attestHash(uint16 fund, uint32 bank, IFunds.Donation[] calldata donations, Authorization calldata authorization)
        private
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](donations.length);
        uint256 sumFen = 0;
        for (uint256 i = 0; i < donations.length; i++) {
            IFunds.Donation calldata donation = donations[i];
            unchecked {
                sumFen += donation.amountFen;
            }
            hashes[i] = keccak256(abi.encode(DONATION_TYPEHASH, donation));
        }
        uint64 totalFen = sumFen.toUint64();
        return keccak256(
            abi.encode(
                ATTEST_DONATIONS_TYPEHASH,
                ATTEST_ACTION,
                fund,
                bank,
                AmountText.hash(totalFen),
                totalFen,
                Lists.hash(hashes),
                authorization.nonce,
                authorization.deadline
            )
        );
    }
}
