// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IIntents} from "./IIntents.sol";
import {HeldKey} from "../libraries/HeldKey.sol";

/// @title Members: who may act, with which key, in which role, until when
/// @notice A member is known by a random id. Names, phones and addresses are never here.
/// @dev Keys and roles are judged by block time, so that an auditor can judge any past act. A key is an address: that of a
/// wallet, or the last 20 bytes of keccak256(signer) for an ERC-7913 signer of 84 bytes: verifier (20), x (32), y (32). Two
/// verifiers count, for ever: {P256Verifier} and {IPasskeyVerifier}. A signature of 65 bytes is ECDSA; a longer one is the
/// signer, then what its verifier takes. Contracts have no keys (ERC-1271): an auditor without a chain could not verify them.
/// Only {IDelegations} holds some, which sign nothing: an auditor sees the clerk's signature in the call of the desk.
/// What is not protected: the registrar decides who is a member. Each of its acts is an event. A thief of a settled key can
/// name guardians and replace the key, which its owner, who still has it, or a guardian refuses; and the other way round,
/// a thief can refuse what the owner does, until the registrar ends the key. Two guardians together bring a key to whoever
/// has none that works, though a third one refuses once.
interface IMembers is IIntents {
    /// @notice What kind of member it is.
    enum MemberKind {
        NONE,
        PERSON,
        ORGANISATION
    }

    /// @notice What a member may do, within a scope.
    /// @dev The scope of RESIDENT, TREASURER, COORDINATOR and CLERK is a fund id, of FOREMAN an enterprise id.
    enum Role {
        NONE,
        RESIDENT,
        TREASURER,
        COORDINATOR,
        FOREMAN,
        CLERK
    }

    /// @notice How a key signs. One of a DESK signs nothing: {IDelegations} holds it.
    enum KeyKind {
        WALLET,
        P256,
        PASSKEY,
        DESK
    }

    /// @notice A key of a member. Times are seconds since 1970.
    /// @dev Votes of a round are those of keys that might act as it began: `validFrom` tells.
    /// @param member Whose key it is, zero if unknown.
    /// @param kind How it signs.
    /// @param validFrom First second at which it may act.
    /// @param refusableUntil First second at which it cannot be refused any more, and may act on keys and guardians; 0 for
    /// one that nobody could refuse. Of a DESK its end: it never acts on these, and is refused at any time.
    /// @param endsAt First second at which it may not act any more; 0 while no end is set.
    struct Key {
        bytes16 member;
        KeyKind kind;
        uint40 validFrom;
        uint40 refusableUntil;
        uint40 endsAt;
    }

    /// @notice A member joined.
    /// @param member Random id.
    /// @param kind Person or organisation.
    /// @param household Pseudonymous id of the household, or zero.
    event MemberRegistered(bytes16 indexed member, MemberKind kind, bytes16 indexed household);

    /// @notice A member is of another household from this block on: after a marriage, or a move.
    /// @param member Who it is.
    /// @param household Pseudonymous id of the household, or zero for none.
    event HouseholdChanged(bytes16 indexed member, bytes16 indexed household);

    /// @notice A member moved away or died: every key ends, and none is added.
    /// @dev Roles, seats and guardianships stand as granted, and nobody acts in them. What the member voted and signed before
    /// counts. Wages that are due are paid by the treasurer, hours stay in the member's account, and what was begun ends
    /// by its date.
    /// @param member Who it was.
    event MembershipEnded(bytes16 indexed member);

    /// @notice A membership that had ended goes on. Its keys do not: it takes a new one.
    /// @param member Who it is.
    event MembershipRestored(bytes16 indexed member);

    /// @notice A household was placed in a building, or moved.
    /// @param household Pseudonymous id of the household.
    /// @param building Pseudonymous id of the building, or zero.
    event HouseholdPlaced(bytes16 indexed household, bytes16 indexed building);

