// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Receipts: whose word counts for when something signed was received
/// @notice A portal acknowledges what a member signed with a receipt, signed by its receipt key: what, by which key, and
/// when. An objection that was acknowledged within the notice counts although it reached the chain later, so that nobody who
/// carries it can hold it back until it is too late.
/// @dev A receipt key that backdates lets in objections within {IRounds}' grace, and nothing else. One that gives no
/// receipts is seen at once by who signed. A receipt of what never came here is proof against who gave it. Lives beside the
/// ledger, so that receipts outlive the module for requests.
interface IReceipts {
    /// @notice What a portal signs.
    /// @param receivedAt When what was signed was received, seconds since 1970.
    /// @param signature The portal's, 65 bytes, over the message `Receipt`.
    struct Acknowledgement {
        uint48 receivedAt;
        bytes signature;
    }

    /// @notice The receipts of a key count, if they are dated from now on.
    /// @param key The key of a portal.
    event ReceiptKeyAdmitted(address indexed key);

    /// @notice The receipts of a key count only if they are dated before now.
    /// @param key The key of a portal.
    event ReceiptKeyEnded(address indexed key);

    /// @notice The key is zero, or was admitted before: a key is admitted once.
    error ReceiptKeyTaken(address key);

    /// @notice The key was never admitted, or was not in force at this time.
    error ReceiptKeyNotInForce(address key, uint48 date);

    /// @notice Admits the receipt key of a portal. Each portal has one of its own.
    /// @param key Its address.
    /// @custom:act AdmitReceiptKey
    /// @custom:action 启用回执密钥 Admit a receipt key
    /// @custom:notice-zh 从此承认一个门户用这把密钥签的回执；回执写明什么时候收到了您签的内容。
    /// @custom:by steward
    /// @custom:field key key
    /// @custom:emits ReceiptKeyAdmitted
    /// @custom:undo EndReceiptKey
    function admitReceiptKey(address key) external;

    /// @notice Ends a receipt key. What it acknowledged before counts on.
    /// @param key Its address.
    /// @custom:act EndReceiptKey
    /// @custom:action 停用回执密钥 End a receipt key
    /// @custom:notice-zh 不再承认这把密钥以后签的回执；以前签的仍然有效。
    /// @custom:by steward
    /// @custom:field key key
    /// @custom:emits ReceiptKeyEnded
    /// @custom:undo none
    function endReceiptKey(address key) external;

    /// @notice Reverts unless a key that was in force at its date signed the receipt.
    /// @param digest What the member signed (EIP-712).
    /// @param signer Key of the member.
    function requireReceipt(bytes32 digest, address signer, Acknowledgement calldata acknowledgement) external view;

    /// @notice From when to when receipts of a key count, seconds since 1970: `endedAt` is the first second at which they do
    /// not, 0 while they do; both are 0 for a key that was never admitted.
    function receiptKeyTerm(address key) external view returns (uint48 since, uint48 endedAt);
}
