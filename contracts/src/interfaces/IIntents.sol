// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Intents: a member signs what is to happen, anyone carries it here
/// @notice An intent is an EIP-712 message with readable fields, signed by a member's key. Whoever submits it
/// can delay it but not alter it. A member may also call directly, with an empty signature: the caller is then
/// the key, and its account nonce protects against replay.
/// @dev Domain: name "Gongji <contract>", version "1", chain id, contract address (EIP-712, ERC-5267). Signatures
/// are 65 bytes, low-s only. Nonces are keyed (upper 192 bits name a lane, lower 64 bits count up in it from 0),
/// so that two devices of one member do not block each other; a stale, reused or early one is refused with
/// OpenZeppelin's `InvalidAccountNonce(account, currentNonce)`.
interface IIntents {
    /// @notice How an act is authorised.
    /// @param nonce Next nonce of the key in its lane; ignored for a direct call, and for acts that use up none.
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