    /// @notice A key was added; it may act for a member from a moment on, but not in rounds of votes that ran before.
    /// @param member Whose key it is.
    /// @param key Address of the key.
    /// @param kind How it signs.
    /// @param validFrom First second at which it may act, seconds since 1970.
    /// @param refusableUntil First second at which it cannot be refused any more, seconds since 1970; 0 if nobody could. Of a
    /// DESK that is its end, too.
    event KeyAdded(
        bytes16 indexed member, address indexed key, KeyKind kind, uint40 validFrom, uint40 refusableUntil
    );

    /// @notice A member replaced a key, which goes on until a moment.
    /// @param member Whose key it is.
    /// @param key Key that was replaced.
    /// @param newKey Key that replaces it.
    /// @param endsAt First second at which the replaced key may not act any more, seconds since 1970.
    event KeyReplaced(bytes16 indexed member, address indexed key, address indexed newKey, uint40 endsAt);

    /// @notice A new key was refused, and ends.
    /// @param member Whose key it was to be.
    /// @param key Address of the key.
    /// @param refuser Member who refused it: the same one, or a guardian.
    event KeyRefused(bytes16 indexed member, address indexed key, bytes16 indexed refuser);

    /// @notice A key may not act any more from this block on. Only one that never might can be brought again, to the same
    /// member.
    /// @param member Whose key it was.
    /// @param key Address of the key.
    event KeyEnded(bytes16 indexed member, address indexed key);

    /// @notice A key that was replaced goes on without an end, since the one that replaced it ended.
    /// @param member Whose key it is.
    /// @param key Address of the key.
    event KeyKept(bytes16 indexed member, address indexed key);

    /// @notice A member named a guardian.
    /// @param member Who named one.
    /// @param guardian Member who may refuse a new key, and with another guardian bring one.
    event GuardianNamed(bytes16 indexed member, bytes16 indexed guardian);

    /// @notice A member dismissed a guardian, who goes on until a moment.
    /// @param member Who dismissed one.
    /// @param guardian Member who was the guardian.
    /// @param endsAt First second at which the guardian is none any more, seconds since 1970.
    event GuardianDismissed(bytes16 indexed member, bytes16 indexed guardian, uint40 endsAt);

    /// @notice A guardian signed for a new key of a member. The second one to sign adds it.
    /// @param member Whose key it is to be.
    /// @param newKey Address of the key.
    /// @param guardian Member who signed.
    /// @param lapsesAt First second at which a second guardian comes too late, seconds since 1970.
    event RecoverySigned(
        bytes16 indexed member, address indexed newKey, bytes16 indexed guardian, uint40 lapsesAt
    );

    /// @notice A member holds a role until a moment. A new grant replaces the old end.
    /// @param member Who holds it.
    /// @param role Which role.
    /// @param scope Fund or enterprise it is for.
    /// @param validUntil First second at which it is over, seconds since 1970; that of the block where it was ended.
    event RoleGranted(bytes16 indexed member, Role indexed role, uint32 indexed scope, uint48 validUntil);

    /// @notice A key called back what it had signed for a contract, or may have.
    /// @param member Whose key it is; zero for the key of an office that is no member's.
    /// @param key Address of the key.
    /// @param taker Contract that would have taken the intent.
    /// @param nonce Nonce of the intent, 32 bytes.
    event IntentCancelled(bytes16 indexed member, address indexed key, address taker, bytes32 nonce);

    /// @notice The member id is zero or taken.
    error MembersMemberExists(bytes16 member);

    /// @notice No member has this id.
    error MembersMemberUnknown(bytes16 member);

    /// @notice The membership has ended: it is restored first.
    error MembersMembershipEnded(bytes16 member, uint40 endedAt);

    /// @notice Only a membership that ended is restored.
    error MembersMembershipGoesOn(bytes16 member);

    /// @notice The member is of this household already.
    error MembersHouseholdUnchanged(bytes16 member, bytes16 household);

