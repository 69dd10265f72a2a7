// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Intents: a member signs what is to happen, anyone carries it here
/// @notice An intent is an EIP-712 message with readable fields, signed by a member's key. Whoever submits it
/// can delay it but not alter it. A member may also call directly, with an empty signature: the caller is then
/// the key, and its account nonce protects against replay.
/// @dev Domain: name "Gongji <contract>", version "1", chain id, contract address (EIP-712, ERC-5267). {IMembers} verifies
/// every signature and keeps the nonces, one bit each for contract, key and number: in any order, so that two devices of one
/// member do not block each other, each once, and none after its key called it back. 256 neighbours share a word, which
/// costs less to mark than a new one.
interface IIntents {
    /// @notice How an act is authorised.
    /// @param nonce A number that the key has not used at this contract; ignored for a direct call.
    /// @param deadline Last second at which it may arrive, seconds since 1970; ignored for a direct call.
    /// @param signature 65 bytes over the intent, or empty for a direct call.
    struct Authorization {
        uint256 nonce;
        uint48 deadline;
        bytes signature;
    }

    /// @notice The intent arrived after its deadline.
    error IntentExpired(uint48 deadline);
}
