// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICampaigns} from "../interfaces/ICampaigns.sol";
import {IIntents} from "../interfaces/IIntents.sol";
import {AmountText} from "./AmountText.sol";
import {Lists} from "./Lists.sol";

/// @dev Struct hashes of what is signed about gifts to campaigns (EIP-712).
library CampaignMessages {
    bytes32 private constant GIFT_TYPEHASH =
        keccak256("Gift(bytes32 bankLine,uint64 amountFen,uint32 bookedOn,bytes32 donor,uint32 household)");
    bytes32 private constant ATTEST_GIFTS_TYPEHASH = keccak256(
        "AttestGifts(string action,uint32 campaign,uint32 bank,string total,uint64 totalFen,Gift[] gifts,uint256 nonce,uint48 deadline)"
        "Gift(bytes32 bankLine,uint64 amountFen,uint32 bookedOn,bytes32 donor,uint32 household)"
    );
    bytes32 private constant REFUND_GIFT_TYPEHASH = keccak256(
        "RefundGift(string action,uint32 campaign,bytes32 bankLine,bytes32 outgoingBankLine,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant REVERSE_GIFT_TYPEHASH = keccak256(
        "ReverseGift(string action,uint32 campaign,bytes32 bankLine,bytes32 outgoingBankLine,bytes32 document,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant ATTEST_ACTION = keccak256(unicode"确认收到众筹款 Attest gifts to a campaign");
    bytes32 private constant REFUND_ACTION = keccak256(unicode"退回众筹款 Refund a gift");
    bytes32 private constant REVERSE_ACTION = keccak256(unicode"撤销众筹款 Reverse a gift");

    function attesting(
        uint32 campaign,
        uint32 bank,
        ICampaigns.Gift[] calldata gifts,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](gifts.length);
        uint64 totalFen = 0;
        for (uint256 i = 0; i < gifts.length; i++) {
            totalFen += gifts[i].amountFen;
            hashes[i] = _gift(gifts[i]);
        }
        return keccak256(
            abi.encode(
                ATTEST_GIFTS_TYPEHASH,
                ATTEST_ACTION,
                campaign,
                bank,
                AmountText.hash(totalFen),
                totalFen,
                Lists.hash(hashes),
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function refunding(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REFUND_GIFT_TYPEHASH,
                REFUND_ACTION,
                campaign,
                bankLine,
                outgoingBankLine,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function reversing(
        uint32 campaign,
        bytes32 bankLine,
        bytes32 outgoingBankLine,
        bytes32 document,
        IIntents.Authorization calldata authorization
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REVERSE_GIFT_TYPEHASH,
                REVERSE_ACTION,
                campaign,
                bankLine,
                outgoingBankLine,
                document,
                authorization.nonce,
                authorization.deadline
            )
        );
    }

    function _gift(ICampaigns.Gift calldata gift) private pure returns (bytes32) {
        return keccak256(
            abi.encode(GIFT_TYPEHASH, gift.bankLine, gift.amountFen, gift.bookedOn, gift.donor, gift.household)
        );
    }
}