    /// @notice The guardian refused this key before: once each, then others decide.
    error MembersKeyRefusedBefore(address key, bytes16 guardian);

    /// @notice A household of zeros is none.
    error MembersHouseholdMissing();

    /// @notice A member needs a kind.
    error MembersKindMissing(bytes16 member);

    /// @notice The key is zero or was used before, by anyone.
    error MembersKeyTaken(address key);

    /// @notice No member has this key.
    error MembersKeyUnknown(address key);

    /// @notice The key's time was over.
    error MembersKeyEnded(address key, uint40 endsAt);

    /// @notice The key may act only from a moment on, seconds since 1970.
    error MembersKeyWaits(address key, uint40 validFrom);

    /// @notice A key that can still be refused acts on no keys and guardians before this moment, seconds since 1970.
    error MembersKeyTooNew(address key, uint40 refusableUntil);

    /// @notice The key was replaced already, and ends at a moment, seconds since 1970.
    error MembersKeyReplaced(address key, uint40 endsAt);

    /// @notice The time to refuse the key is over, since a moment, seconds since 1970; 0 if there was none.
    error MembersKeySettled(address key, uint40 refusableUntil);

    /// @notice The proof that the member holds the key is by another key.
    error MembersPossessionMissing(bytes16 member, address key, address signer);

    /// @notice The signature names a verifier that is none of the two.
    error MembersVerifierUnknown(address verifier);

    /// @notice The key did not sign this.
    error MembersSignatureInvalid(address key);

    /// @notice Nobody is the own guardian.
    error MembersGuardianSelf(bytes16 member);

    /// @notice Who may end a delegation beside the person has a key to do so.
    error MembersGuardianWithoutKey(bytes16 guardian);

    /// @notice Who acted about this at a desk for a person does not decide about it: another one does.
    error MembersActedAtDesk(bytes16 thing, bytes16 member);

    /// @notice The member has named this guardian already.
    error MembersGuardianNamed(bytes16 member, bytes16 guardian);

    /// @notice The second is not a guardian of the first.
    error MembersGuardianMissing(bytes16 member, bytes16 guardian);

    /// @notice The guardian has signed for this key already: it takes a second one.
    error MembersRecoverySigned(bytes16 member, address newKey, bytes16 guardian);

    /// @notice The key used this nonce at the contract that takes the intent, or called it back.
    error MembersNonceUsed(address taker, address key, uint256 nonce);

    /// @notice A role is granted until a moment that is to come.
    error MembersRoleOverBefore(uint48 validUntil);

    /// @notice Only a role that a member holds can be ended.
    error MembersRoleNotHeld(bytes16 member, Role role, uint32 scope);

    /// @notice The member does not hold the role now.
    error MembersRoleMissing(bytes16 member, Role role, uint32 scope);

    /// @notice Registers a member with a first key, which may act at once.
    /// @param member Random id, not zero, not taken.
    /// @param kind Person or organisation.
    /// @param household Pseudonymous id of the household, or zero.
    /// @param key Address of the first key.
    /// @param possession Signature of this key over HoldKey(string action,bytes16 member): that the member holds it.
    /// @custom:act RegisterMember
    /// @custom:action 登记成员 Register a member
    /// @custom:notice-zh 登记一位成员和他的第一把密钥。
    /// @custom:by registrar
    /// @custom:field member new-id
    /// @custom:field kind choice
    /// @custom:field household id
    /// @custom:field key key
    /// @custom:field possession possession
    /// @custom:emits MemberRegistered KeyAdded
    /// @custom:undo none
    function register(
        bytes16 member,
        MemberKind kind,
        bytes16 household,
        address key,
        bytes calldata possession
    ) external;

    /// @notice Says of which household a member is from now on, after a marriage or a move.
    /// @param household Pseudonymous id of the household, or zero for none.
    /// @custom:act ChangeHousehold
    /// @custom:action 变更成员住户 Change the household of a member
    /// @custom:notice-zh 成员结婚、分户或搬家后，登记他现在属于哪一户。以前的事仍按原来的住户算。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field household id
    /// @custom:emits HouseholdChanged
    /// @custom:undo ChangeHousehold
    function changeHousehold(bytes16 member, bytes16 household) external;

