// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Event log: heads of the append-only log of signed service events
/// @notice The log itself is kept off chain; its heads are anchored here, each larger than the one before. A leaf
/// proven under an anchored head was there at that block and cannot be taken out unnoticed. A leaf is used once, by
/// whichever module, for ever.
/// @dev Lives beside the ledger and is not replaced, so that a new version of a module knows which leaves were used.
/// RFC 9162 hashing with SHA-256. That each head extends the one before is proven by consistency proofs,
/// which auditors check; the contract only keeps order.
interface IEventLog {
    /// @notice A head of the log was anchored.
    /// @param size Number of leaves.
    /// @param root Merkle tree hash over them.
    /// @param ruleset Hash of the rules that judge events from now on.
    event HeadAnchored(uint64 indexed size, bytes32 indexed root, bytes32 ruleset);

    /// @notice The log has not grown.
    error EventLogNotGrown(uint64 anchoredSize, uint64 size);

    /// @notice A head may have at most `most` leaves more than the one before.
    error EventLogGrownTooFar(uint64 anchoredSize, uint64 size, uint64 most);

    /// @notice The caller is no module of the ledger.
    error EventLogModuleNotAdmitted(address caller);

    /// @notice The leaf is not proven in an anchored head of the log.
    error EventLogLeafNotAnchored(bytes32 leafHash, uint64 size);

    /// @notice The leaf was used before.
    error EventLogLeafUsed(bytes32 leafHash);

    /// @notice Anchors a head.
    /// @custom:act AnchorHead
    /// @custom:action 日志上链 Anchor the log
    /// @custom:notice-zh 把服务日志的最新状态记到链上。
    /// @custom:by log-keeper
    /// @custom:field size number
    /// @custom:field root hash
    /// @custom:field ruleset hash
    /// @custom:emits HeadAnchored
    /// @custom:undo none
    function anchor(uint64 size, bytes32 root, bytes32 ruleset) external;

    /// @notice Uses a leaf that stands at `index` in the head of `size`, once. For modules.
    /// @param leafHash SHA-256(0x00 || entry).
    /// @param path Inclusion path (RFC 9162, section 2.1.3.1), lowest first.
    /// @custom:no-act Part of `TimeBank.admitClaim`.
    function use(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path) external;

    /// @notice Leaves by which a head may exceed the one before: 2^20, more than a town's devices sign in a year.
    /// Without it one false head of 2^64 - 1 leaves would end the log for good, because no true one is larger.
    function MOST_NEW_LEAVES() external view returns (uint64);

    /// @notice Size of the latest anchored head.
    function anchoredSize() external view returns (uint64);

    /// @notice Root anchored for exactly this size; zero if none was.
    function rootAt(uint64 size) external view returns (bytes32);

    /// @notice Whether a leaf was used.
    function isUsed(bytes32 leafHash) external view returns (bool);

    /// @notice Whether a leaf stands at `index` in the head of `size`, which must be anchored.
    /// @param leafHash SHA-256(0x00 || entry).
    /// @param path Inclusion path (RFC 9162, section 2.1.3.1), lowest first.
    function includes(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path) external view returns (bool);
}
