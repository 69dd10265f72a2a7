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
    bytes32 private constant VETO_ACTION = keccak256(unicode"反对改动 Vote against a change");
    bytes32 private constant RETRACT_ACTION = keccak256(unicode"撤回反对票 Take back a vote against a change");

    Authority private immutable AUTHORITY;
    IFunds private immutable FUNDS;
    ICommittees private immutable COMMITTEES;

    mapping(bytes32 operationId => mapping(uint32 nonce => mapping(uint32 committee => uint16 seats))) public vetoesOf;

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

    /// @dev Sets or clears the bit of a seat, and returns how many are set.
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
        ICommittees.Voter memory voter = COMMITTEES.voterOf(committee, key);
        if (voter.seat == Seats.SUPERVISOR) revert VetoSupervisorHasNoVote(operationId, voter.member);
        if (AUTHORITY.getSchedule(operationId) == 0 || AUTHORITY.getNonce(operationId) != operationNonce) {
            revert VetoChangeNotWaiting(operationId, operationNonce);
        }
        if (!concerns(operationId, committee)) revert VetoCommitteeNotConcerned(operationId, committee);
        bool against = action == VETO_ACTION;
        uint16 seats = vetoesOf[operationId][operationNonce][committee];
        uint16 bit = uint16(1 << voter.seat);
        if ((seats & bit != 0) == against) revert VetoUnchanged(operationId, voter.seat);
        seats ^= bit;
        vetoesOf[operationId][operationNonce][committee] = seats;
        votes = uint8(Seats.count(seats));
        emit VetoCast(operationId, operationNonce, committee, voter.seat, voter.member, against, votes);
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
