// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {HeldKey} from "./libraries/HeldKey.sol";

/// @dev Whose signature it is, and which nonces are used up: the part of {Members} that every act asks first.
abstract contract Signers is IMembers, EIP712 {
    /// @dev An ECDSA signature. A longer one begins with its signer: verifier (20 bytes), x (32) and y (32).
    uint256 private constant WALLET_BYTES = 65;
    uint256 private constant SIGNER_BYTES = 84;
    /// @dev In its place stands what any key called back, so that one look spares one for each key.
    address internal constant ANY_KEY = address(0);

    address private immutable P256_VERIFIER;
    address private immutable PASSKEY_VERIFIER;

    /// @dev One bit for each nonce, 256 to a word.
    mapping(address taker => mapping(address key => mapping(uint256 word => uint256))) private _usedNonces;

    constructor(address p256Verifier, address passkeyVerifier) EIP712("Gongji Members", "1") {
        P256_VERIFIER = p256Verifier;
        PASSKEY_VERIFIER = passkeyVerifier;
    }

    // INTENTS

    function useIntent(bytes32 digest, Authorization calldata authorization) external returns (address) {
        return _useIntent(msg.sender, digest, authorization);
    }

    // READING

    function signerOf(bytes32 digest, bytes calldata signature) public view returns (address key) {
        if (signature.length <= SIGNER_BYTES) return ECDSA.recoverCalldata(digest, signature);
        address verifier = address(bytes20(signature));
        if (verifier != P256_VERIFIER && verifier != PASSKEY_VERIFIER) revert MembersVerifierUnknown(verifier);
        bytes calldata publicKey = signature[20:SIGNER_BYTES];
        key = address(uint160(uint256(keccak256(signature[:SIGNER_BYTES]))));
        bytes4 answer = IERC7913SignatureVerifier(verifier).verify(publicKey, digest, signature[SIGNER_BYTES:]);
        if (answer != IERC7913SignatureVerifier.verify.selector) revert MembersSignatureInvalid(key);
    }

    function signersOf(bytes32 digest, uint256 nonce, uint48 deadline, bytes[] calldata signatures)
        external
        view
        returns (HeldKey[] memory keys, address first)
    {
        _requireInTime(deadline);
        keys = new HeldKey[](signatures.length);
        bool anyCancelled = isNonceUsed(msg.sender, ANY_KEY, nonce);
        address cancelled = address(0);
        bool anyLeft = false;
        for (uint256 i = 0; i < signatures.length; i++) {
            address key = _signerIfAny(digest, signatures[i]);
            if (anyCancelled && key != address(0) && isNonceUsed(msg.sender, key, nonce)) {
                cancelled = key;
            } else {
                (keys[i], anyLeft) = (_heldKey(key), true);
                if (i == 0) first = key;
            }
        }
        if (!anyLeft) revert MembersNonceUsed(msg.sender, cancelled, nonce);
    }

    function isNonceUsed(address taker, address key, uint256 nonce) public view returns (bool) {
        return _usedNonces[taker][key][nonce >> 8] & _bitOf(nonce) != 0;
    }

    // PARTS

    /// @dev Whose own key it is, if it may act now.
    function _heldKey(address key) internal view virtual returns (HeldKey);

    /// @dev As in every contract that takes intents ({Intents}), but here nobody else needs to be asked.
    function _keyOf(bytes32 structHash, Authorization calldata authorization) internal returns (address) {
        if (authorization.signature.length == 0) return msg.sender;
        return _useIntent(address(this), _hashTypedDataV4(structHash), authorization);
    }

    /// @dev A false signature recovers to a stranger's key. Whose it is, the taker asks, as of who calls without a signature:
    /// what a key may do is the taker's rule, and the key of an office is no member's.
    function _useIntent(address taker, bytes32 digest, Authorization calldata authorization)
        internal
        returns (address key)
    {
        _requireInTime(authorization.deadline);
        key = signerOf(digest, authorization.signature);
        _useNonce(taker, key, authorization.nonce);
    }

    function _useNonce(address taker, address key, uint256 nonce) internal {
        mapping(uint256 word => uint256) storage used = _usedNonces[taker][key];
        (uint256 marked, uint256 bit) = (used[nonce >> 8], _bitOf(nonce));
        if (marked & bit != 0) revert MembersNonceUsed(taker, key, nonce);
        used[nonce >> 8] = marked | bit;
    }

    /// @dev Zero for a signature that is none, which leaves the others as they are. A verifier says so by failing.
    function _signerIfAny(bytes32 digest, bytes calldata signature) private view returns (address key) {
        if (signature.length <= SIGNER_BYTES) {
            (key,,) = ECDSA.tryRecoverCalldata(digest, signature);
        } else {
            try this.signerOf(digest, signature) returns (address signer) {
                key = signer;
            } catch {}
        }
    }

    function _noteCancelled(address taker, uint256 nonce) internal {
        _usedNonces[taker][ANY_KEY][nonce >> 8] |= _bitOf(nonce);
    }

    function _requireInTime(uint48 deadline) private view {
        if (block.timestamp > deadline) revert IntentExpired(deadline);
    }

    function _bitOf(uint256 nonce) private pure returns (uint256) {
        return 1 << (nonce & 0xff);
    }

    function _kindOf(bytes calldata signature) internal view returns (KeyKind) {
        if (signature.length == WALLET_BYTES) return KeyKind.WALLET;
        return address(bytes20(signature)) == P256_VERIFIER ? KeyKind.P256 : KeyKind.PASSKEY;
    }
}
