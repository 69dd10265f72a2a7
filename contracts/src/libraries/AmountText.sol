// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

/// @dev The text of an amount as people sign it, made from the integer, so that the two cannot disagree.
library AmountText {
    /// @dev "CNY 12,500.00" for 1250000 fen. The longest text has 30 characters: it is made in one word, from the right,
    /// and nothing in it can overflow.
    function cny(uint64 amountFen) internal pure returns (string memory) {
        unchecked {
            uint256 text = 0;
            uint256 bits = 0;
            uint256 rest = amountFen;
            for (uint256 digits = 0; digits < 3 || rest != 0; digits++) {
                if (digits == 2) {
                    text |= uint256(uint8(bytes1("."))) << bits;
                    bits += 8;
                } else if (digits > 2 && digits % 3 == 2) {
                    text |= uint256(uint8(bytes1(","))) << bits;
                    bits += 8;
                }
                text |= (48 + rest % 10) << bits;
                bits += 8;
                rest /= 10;
            }
            text |= uint256(uint32(bytes4("CNY "))) << bits;
            bits += 32;
            // A short string has its text on the left and its length in the last byte.
            return ShortStrings.toString(ShortString.wrap(bytes32((text << (256 - bits)) | (bits >> 3))));
        }
    }
}
