// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";
import {IAuthority} from "./interfaces/IAuthority.sol";
import {Roles} from "./libraries/Roles.sol";

/// @dev See {IAuthority}. What the library does is its own documentation's; here is what it lacks.
contract Authority is IAuthority, AccessManager {
    using Bytes for bytes;

    /// @notice How long a change waits at least: as long as the longest public notice of a request for money, so that no
    /// rule can change under a request that people can still object to.
    uint32 public constant CHANGE_DELAY = 15 days;
    /// @notice The office that may cancel everything that waits.
    uint64 public constant GUARDIAN_ROLE = 3;
    /// @notice What {IVetoes} holds to stop changes for committees. No office.
    uint64 public constant VETO_ROLE = 7;
    /// @notice The offices up to this one are persons': accounts of {IOffices} have their roles.
    uint64 public constant LAST_OFFICE = 4;

    struct Operation {
        address target;
        bytes data;
    }

    uint48 public foundedAt;
    mapping(uint64 roleId => uint256) public holders;
    mapping(address target => bool) private _wiredInFounding;
    mapping(bytes32 operationId => bool) private _scheduledInFounding;
    mapping(bytes32 operationId => Operation) private _operations;
    mapping(bytes32 operationId => uint32 nonce) private _stopped;

    constructor(address initialAdmin) AccessManager(initialAdmin) {}

    function endFounding() external {
        (bool isAdmin,) = hasRole(ADMIN_ROLE, _msgSender());
        if (!isAdmin) revert IAccessManaged.AccessManagedUnauthorized(_msgSender());
        if (foundedAt != 0) revert AuthorityFounded(foundedAt);
        for (uint64 office = ADMIN_ROLE; office <= LAST_OFFICE; office++) {
            _requireOneAccount(office);
        }
        _requireHeld(Roles.HOLDER | ADMIN_ROLE);
        _requireHeld(Roles.HOLDER | GUARDIAN_ROLE);
        foundedAt = Time.timestamp();
        emit FoundingEnded(_msgSender());
    }

    function stop(bytes32 operationId) external {
        (bool isGuardian,) = hasRole(GUARDIAN_ROLE, _msgSender());
        (bool isVeto,) = hasRole(VETO_ROLE, _msgSender());
        if (!isGuardian && !isVeto) revert IAccessManaged.AccessManagedUnauthorized(_msgSender());
        if (getSchedule(operationId) == 0) revert AccessManagerNotScheduled(operationId);
        Operation memory operation = _operations[operationId];
        if (!isVeto && _isOfGuardian(operation.target, operation.data)) revert AuthorityOwnChange(operationId);
        uint32 nonce = getNonce(operationId);
        _stopped[operationId] = nonce;
        emit ChangeCancelled(operationId, nonce, _msgSender());
    }

    function scheduledCall(bytes32 operationId) external view returns (address target, bytes memory data) {
        if (getSchedule(operationId) == 0) return (address(0), "");
        return (_operations[operationId].target, _operations[operationId].data);
    }

    function waits(uint64 roleId) public pure returns (bool) {
        return roleId == ADMIN_ROLE || (roleId != PUBLIC_ROLE && roleId & Roles.CHANGES != 0);
    }

    /// @dev The floor under every delay: all ways to schedule, execute and call ask here.
    function hasRole(uint64 roleId, address account)
        public
        view
        override
        returns (bool isMember, uint32 executionDelay)
    {
        (isMember, executionDelay) = super.hasRole(roleId, account);
        if (waits(roleId) && foundedAt != 0 && executionDelay < CHANGE_DELAY) executionDelay = CHANGE_DELAY;
    }

    /// @dev A change that was stopped is scheduled no more.
    function getSchedule(bytes32 operationId) public view override returns (uint48) {
        return _isStopped(operationId) ? 0 : super.getSchedule(operationId);
    }

    /// @dev The library lets an ADMIN hand a contract to another authority by `execute`, too; see {updateAuthority}.
    function canCall(address caller, address target, bytes4 selector)
        public
        view
        override
        returns (bool immediate, uint32 delay)
    {
        if (selector == IAccessManaged.setAuthority.selector) return (false, 0);
        return super.canCall(caller, target, selector);
    }

    /// @dev Another authority would have no floors.
    function updateAuthority(address target, address) public pure override {
        revert AuthorityFixed(target);
    }

    /// @dev So that the library's `cancel` is the guardian's for every role, ADMIN included.
    function getRoleGuardian(uint64) public pure override returns (uint64) {
        return GUARDIAN_ROLE;
    }

    /// @dev An office that is empty at once ends no key, freezes nothing and stops nothing: its holder is released by a
    /// `revokeRole`, which waits until there is a successor.
    function renounceRole(uint64 roleId, address callerConfirmation) public override {
        if (foundedAt != 0) revert AuthorityRenouncingWaits(roleId);
        super.renounceRole(roleId, callerConfirmation);
    }

    function schedule(address target, bytes calldata data, uint48 when)
        public
        override
        returns (bytes32 operationId, uint32 nonce)
    {
        (operationId, nonce) = super.schedule(target, data, when);
        _scheduledInFounding[operationId] = foundedAt == 0;
        _operations[operationId] = Operation({target: target, data: data});
        emit ChangeScheduled(operationId, nonce, getSchedule(operationId), _msgSender(), target, data);
    }

    /// @dev A change of who holds an office is stopped, and called off by nobody: whoever stole a key of the ADMIN would call off
    /// every end of it. Once it is stopped it may be called off, to be announced anew.
    function cancel(address caller, address target, bytes calldata data) public override returns (uint32 nonce) {
        bytes32 operationId = hashOperation(caller, target, data);
        bool wasStopped = _isStopped(operationId);
        bool isOfHolder = _grantedRole(target, data) & Roles.HOLDER != 0;
        if (isOfHolder && !wasStopped) revert AuthorityHolderNotCalledOff(operationId);
        nonce = super.cancel(caller, target, data);
        if (!wasStopped) emit ChangeCancelled(operationId, nonce, _msgSender());
    }

    /// @dev A change of who is the guardian is stopped by committees alone ({stop}).
    function _canCancel(address caller, address target, bytes calldata data) internal view override returns (bool) {
        return caller == _msgSender() || (!_isOfGuardian(target, data) && super._canCancel(caller, target, data));
    }

    /// @dev What was scheduled in the founding waited for less than the floor.
    function _consumeScheduledOp(bytes32 operationId) internal override returns (uint32 nonce) {
        if (foundedAt != 0 && _scheduledInFounding[operationId]) revert AuthorityScheduledInFounding(operationId);
        if (_isStopped(operationId)) revert AuthorityStopped(operationId);
        nonce = super._consumeScheduledOp(operationId);
        emit ChangeExecuted(operationId, nonce);
    }

    function _isStopped(bytes32 operationId) private view returns (bool) {
        uint32 nonce = _stopped[operationId];
        return nonce != 0 && nonce == getNonce(operationId);
    }

    /// @dev Whether a call says who is the guardian.
    function _isOfGuardian(address target, bytes memory data) private view returns (bool) {
        return _grantedRole(target, data) & ~(Roles.CHANGES | Roles.HOLDER) == GUARDIAN_ROLE;
    }

    /// @dev The role that a call grants or takes away; that of ADMIN for other calls.
    function _grantedRole(address target, bytes memory data) private view returns (uint64) {
        bytes4 selector = bytes4(data);
        bool isGrant = selector == IAccessManager.grantRole.selector || selector == IAccessManager.revokeRole.selector;
        return target == address(this) && isGrant ? abi.decode(data.slice(4), (uint64)) : ADMIN_ROLE;
    }

    function _grantRole(uint64 roleId, address account, uint32 grantDelay, uint32 executionDelay)
        internal
        override
        returns (bool newMember)
    {
        _requireNoOffice(roleId);
        newMember = super._grantRole(roleId, account, grantDelay, executionDelay);
        if (newMember) holders[roleId]++;
    }

    /// @dev Without an ADMIN nothing could be put right, without a guardian nothing stopped.
    function _revokeRole(uint64 roleId, address account) internal override returns (bool revoked) {
        _requireNoOffice(roleId);
        revoked = super._revokeRole(roleId, account);
        if (revoked) holders[roleId]--;
        bool isNeeded = roleId == Roles.HOLDER | ADMIN_ROLE || roleId == Roles.HOLDER | GUARDIAN_ROLE;
        if (foundedAt != 0 && isNeeded) _requireHeld(roleId);
    }

    /// @dev Once the founding has ended an office stays with its account, so that no key is the office by itself and leaves
    /// no trace of who signed. During the founding the deployer hands it over.
    function _requireNoOffice(uint64 roleId) private view {
        if (foundedAt != 0 && roleId & ~Roles.CHANGES <= LAST_OFFICE) revert AuthorityOfficeFixed(roleId);
    }

    /// @dev ADMIN waits with all it does, and has no part beside it.
    function _requireOneAccount(uint64 office) private view {
        bool isWhole = office == ADMIN_ROLE || holders[office | Roles.CHANGES] == 1;
        if (holders[office] != 1 || !isWhole) revert AuthorityOfficeShared(office);
    }

    function _requireHeld(uint64 roleId) private view {
        if (holders[roleId] == 0) revert AuthorityOfficeVacant(roleId);
    }

    function _setRoleAdmin(uint64 roleId, uint64 admin) internal override {
        if (!waits(admin)) revert AuthorityAdminActsAtOnce(roleId, admin);
        super._setRoleAdmin(roleId, admin);
    }

    function _setRoleGuardian(uint64 roleId, uint64) internal pure override {
        revert AuthorityGuardianFixed(roleId);
    }

    /// @dev A holder who is one only later would leave an office vacant that counts as held.
    function _setGrantDelay(uint64 roleId, uint32) internal pure override {
        revert AuthorityGrantDelayFixed(roleId);
    }

    /// @dev A contract that joins after the founding has no roles yet: its functions get their first ones freely, by acts
    /// that wait. The functions of all others keep their wait.
    function _setTargetFunctionRole(address target, bytes4 selector, uint64 roleId) internal override {
        uint64 current = getTargetFunctionRole(target, selector);
        bool isFree = foundedAt == 0 || (current == ADMIN_ROLE && !_wiredInFounding[target]);
        if (roleId == PUBLIC_ROLE || (waits(current) && !waits(roleId) && !isFree)) {
            revert AuthorityWaitLost(target, selector, roleId);
        }
        if (foundedAt == 0) _wiredInFounding[target] = true;
        super._setTargetFunctionRole(target, selector, roleId);
    }
}
