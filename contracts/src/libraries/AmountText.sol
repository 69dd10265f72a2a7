// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ShortString} from "@openzeppelin/contracts/utils/ShortStrings.sol";

/// @dev The text of an amount as people sign it, made from the integer, so that the two cannot disagree.
library AmountText {
    /// @dev What stands for the text in a message. It is hashed where it stands, in scratch memory.
    function hash(uint64 amountFen) internal pure returns (bytes32 textHash) {
        ShortString text = cny(amountFen);
        assembly ("memory-safe") {
            mstore(0x00, text)
            textHash := keccak256(0x00, and(text, 0xff))
        }
    }

    /// @dev "CNY 12,500.00" for 1250000 fen. The longest text has 30 characters: it is made in one word, from the right,
    /// and nothing in it can overflow. A short string has its text on the left and its length in the last byte.
    function cny(uint64 amountFen) internal pure returns (ShortString) {
        unchecked {
            uint256 yuan = amountFen / 100;
            uint256 text = _digits(amountFen % 100) & 0xffff | uint256(uint8(bytes1("."))) << 16;
            uint256 bits = 24;
            for (; yuan >= 1000; yuan /= 1000) {
                text |= (_digits(yuan % 1000) | uint256(uint8(bytes1(","))) << 24) << bits;
                bits += 32;
            }
            // What is left of three digits has no zeros before it.
            uint256 places = yuan >= 100 ? 24 : yuan >= 10 ? 16 : 8;
            text |= (_digits(yuan) & ((1 << places) - 1)) << bits;
            bits += places;
            text |= uint256(uint32(bytes4("CNY "))) << bits;
            bits += 32;
            return ShortString.wrap(bytes32((text << (256 - bits)) | (bits >> 3)));
        }
    }

    /// @dev The three digits of a number below a thousand, one byte each.
    function _digits(uint256 number) private pure returns (uint256) {
        unchecked {
            return (48 + number / 100) << 16 | (48 + number / 10 % 10) << 8 | (48 + number % 10);
        }
    }
}