    /// @notice Ends a membership, of who moved away or died, at once: every key ends.
    /// @custom:act EndMembership
    /// @custom:action 终止成员资格 End a membership
    /// @custom:notice-zh 成员搬走或去世：他的密钥马上全部失效，角色、席位、守护人身份都不能再用；应得的工钱照付，时长留在他名下。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:emits MembershipEnded KeyEnded KeyKept
    /// @custom:undo RestoreMembership
    function endMembership(bytes16 member) external;

    /// @notice Restores a membership that ended by mistake, or of who came back. It takes a new key.
    /// @custom:act RestoreMembership
    /// @custom:action 恢复成员资格 Restore a membership
    /// @custom:notice-zh 恢复误办终止或已经搬回来的成员。原来的密钥不恢复，要另外登记新的。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:emits MembershipRestored
    /// @custom:undo EndMembership
    function restoreMembership(bytes16 member) external;

    /// @notice Places a household in a building; in one of zeros if it has left.
    /// @custom:act PlaceHousehold
    /// @custom:action 登记住户楼栋 Place a household
    /// @custom:notice-zh 登记一户住在哪栋楼。
    /// @custom:by registrar
    /// @custom:field household id
    /// @custom:field building id
    /// @custom:emits HouseholdPlaced
    /// @custom:undo PlaceHousehold
    function placeHousehold(bytes16 household, bytes16 building) external;

    /// @notice Adds a key to a member. If the member has a key that works, or ever named a guardian, it waits and can be
    /// refused.
    /// @param possession Signature of the new key over HoldKey(string action,bytes16 member): that the member holds it.
    /// @custom:act AddKey
    /// @custom:action 添加密钥 Add a key
    /// @custom:notice-zh 给成员多登记一把密钥。成员还有能用的密钥或指定过守护人的，新密钥要等十五天，期间可以拒绝。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field key key
    /// @custom:field possession possession
    /// @custom:emits KeyAdded
    /// @custom:undo EndKey
    function addKey(bytes16 member, address key, bytes calldata possession) external;

    /// @notice Adds a key of a desk for {IDelegations}, which made its address and holds it. It counts as no key with which the
    /// member works.
    /// @param guardian Member who may refuse it as the person may, and has a key to do so. No guardian of other keys.
    /// @param endsAt First second at which it is over, seconds since 1970.
    /// @custom:no-act Part of the opening of a delegation.
    function addDeskKey(bytes16 member, address key, bytes16 guardian, uint40 validFrom, uint40 endsAt) external;

    /// @notice Keeps that a clerk did something about a thing for a person at a desk, for good.
    /// @param thing Id of a redemption or a lot.
    /// @param clerk Member who did it.
    /// @custom:no-act Part of what a desk does for a person.
    function noteDeskAct(bytes16 thing, bytes16 clerk) external;

    /// @notice Ends a key, lost or stolen, also one that waits. One that it replaced goes on.
    /// @custom:act EndKey
    /// @custom:action 注销密钥 End a key
    /// @custom:notice-zh 让一把密钥失效，以后不能再用它签名。
    /// @custom:by registrar
    /// @custom:field key key
    /// @custom:emits KeyEnded KeyKept
    /// @custom:undo none
    function endKey(address key) external;

