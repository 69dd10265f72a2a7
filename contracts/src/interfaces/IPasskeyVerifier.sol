// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title PasskeyVerifier: verifies signatures of passkeys, as ERC-7913 asks
/// @notice A passkey signs a challenge, which is the digest of what its holder does, for one domain, after the device has
/// verified its holder by fingerprint, face or code (Web Authentication Level 2, section 7.2).
/// @dev The counter of signatures is not used: passkeys that are synced between devices do not count, and what a copied
/// passkey could do, nonces do not prevent. What is not protected: what the page showed, since the device shows none of it.
interface IPasskeyVerifier {
    /// @notice The signature is not the encoding of a WebAuthnAuth, or its authenticator data are too short.
    error PasskeyMalformed();

    /// @notice The passkey is for another domain than the town's.
    error PasskeyDomainMismatch(bytes32 expected, bytes32 found);

    /// @notice The client data are not those of a signature, at the index that was named.
    error PasskeyTypeInvalid();

    /// @notice Something else was signed: the challenge is not the digest, at the index that was named.
    error PasskeyChallengeInvalid();

    /// @notice The device did not see its holder, or did not verify who it is.
    error PasskeyUserNotVerified(uint8 flags);

    /// @notice s is in the upper half of the order: the twin of a signature that is valid.
    error PasskeySignatureInvalidS(bytes32 s);

    /// @notice The key did not sign this.
    error PasskeySignatureInvalid();

    /// @notice SHA-256 of the town's domain, for which alone a passkey counts.
    function RP_ID_HASH() external view returns (bytes32);
}
