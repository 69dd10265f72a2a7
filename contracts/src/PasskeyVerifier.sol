// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";
import {IPasskeyVerifier} from "./interfaces/IPasskeyVerifier.sol";

/// @dev See {IPasskeyVerifier}. OpenZeppelin's library decides; what is here tells why it said no.
contract PasskeyVerifier is IPasskeyVerifier, IERC7913SignatureVerifier {
    using Bytes for bytes;

    bytes32 public immutable RP_ID_HASH;

    constructor(bytes32 rpIdHash) {
        RP_ID_HASH = rpIdHash;
    }

    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bool isDecoded, WebAuthn.WebAuthnAuth calldata auth) = WebAuthn.tryDecodeAuth(signature);
        if (!isDecoded || key.length != 64 || auth.authenticatorData.length < 37) revert PasskeyMalformed();
        bytes32 rpIdHash = bytes32(auth.authenticatorData);
        if (rpIdHash != RP_ID_HASH) revert PasskeyDomainMismatch(RP_ID_HASH, rpIdHash);
        // The library reads at the index before it compares, and what is far away costs all gas there is.
        if (auth.typeIndex >= bytes(auth.clientDataJSON).length) revert PasskeyTypeInvalid();
        bytes memory challenge = abi.encode(hash);
        if (!WebAuthn.verify(challenge, auth, bytes32(key[:32]), bytes32(key[32:]))) _explain(challenge, auth);
        return IERC7913SignatureVerifier.verify.selector;
    }

    function _explain(bytes memory challenge, WebAuthn.WebAuthnAuth memory auth) private pure {
        bytes memory client = bytes(auth.clientDataJSON);
        bytes1 flags = auth.authenticatorData[32];
        bytes1 needed = WebAuthn.AUTH_DATA_FLAGS_UP | WebAuthn.AUTH_DATA_FLAGS_UV;
        if (!_has(client, auth.typeIndex, '"type":"webauthn.get"')) revert PasskeyTypeInvalid();
        bytes memory expected = bytes.concat('"challenge":"', bytes(Base64.encodeURL(challenge)), '"');
        if (!_has(client, auth.challengeIndex, expected)) revert PasskeyChallengeInvalid();
        if (flags & needed != needed) revert PasskeyUserNotVerified(uint8(flags));
        if (uint256(auth.s) > P256.N / 2) revert PasskeySignatureInvalidS(auth.s);
        revert PasskeySignatureInvalid();
    }

    function _has(bytes memory text, uint256 start, bytes memory part) private pure returns (bool) {
        if (start > text.length || part.length > text.length - start) return false;
        return keccak256(text.slice(start, start + part.length)) == keccak256(part);
    }
}