    /// @notice Replaces the signer's own key. The new one may act at once; the old one goes on for KEY_DELAY, and can refuse.
    /// @dev Otherwise a thief would lock the owner out. The new key has no part in rounds that run, and in that time none in
    /// acts on keys and guardians.
    /// @param newKey Address of the new key.
    /// @param possession Signature of the new key over HoldKey(string action,bytes16 member): that the member holds it.
    /// @custom:act RotateKey
    /// @custom:message RotateKey(string action,address newKey,bytes possession,uint256 nonce,uint48 deadline)
    /// @custom:action 更换密钥 Replace my key
    /// @custom:notice-zh 换一把新密钥。新密钥马上能用，旧密钥十五天后作废，期间可以用旧密钥或由守护人拒绝新密钥。
    /// @custom:by member
    /// @custom:field newKey key
    /// @custom:field possession possession
    /// @custom:field authorization authorization
    /// @custom:emits KeyAdded KeyReplaced
    /// @custom:undo RefuseKey
    function rotateKey(address newKey, bytes calldata possession, Authorization calldata authorization) external;

    /// @notice Refuses a new key while there is time: it ends, and the one that it replaced goes on.
    /// @dev By a key of the same member that works, as often as it is brought; or by a guardian, who refuses a key that waits
    /// once: two others outvote him by recovering it again, and so does the registrar after a public wait. A key that nobody could
    /// refuse any more, and that ended less than {KEY_DELAY} ago, refuses one that waits: who brings it cannot end it first.
    /// @param key Address of the new key.
    /// @custom:act RefuseKey
    /// @custom:message RefuseKey(string action,address key,uint256 nonce,uint48 deadline)
    /// @custom:action 拒绝新密钥 Refuse a new key
    /// @custom:notice-zh 拒绝自己或您守护的成员的一把新密钥：它立即作废，被换下的旧密钥继续有效。守护人对还不能用的同一把密钥只能拒绝一次。
    /// @custom:by member
    /// @custom:by key-guardian
    /// @custom:field key key
    /// @custom:field authorization authorization
    /// @custom:emits KeyRefused KeyEnded KeyKept
    /// @custom:undo none
    function refuseKey(address key, Authorization calldata authorization) external;

    /// @notice Names a guardian, at once: another member who may refuse a new key, and with a second guardian bring one.
    /// @param guardian Member who is the guardian from now on.
    /// @custom:act NameGuardian
    /// @custom:message ActOnGuardian(string action,bytes16 guardian,uint256 nonce,uint48 deadline)
    /// @custom:action 指定守护人 Name a guardian
    /// @custom:notice-zh 指定一位成员做守护人：他可以替您拒绝新密钥；您丢了密钥，两位守护人可以帮您登记新的。
    /// @custom:by member
    /// @custom:field guardian member
    /// @custom:field authorization authorization
    /// @custom:emits GuardianNamed
    /// @custom:undo DismissGuardian
    function nameGuardian(bytes16 guardian, Authorization calldata authorization) external;

    /// @notice Dismisses a guardian, who goes on for KEY_DELAY: otherwise a thief would dismiss the guardians first.
    /// @param guardian Member who is the guardian.
    /// @custom:act DismissGuardian
    /// @custom:message ActOnGuardian(string action,bytes16 guardian,uint256 nonce,uint48 deadline)
    /// @custom:action 解除守护人 Dismiss a guardian
    /// @custom:notice-zh 不再要一位守护人。十五天后生效，免得偷了密钥的人先把守护人都解除。
    /// @custom:by member
    /// @custom:field guardian member
    /// @custom:field authorization authorization
    /// @custom:emits GuardianDismissed
    /// @custom:undo NameGuardian
    function dismissGuardian(bytes16 guardian, Authorization calldata authorization) external;

    /// @notice Signs as a guardian for a new key of a member who lost theirs. The second guardian who signs for it adds it;
    /// it waits for KEY_DELAY, in which every key that works can refuse it, and every guardian once. If a guardian refused it,
    /// two sign for it anew.
    /// @param member Member who lost a key.
    /// @param newKey Address of the new key.
    /// @param possession Signature of the new key over HoldKey(string action,bytes16 member): that the member holds it.
    /// @custom:act RecoverKey
    /// @custom:message RecoverKey(string action,bytes16 member,address newKey,bytes possession,uint256 nonce,uint48 deadline)
    /// @custom:action 为成员恢复密钥 Recover a key of a member
    /// @custom:notice-zh 作为守护人，替丢了密钥的成员登记新密钥。要两位守护人签名；新密钥等十五天才能用，期间可以拒绝。
    /// @custom:by key-guardian of member
    /// @custom:field member member
    /// @custom:field newKey key
    /// @custom:field possession possession
    /// @custom:field authorization authorization
    /// @custom:emits RecoverySigned KeyAdded
    /// @custom:undo RefuseKey
    function recoverKey(
        bytes16 member,
        address newKey,
        bytes calldata possession,
        Authorization calldata authorization
    ) external;

