// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Authority} from "./Authority.sol";
import {Intents} from "./Intents.sol";
import {IBudgets} from "./interfaces/IBudgets.sol";
import {ICampaigns} from "./interfaces/ICampaigns.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IVetoes} from "./interfaces/IVetoes.sol";
import {Accounts} from "./libraries/Accounts.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev See {IVetoes}.
contract Vetoes is IVetoes, Intents {
    using Bytes for bytes;

    bytes32 public constant ACT_ON_CHANGE_TYPEHASH = keccak256(
        "ActOnChange(string action,bytes32 operationId,uint32 operationNonce,uint32 committee,uint256 nonce,uint48 deadline)"
    );
    bytes32 public constant REFUSE_ADDED_KEY_TYPEHASH = keccak256(
        "RefuseAddedKey(string action,bytes32 operationId,uint32 operationNonce,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant VETO_ACTION = keccak256(unicode"反对改动 Vote against a change");
    bytes32 private constant RETRACT_ACTION = keccak256(unicode"撤回反对票 Take back a vote against a change");
    bytes32 private constant REFUSE_ACTION = keccak256(unicode"拒绝公示中的密钥 Refuse a key that waits in public");

    Authority private immutable AUTHORITY;
    IFunds private immutable FUNDS;
    ICommittees private immutable COMMITTEES;

    /// @dev For each seat of a committee the member who voted against. It counts while that member holds the seat.
    mapping(
        bytes32 operationId
            => mapping(uint32 nonce => mapping(uint32 committee => mapping(uint8 seat => bytes16)))
    ) private _against;

    constructor(Authority authority, IMembers members, IFunds funds, ICommittees committees)
        Intents("Gongji Vetoes", members)
    {
        AUTHORITY = authority;
        FUNDS = funds;
        COMMITTEES = committees;
    }

    function vetoChange(
        bytes32 operationId,
        uint32 operationNonce,
        uint32 committee,
        Authorization calldata authorization
    ) external {
        uint256 votes = _cast(VETO_ACTION, operationId, operationNonce, committee, authorization);
        (, uint8 seats) = COMMITTEES.committeeRecord(committee);
        if (votes >= Floors.majority(seats)) AUTHORITY.stop(operationId);
    }

    function retractVeto(
        bytes32 operationId,
        uint32 operationNonce,
        uint32 committee,
        Authorization calldata authorization
    ) external {
        _cast(RETRACT_ACTION, operationId, operationNonce, committee, authorization);
    }

    function refuseAddedKey(bytes32 operationId, uint32 operationNonce, Authorization calldata authorization) external {
        bytes32 structHash = keccak256(
            abi.encode(
                REFUSE_ADDED_KEY_TYPEHASH,
                REFUSE_ACTION,
                operationId,
                operationNonce,
                authorization.nonce,
                authorization.deadline
            )
        );
        bytes16 member = MEMBERS.objectorKey(_keyOf(structHash, authorization)).member;
        _requireWaiting(operationId, operationNonce);
        (, bytes memory data) = AUTHORITY.scheduledCall(operationId);
        bool isOfMember = bytes4(data) == IMembers.addKey.selector && abi.decode(data.slice(4), (bytes16)) == member;
        if (!isOfMember) revert VetoNotOwnKey(operationId, member);
        emit AddedKeyRefused(operationId, operationNonce, member);
        AUTHORITY.stop(operationId);
    }

    function concerns(bytes32 operationId, uint32 committee) public view returns (bool) {
        (address target, bytes memory data) = AUTHORITY.scheduledCall(operationId);
        (uint16 fund,) = COMMITTEES.committeeRecord(committee);
        if (target == address(0) || fund == 0 || COMMITTEES.committeeOf(fund) != committee) return false;
        if (FUNDS.parentOf(fund) == 0) return true;
        if (_isOfMember(bytes4(data))) {
            bytes16 member = abi.decode(data.slice(4), (bytes16));
            ICommittees.Seat memory seat = COMMITTEES.seatOf(committee, member);
            return seat.since != 0 && seat.vacatedAt == 0;
        }
        return FUNDS.isWithin(_fundOf(data), fund);
    }

    function vetoesOf(bytes32 operationId, uint32 operationNonce, uint32 committee) public view returns (uint16) {
        (, uint8 seats) = COMMITTEES.committeeRecord(committee);
        bytes16[] memory members = new bytes16[](seats);
        for (uint8 i = 0; i < seats; i++) {
            members[i] = _against[operationId][operationNonce][committee][i];
        }
        return COMMITTEES.seatsHeld(committee, members);
    }

    /// @dev Sets or clears who is against for a seat, and returns how many seats are.
    function _cast(
        bytes32 action,
        bytes32 operationId,
        uint32 operationNonce,
        uint32 committee,
        Authorization calldata authorization
    ) private returns (uint8 votes) {
        bytes32 structHash = keccak256(
            abi.encode(
                ACT_ON_CHANGE_TYPEHASH,
                action,
                operationId,
                operationNonce,
                committee,
                authorization.nonce,
                authorization.deadline
            )
        );
        address key = _keyOf(structHash, authorization);
        (bytes16 member, uint8 seat) = _seatOf(committee, key);
        if (seat == Seats.SUPERVISOR) revert VetoSupervisorHasNoVote(operationId, member);
        _requireWaiting(operationId, operationNonce);
        if (!concerns(operationId, committee)) revert VetoCommitteeNotConcerned(operationId, committee);
        bool against = action == VETO_ACTION;
        mapping(uint8 seat => bytes16) storage members = _against[operationId][operationNonce][committee];
        if ((members[seat] == member) == against) revert VetoUnchanged(operationId, seat);
        members[seat] = against ? member : bytes16(0);
        votes = uint8(Seats.count(vetoesOf(operationId, operationNonce, committee)));
        emit VetoCast(operationId, operationNonce, committee, seat, member, against, votes);
    }

    function _requireWaiting(bytes32 operationId, uint32 operationNonce) private view {
        if (AUTHORITY.getSchedule(operationId) == 0 || AUTHORITY.getNonce(operationId) != operationNonce) {
            revert VetoChangeNotWaiting(operationId, operationNonce);
        }
    }

    /// @dev Of a key that has ended lately, too: else whoever ends keys would end the vetoes of a committee.
    function _seatOf(uint32 committee, address key) private view returns (bytes16 member, uint8 number) {
        IMembers.Key memory record = MEMBERS.objectorKey(key);
        member = record.member;
        if (record.kind == IMembers.KeyKind.DESK) revert ICommittees.CommitteeDeskHasNoVote(committee, member);
        ICommittees.Seat memory seat = COMMITTEES.seatOf(committee, member);
        bool isInForce = seat.vacatedAt == 0 && block.timestamp < seat.validUntil;
        if (!isInForce) revert ICommittees.CommitteeSeatMissing(committee, member);
        number = seat.number;
    }

    /// @dev Whether a call is about a member, its first argument: it concerns the committees where the member sits.
    function _isOfMember(bytes4 selector) private pure returns (bool) {
        return selector == IMembers.addKey.selector || selector == IMembers.changeHousehold.selector
            || selector == IMembers.restoreMembership.selector;
    }

    /// @dev The fund that a call is about; 0 if it is about none, or the whole town.
    function _fundOf(bytes memory data) private view returns (uint16 fund) {
        (bytes4 selector, bytes memory args) = (bytes4(data), data.slice(4));
        bool isOfCommittee = selector == ICommittees.setRules.selector || selector == ICommittees.fillSeat.selector
            || selector == ICommittees.vacateSeat.selector;
        if (isOfCommittee) {
            (fund,) = COMMITTEES.committeeRecord(abi.decode(args, (uint32)));
        } else if (selector == ICommittees.openCommittee.selector) {
            (, fund) = abi.decode(args, (uint32, uint16));
        } else if (selector == IBudgets.setBudgetLine.selector) {
            (, uint32 purpose) = abi.decode(args, (uint32, uint32));
            fund = Accounts.fundOf(purpose);
        } else if (
            selector == IFunds.unfreeze.selector || selector == IFunds.closeFund.selector
                || selector == IFunds.reopenFund.selector || selector == ICommittees.handOver.selector
        ) {
            fund = abi.decode(args, (uint16));
        } else if (selector == ICampaigns.openCampaign.selector) {
            (, ICampaigns.Terms memory terms) = abi.decode(args, (uint32, ICampaigns.Terms));
            fund = Accounts.fundOf(terms.matchPurpose != 0 ? terms.matchPurpose : terms.purpose);
        } else if (selector == IMembers.grantRole.selector) {
            (, IMembers.Role role, uint32 scope) = abi.decode(args, (bytes16, IMembers.Role, uint32));
            fund = role == IMembers.Role.FOREMAN ? 0 : uint16(scope);
        }
    }
}
