// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Event log: heads of the append-only log of signed service events
/// @notice The log itself is kept off chain; its heads are anchored here. Each is proven to go on from the one before, with
/// all its leaves in their places and more behind them, so a leaf proven under an anchored head was there at that block, stays
/// there, and has one place for ever. A leaf is used once, by whichever module.
/// @dev Lives beside the ledger and is not replaced, so that a new version of a module knows which leaves were used. RFC 9162
/// hashing with SHA-256. What is proven is that nothing is taken out: that each leaf is an event that a device signed, and stands
/// there once, is for whoever has the leaves to check, as auditors do.
interface IEventLog {
    /// @notice A leaf of the log with its proof.
    /// @param leafHash SHA-256(0x00 || signed event).
    /// @param index Its place in the log, from 0.
    /// @param path Inclusion path (RFC 9162, section 2.1.3.1), lowest first.
    /// @custom:field leafHash hash
    /// @custom:field index number
    /// @custom:field path hash
    struct Leaf {
        bytes32 leafHash;
        uint64 index;
        bytes32[] path;
    }

    /// @notice A head of the log was anchored.
    /// @param size Number of leaves.
    /// @param root Merkle tree hash over them.
    /// @param ruleset Hash of the rules that judge events from now on.
    event HeadAnchored(uint64 indexed size, bytes32 indexed root, bytes32 ruleset);

    /// @notice Heads of more leaves than `size` were false and hold no more: the log goes on from the head of `size`.
    /// @param size Leaves of the head that holds; 0 if none does.
    event LogResumed(uint64 indexed size);

    /// @notice The log has not grown.
    error EventLogNotGrown(uint64 anchoredSize, uint64 size);

    /// @notice A head may have at most `most` leaves more than the one before.
    error EventLogGrownTooFar(uint64 anchoredSize, uint64 size, uint64 most);

    /// @notice It is not proven that the head goes on from the one before.
    error EventLogNotContinued(uint64 anchoredSize, uint64 size);

    /// @notice There is no head of this size before the latest one.
    error EventLogHeadUnknown(uint64 size);

    /// @notice The caller is no module of the ledger.
    error EventLogModuleNotAdmitted(address caller);

    /// @notice The leaf is not proven in an anchored head of the log.
    error EventLogLeafNotAnchored(bytes32 leafHash, uint64 size);

    /// @notice The leaf was used before.
    error EventLogLeafUsed(bytes32 leafHash);

    /// @notice Anchors a head.
    /// @param path Consistency path from the head before (RFC 9162, section 2.1.4.1); of the first head nothing is asked.
    /// @custom:act AnchorHead
    /// @custom:action 日志上链 Anchor the log
    /// @custom:notice-zh 把服务日志的最新状态记到链上，并证明它接着上一次的状态。
    /// @custom:by log-keeper
    /// @custom:field size number
    /// @custom:field root hash
    /// @custom:field ruleset hash
    /// @custom:field path hash
    /// @custom:emits HeadAnchored
    /// @custom:undo ResumeLog
    function anchor(uint64 size, bytes32 root, bytes32 ruleset, bytes32[] calldata path) external;

    /// @notice Sets false heads aside, so that the true log goes on from the last head that holds. No true head goes on from a
    /// false one, so without this one stolen key would end the log for good. What was used under false heads stays used for the
    /// tasks of then, and is seen by auditors; later heads count their leaves anew.
    /// @param size Leaves of the head that holds; 0 if none does.
    /// @custom:act ResumeLog
    /// @custom:action 作废虚假的日志状态 Set false heads of the log aside
    /// @custom:notice-zh 把虚假的日志状态作废，服务日志从最后一个真实的状态继续。
    /// @custom:by steward
    /// @custom:field size number
    /// @custom:emits LogResumed
    /// @custom:undo AnchorHead
    function resume(uint64 size) external;

    /// @notice Uses two leaves of the head of `size`, as the two ends of a visit, each once. For modules.
    /// @custom:no-act Part of `TimeBank.admitClaim`.
    function use(uint64 size, Leaf calldata first, Leaf calldata second) external;

    /// @notice Leaves by which a head may exceed the one before: 2^20, more than a town's devices sign in a year. A proof shows
    /// what stays, not that what is new is true: without a bound one false head of 2^64 - 1 leaves would leave no larger size.
    function MOST_NEW_LEAVES() external view returns (uint64);

    /// @notice Size of the latest head that holds.
    function anchoredSize() external view returns (uint64);

    /// @notice How often false heads were set aside.
    function branch() external view returns (uint32);

    /// @notice Root anchored for exactly this size; zero if none was, or if it holds no more.
    function rootAt(uint64 size) external view returns (bytes32);

    /// @notice Whether the leaf at a place was used.
    function isUsed(uint64 index) external view returns (bool);

    /// @notice Whether a leaf stands at `index` in the head of `size`, which must be anchored.
    /// @param leafHash SHA-256(0x00 || entry).
    /// @param path Inclusion path (RFC 9162, section 2.1.3.1), lowest first.
    function includes(uint64 size, bytes32 leafHash, uint64 index, bytes32[] calldata path) external view returns (bool);
}