    /// @notice Calls back an intent that the own key signed and nobody has carried yet: its nonce is used up.
    /// @dev Each key for itself, that of an office too. What a lost key signed ends with the key ({endKey}).
    /// @param taker Contract that would take the intent.
    /// @param cancelledNonce Nonce of the intent; for an approval see {IDisbursements}.
    /// @custom:act CancelIntent
    /// @custom:message CancelIntent(string action,address taker,uint256 cancelledNonce,uint256 nonce,uint48 deadline)
    /// @custom:action 收回签名 Call back a signature
    /// @custom:notice-zh 收回签过但还没有办的一份签名，它以后不能再用。
    /// @custom:by member
    /// @custom:by holder
    /// @custom:field taker key
    /// @custom:field cancelledNonce number
    /// @custom:field authorization authorization
    /// @custom:emits IntentCancelled
    /// @custom:undo none
    function cancelIntent(address taker, uint256 cancelledNonce, Authorization calldata authorization) external;

    /// @notice Verifies an intent for the contract that calls, and uses up its nonce there.
    /// @dev Anyone may call: nonces are kept by caller, so that nobody but a contract itself uses up those for it.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @return key The key that signed. Whether it is a member's or an office's, and in force, the contract that calls asks.
    /// @custom:no-act Part of every act that a member signs.
    function useIntent(bytes32 digest, Authorization calldata authorization) external returns (address key);

    /// @notice As {useIntent}, for an act that only members do: refused unless the key is a member's and in force.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @return member Whose key signed.
    /// @custom:no-act Part of every act that a member signs.
    function useMemberIntent(bytes32 digest, Authorization calldata authorization) external returns (bytes16 member);

    /// @notice As {useMemberIntent}, for an act of whoever holds a role: refused unless the member holds it now.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @param scope Fund or enterprise of the role.
    /// @return member Whose key signed.
    /// @custom:no-act Part of every act that needs a role.
    function useRoleIntent(bytes32 digest, Authorization calldata authorization, Role role, uint32 scope)
        external
        returns (bytes16 member);

    /// @notice Grants a role until a moment to come; replaces the end of a grant before.
    /// @param validUntil First second at which it is over, seconds since 1970.
    /// @custom:act GrantRole
    /// @custom:action 授予角色 Grant a role
    /// @custom:notice-zh 授予成员一个角色，到某一天为止。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field role choice
    /// @custom:field scope id
    /// @custom:field validUntil date
    /// @custom:emits RoleGranted
    /// @custom:undo EndRole
    function grantRole(bytes16 member, Role role, uint32 scope, uint48 validUntil) external;

    /// @notice Ends a role that a member holds, now.
    /// @custom:act EndRole
    /// @custom:action 收回角色 End a role
    /// @custom:notice-zh 立即收回成员的一个角色。
    /// @custom:by registrar
    /// @custom:field member member
    /// @custom:field role choice
    /// @custom:field scope id
    /// @custom:emits RoleGranted
    /// @custom:undo GrantRole
    function endRole(bytes16 member, Role role, uint32 scope) external;

    /// @notice Refuses a member who acted about a thing at a desk: who began something for a person does not decide it. Members are
    /// told apart by the last four bytes of their ids, so that a module may ask of whom it kept no more.
    /// @param thing Id of a redemption or a lot.
    /// @param member Who decides, or decided before.
    function requireNoDeskAct(bytes16 thing, bytes16 member) external view;

