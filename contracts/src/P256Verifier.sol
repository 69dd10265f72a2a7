// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";

/// @title P256Verifier: verifies signatures of P-256 keys, as ERC-7913 asks
/// @notice For keys in cards, chips and programs that sign the digest itself. It is OpenZeppelin's, unaltered.
contract P256Verifier is ERC7913P256Verifier {}
