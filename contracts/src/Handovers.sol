// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Authority} from "./Authority.sol";
import {Intents} from "./Intents.sol";
import {Seating} from "./Seating.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {IFunds} from "./interfaces/IFunds.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IOffices} from "./interfaces/IOffices.sol";
import {Floors} from "./libraries/Floors.sol";
import {Seats} from "./libraries/Seats.sol";

/// @dev Which committee decides over a fund, since when, and how it hands the fund over to the next: a part of {Committees}.
abstract contract Handovers is Seating, AccessManaged, Intents {
    bytes32 private constant ACT_ON_HANDOVER_TYPEHASH = keccak256(
        "ActOnHandover(string action,uint16 fund,uint32 committee,uint32 successor,uint16 revision,uint32 operationNonce,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant AGREE_ACTION = keccak256(unicode"同意移交 Agree to a handover");
    bytes32 private constant RETRACT_ACTION = keccak256(unicode"收回移交同意 Take back my agreement to a handover");

    Authority private immutable AUTHORITY;
    IFunds private immutable FUNDS;
    /// @dev The account of the steward, which alone announces handovers: fund and successor name one change.
    address private immutable STEWARD;

    /// @dev The committee that got the fund last. It decides from its `since` on.
    mapping(uint16 fund => uint32 committee) internal _latest;
    /// @dev For each seat of a committee the member who agreed. It counts while that member holds the seat: who takes it
    /// afterwards did not agree, and agrees anew if it may.
    mapping(
        bytes32 operationId
            => mapping(
                uint32 nonce => mapping(uint16 revision => mapping(uint32 committee => mapping(uint8 seat => bytes16)))
            )
    ) private _agreed;

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
        if (!_mayDecide(successor, seatsHeld(successor, holdersOf(successor)))) revert CommitteeSeatsVacant(successor);
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

    function agreementsOf(bytes32 operationId, uint32 operationNonce, uint16 revision, uint32 committee)
        public
        view
        returns (uint16)
    {
        bytes16[] memory members = new bytes16[](_committees[committee].seats);
        for (uint8 i = 0; i < members.length; i++) {
            members[i] = _agreed[operationId][operationNonce][revision][committee][i];
        }
        return seatsHeld(committee, members);
    }

    /// @dev Whether some seats of a committee can pass what its rules have tiers for.
    function _mayDecide(uint32 committee, uint16 seats) internal view virtual returns (bool);

    function _requireInForce(uint32 committee, Committee memory record) internal view {
        bool hasBegun = record.since != 0 && record.since <= block.timestamp;
        if (hasBegun && (record.until == 0 || block.timestamp < record.until)) return;
        revert CommitteeNotInForce(committee, committeeAt(record.fund, uint48(block.timestamp)));
    }

    /// @dev Sets or clears who agreed for a seat.
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
        bool agrees = action == AGREE_ACTION;
        _requireAnnounced(operationId, operationNonce, voter, agrees);
        uint16 present = _committees[successor].revision;
        if (revision != present) revert HandoverSuccessorChanged(successor, revision, present);
        mapping(uint8 seat => bytes16) storage agreed = _agreed[operationId][operationNonce][revision][committee];
        if ((agreed[voter.seat] == voter.member) == agrees) revert HandoverVoteUnchanged(operationId, voter.seat);
        agreed[voter.seat] = agrees ? voter.member : bytes16(0);
        emit HandoverVoteCast(
            operationId,
            operationNonce,
            committee,
            revision,
            voter.seat,
            voter.member,
            agrees,
            uint8(Seats.count(agreementsOf(operationId, operationNonce, revision, committee)))
        );
    }

    function _voterFor(uint16 fund, uint32 committee, address key) private view returns (Voter memory voter) {
        uint32 agreeing = agreeingCommittee(fund);
        if (committee != agreeing) revert HandoverNotOfCommittee(fund, committee, agreeing);
        voter = voterOf(committee, key);
        if (voter.seat == Seats.SUPERVISOR) revert HandoverSupervisorHasNoVote(fund, voter.member);
    }

    /// @dev The change waits or is due. Who agrees held the seat, and the key might act, before it was announced; who takes
    /// back only holds the seat.
    function _requireAnnounced(bytes32 operationId, uint32 nonce, Voter memory voter, bool agrees) private view {
        uint48 dueAt = AUTHORITY.getSchedule(operationId);
        if (dueAt == 0 || AUTHORITY.getNonce(operationId) != nonce) revert HandoverNotWaiting(operationId, nonce);
        uint48 announcedAt = dueAt - AUTHORITY.CHANGE_DELAY();
        if (agrees && (voter.since > announcedAt || voter.keyValidFrom > announcedAt)) {
            revert HandoverVoterTooNew(operationId, voter.member);
        }
    }

    /// @dev While the authority carries a change out it still says how often that was announced.
    function _requireAgreed(uint16 fund, uint32 successor, uint16 revision) private view {
        bytes32 operationId = _operationOf(fund, successor);
        uint32 agreeing = agreeingCommittee(fund);
        uint256 votes =
            Seats.count(agreementsOf(operationId, AUTHORITY.getNonce(operationId), revision, agreeing));
        uint256 needed = Floors.majority(_committees[agreeing].seats);
        if (votes < needed) revert HandoverNotAgreed(fund, agreeing, votes, needed);
    }

    function _operationOf(uint16 fund, uint32 successor) private view returns (bytes32) {
        return AUTHORITY.hashOperation(STEWARD, address(this), abi.encodeCall(ICommittees.handOver, (fund, successor)));
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