    /// @notice The member beside the person who may refuse the key of a desk; zero for other keys.
    function deskGuardianOf(address key) external view returns (bytes16 guardian);

    /// @notice The key that signed. Reverts if none did; whether it is a member's, {memberOf} says.
    /// @param digest What was signed: an EIP-712 digest.
    /// @param signature 65 bytes of ECDSA with v, or the 84 bytes of a signer and what its verifier takes.
    function signerOf(bytes32 digest, bytes calldata signature) external view returns (address key);

    /// @notice The keys that signed the same message for the contract that calls, as {heldKey} tells of each: zero for a signature
    /// that is none, and, once anybody called this nonce back here, of a key that called it back or used it. Reverts if none is left.
    /// @param digest What was signed: the EIP-712 digest in the domain of the contract that calls.
    /// @param nonce The nonce that they share; it is not used up.
    /// @param deadline Last second at which they may arrive, seconds since 1970.
    /// @return keys One for each signature.
    /// @return first The key of the first one; zero if it is none or was left out.
    function signersOf(bytes32 digest, uint256 nonce, uint48 deadline, bytes[] calldata signatures)
        external
        view
        returns (HeldKey[] memory keys, address first);

    /// @notice Whether a key used a nonce at a contract, or called it back; of the key zero, whether any key called it back.
    function isNonceUsed(address taker, address key, uint256 nonce) external view returns (bool);

    /// @notice The member whose key may act now. Reverts if there is none.
    function memberOf(address key) external view returns (bytes16 member);

    /// @notice The member whose key may act now and who holds the role now. Reverts if not so.
    function memberWithRole(address key, Role role, uint32 scope) external view returns (bytes16 member);

    /// @notice A key that may object now: to a payment, or to a change. Reverts if it may not.
    /// @dev A key in force may. So may one that has ended, for as long as a change waits (15 days), if it was no desk's and
    /// nobody could refuse it any more: else who ends keys would silence those about to object. Whoever stole it objects as
    /// long; that holds things up, and moves none.
    function objectorKey(address key) external view returns (Key memory);

    /// @notice As {objectorKey}, if its member holds the role now, or held it less than 15 days ago. Reverts if not so.
    function objectorKeyWithRole(address key, Role role, uint32 scope) external view returns (Key memory);

    /// @notice First second at which the role is over; 0 if it was never granted.
    function roleValidUntil(bytes16 member, Role role, uint32 scope) external view returns (uint48);

    /// @notice MemberKind of a member; NONE if unknown.
    function kindOf(bytes16 member) external view returns (MemberKind);

    /// @notice When a membership ended, seconds since 1970; 0 while it goes on.
    function membershipEndedAt(bytes16 member) external view returns (uint40);

    /// @notice Household of a member, or zero.
    function householdOf(bytes16 member) external view returns (bytes16);

    /// @notice How many households stand in a building; of zeros, in any.
    function householdsIn(bytes16 building) external view returns (uint32);

    /// @notice Building of a household, or zero.
    function buildingOf(bytes16 household) external view returns (bytes16);

    /// @notice Whose own key it is, and since when: its member, and the first second at which it might act, if it may act now
    /// and is no desk's; else zero.
    function heldKey(address key) external view returns (HeldKey);

    /// @notice The record of a key that may act now. Reverts if it may not.
    function keyInForce(address key) external view returns (Key memory);

    /// @notice First second at which a guardian of a member is none, seconds since 1970: 0 if never named, and the largest
    /// number while no end is set.
    function guardianUntil(bytes16 member, bytes16 guardian) external view returns (uint40);

    /// @notice How long a replaced key goes on, and how long an added one waits, in seconds.
    function KEY_DELAY() external view returns (uint32);

    /// @notice The record of a key, in force or not; zeros if nobody has it.
    function keyRecord(address key) external view returns (Key memory);
}
