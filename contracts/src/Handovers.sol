// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Authority} from "./Authority.sol";
import {Intents} from "./Intents.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOffices} from "./interfaces/IOffices.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev Which committee decides over a fund, since when, and how it hands the fund over to the next: a part of {Committees}.
abstract contract Handovers is ICommittees, AccessManaged, Intents {
    /// @dev One word. A committee decides once, from `since` until `until`; 0 is not yet. `former` is the one before it.
    /// `revision` counts what was changed of its seats and rules, so that whoever agrees says to what.
    struct Committee {
        uint16 fund;
        uint8 seats;
        uint16 rulesVersion;
        uint16 donorSeats;
        uint16 residentSeats;
        uint16 officialSeats;
        uint16 enterpriseSeats;
        uint16 revision;
        uint48 since;
        uint48 until;
        uint32 former;
    }

    bytes32 private constant ACT_ON_HANDOVER_TYPEHASH = keccak256(
        "ActOnHandover(string action,uint16 fund,uint32 committee,uint32 successor,uint16 revision,uint32 operationNonce,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant AGREE_ACTION = keccak256(unicode"同意移交 Agree to a handover");
    bytes32 private constant RETRACT_ACTION = keccak256(unicode"收回移交同意 Take back my agreement to a handover");

    Authority private immutable AUTHORITY;
    IFunds private immutable FUNDS;
    /// @dev The account of the steward, which alone announces handovers: fund and successor name one change.
    address private immutable STEWARD;

    mapping(uint32 committee => Committee) internal _committees;
    /// @dev The committee that got the fund last. It decides from its `since` on.
    mapping(uint16 fund => uint32 committee) internal _latest;
    mapping(uint32 committee => mapping(bytes16 member => Seat)) internal _seats;
    /// @dev The last holder of a seat: it stays when the seat is vacated.
    mapping(uint32 committee => mapping(uint8 seat => bytes16)) internal _holders;
    mapping(
        bytes32 operationId
            => mapping(uint32 nonce => mapping(uint16 revision => mapping(uint32 committee => uint16 seats)))
    ) public agreementsOf;

    constructor(Authority authority, IMembers members, IFunds funds, IOffices offices)
        AccessManaged(address(authority))
        Intents("Gongji Committees", members)
    {
        (AUTHORITY, FUNDS) = (authority, funds);
        STEWARD = offices.accountOf(IOffices.Office.STEWARD);
    }

    function handOver(uint16 fund, uint32 successor) external restricted {
        Committee storage record = _committees[successor];
        if (record.fund != fund || record.since != 0) revert CommitteeNoSuccessor(successor, fund);
        if (!_mayDecide(successor, _seatsInForce(successor))) revert CommitteeSeatsVacant(successor);
        _requireAgreed(fund, successor, record.revision);
        uint32 former = _latest[fund];
        // From the next second on: what begins in this one has one committee, whatever comes first in it.
        uint48 since = uint48(block.timestamp) + 1;
        _committees[former].until = since;
        (record.since, record.former) = (since, former);
        _latest[fund] = successor;
        emit FundHandedOver(fund, successor, former, since);
    }

    function agreeToHandover(
        uint16 fund,
        uint32 committee,
        uint32 successor,
        uint16 revision,
        uint32 operationNonce,
        Authorization calldata authorization
    ) external {
        _cast(AGREE_ACTION, fund, committee, successor, revision, operationNonce, authorization);
    }

    function retractAgreement(
        uint16 fund,
        uint32 committee,
        uint32 successor,
        uint16 revision,
        uint32 operationNonce,
        Authorization calldata authorization
    ) external {
        _cast(RETRACT_ACTION, fund, committee, successor, revision, operationNonce, authorization);
    }

    function voterOf(uint32 committee, address key) public view virtual returns (Voter memory);

    function committeeOf(uint16 fund) external view returns (uint32) {
        return committeeAt(fund, uint48(block.timestamp));
    }

    function committeeAt(uint16 fund, uint48 time) public view returns (uint32 committee) {
        committee = _latest[fund];
        while (_committees[committee].since > time) {
            committee = _committees[committee].former;
        }
    }

    function agreeingCommittee(uint16 fund) public view returns (uint32 committee) {
        for (; fund != 0; fund = FUNDS.parentOf(fund)) {
            committee = _latest[fund];
            if (committee != 0 && !_isDeserted(committee)) return committee;
        }
        return 0;
    }

    /// @dev Whether some seats of a committee can pass what its rules have tiers for.
    function _mayDecide(uint32 committee, uint16 seats) internal view virtual returns (bool);

    function _requireInForce(uint32 committee, Committee memory record) internal view {
        bool hasBegun = record.since != 0 && record.since <= block.timestamp;
        if (hasBegun && (record.until == 0 || block.timestamp < record.until)) return;
        revert CommitteeNotInForce(committee, committeeAt(record.fund, uint48(block.timestamp)));
    }

    function _isHeld(Seat memory seat) internal pure returns (bool) {
        return seat.since != 0 && seat.vacatedAt == 0;
    }

    function _endOf(Seat memory seat) internal pure returns (uint256) {
        return seat.vacatedAt == 0 ? seat.validUntil : Math.min(seat.vacatedAt, seat.validUntil);
    }

    /// @dev Sets or clears the bit of a seat. Its holder held it, and the key might act, before the change was announced.
    function _cast(
        bytes32 action,
        uint16 fund,
        uint32 committee,
        uint32 successor,
        uint16 revision,
        uint32 operationNonce,
        Authorization calldata authorization
    ) private {
        bytes32 structHash = keccak256(
            abi.encode(
                ACT_ON_HANDOVER_TYPEHASH,
                action,
                fund,
                committee,
                successor,
                revision,
                operationNonce,
                authorization.nonce,
                authorization.deadline
            )
        );
        Voter memory voter = _voterFor(fund, committee, _keyOf(structHash, authorization));
        bytes32 operationId = _operationOf(fund, successor);
        _requireAnnounced(operationId, operationNonce, voter);
        uint16 present = _committees[successor].revision;
        if (revision != present) revert HandoverSuccessorChanged(successor, revision, present);
        bool agrees = action == AGREE_ACTION;
        uint16 seats = agreementsOf[operationId][operationNonce][revision][committee];
        uint16 bit = uint16(1 << voter.seat);
        if ((seats & bit != 0) == agrees) revert HandoverVoteUnchanged(operationId, voter.seat);
        seats ^= bit;
        agreementsOf[operationId][operationNonce][revision][committee] = seats;
        emit HandoverVoteCast(
            operationId,
            operationNonce,
            committee,
            revision,
            voter.seat,
            voter.member,
            agrees,
            uint8(Seats.count(seats))
        );
    }

    function _voterFor(uint16 fund, uint32 committee, address key) private view returns (Voter memory voter) {
        uint32 agreeing = agreeingCommittee(fund);
        if (committee != agreeing) revert HandoverNotOfCommittee(fund, committee, agreeing);
        voter = voterOf(committee, key);
        if (voter.seat == Seats.SUPERVISOR) revert HandoverSupervisorHasNoVote(fund, voter.member);
    }

    /// @dev The change waits or is due, and this is not too late a voter for it.
    function _requireAnnounced(bytes32 operationId, uint32 nonce, Voter memory voter) private view {
        uint48 dueAt = AUTHORITY.getSchedule(operationId);
        if (dueAt == 0 || AUTHORITY.getNonce(operationId) != nonce) revert HandoverNotWaiting(operationId, nonce);
        uint48 announcedAt = dueAt - AUTHORITY.CHANGE_DELAY();
        if (voter.since > announcedAt || voter.keyValidFrom > announcedAt) {
            revert HandoverVoterTooNew(operationId, voter.member);
        }
    }

    /// @dev While the authority carries a change out it still says how often that was announced.
    function _requireAgreed(uint16 fund, uint32 successor, uint16 revision) private view {
        bytes32 operationId = _operationOf(fund, successor);
        uint32 agreeing = agreeingCommittee(fund);
        uint256 votes =
            Seats.count(agreementsOf[operationId][AUTHORITY.getNonce(operationId)][revision][agreeing]);
        uint256 needed = Floors.majority(_committees[agreeing].seats);
        if (votes < needed) revert HandoverNotAgreed(fund, agreeing, votes, needed);
    }

    function _operationOf(uint16 fund, uint32 successor) private view returns (bytes32) {
        return AUTHORITY.hashOperation(STEWARD, address(this), abi.encodeCall(ICommittees.handOver, (fund, successor)));
    }

    function _seatsInForce(uint32 committee) private view returns (uint16 seats) {
        for (uint8 i = 0; i < _committees[committee].seats; i++) {
            Seat memory seat = _seats[committee][_holders[committee][i]];
            if (_isHeld(seat) && seat.number == i && block.timestamp < seat.validUntil) seats |= uint16(1 << i);
        }
    }

    /// @dev Whether for so long nobody had a seat that nobody's term can go on.
    function _isDeserted(uint32 committee) private view returns (bool) {
        Committee memory record = _committees[committee];
        if (block.timestamp <= record.since + Floors.MAX_GAP) return false;
        for (uint8 i = 0; i < record.seats; i++) {
            Seat memory seat = _seats[committee][_holders[committee][i]];
            if (seat.number == i && block.timestamp <= _endOf(seat) + Floors.MAX_GAP) return false;
        }
        return true;
    }
}
