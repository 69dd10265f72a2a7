// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev The text of an amount as people sign it, made from the integer, so that the two cannot disagree.
library AmountText {
    /// @dev "CNY 12,500.00" for 1250000 fen.
    function cny(uint64 amountFen) internal pure returns (string memory) {
        uint256 digits = 3;
        for (uint256 rest = amountFen / 1000; rest != 0; rest /= 10) {
            digits++;
        }
        uint256 commas = (digits - 3) / 3;
        bytes memory text = new bytes(5 + digits + commas);
        uint256 position = text.length;
        uint256 value = amountFen;
        for (uint256 i = 0; i < digits; i++) {
            if (i == 2) text[--position] = ".";
            else if (i > 2 && (i - 2) % 3 == 0) text[--position] = ",";
            text[--position] = bytes1(uint8(48 + (value % 10)));
            value /= 10;
        }
        (text[0], text[1], text[2], text[3]) = ("C", "N", "Y", " ");
        return string(text);
    }
}
