// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HeldKey} from "../libraries/HeldKey.sol";
import {IIntents} from "./IIntents.sol";

/// @title Committees: who decides over a fund's money, and by which rules
/// @notice A committee has an odd number of unpaid seats, each of a class and with an end. A rule says for each
/// tier of amounts how many must agree, at least how many of each class, and how long the public may object.
/// A fund has one committee. It may be handed over to another one, by a change that waits and to which most of all seats of
/// the one in force agreed. No rule may go beyond the limits of {Floors}: a notice of 3 to 15 days, a day to decide,
/// more than half of all seats, and objections that suspend.
/// @dev Rules are versions. A proposal is judged by the version in force when it was submitted, and after a suspension by
/// the one then in force if that is nowhere laxer.
/// A committee decides once, for an unbroken time. A round of votes that began in it ends in it, with its seats and rules;
/// what residents suspended and it has not answered before it handed over is submitted anew to the next one.
/// If nobody has had a seat in it for 30 days the committee of the nearest fund above agrees, in which somebody has; where
/// there is none, the steward fills its seats first.
/// What is not protected: most of all seats, if the guardian and the committees above look on, may give a fund away.
interface ICommittees is IIntents {
    /// @notice Whom a voting seat speaks for.
    enum SeatClass {
        DONOR,
        RESIDENT,
        OFFICIAL,
        ENTERPRISE
    }

    /// @notice The rule for proposals up to an amount.
    /// @param upToFen Highest amount of the tier, in fen; tiers rise.
    /// @param yesNumerator Share of the seats that must agree, e.g. 2 of 2/3; more than half of all seats.
    /// @param yesDenominator e.g. 3 of 2/3.
    /// @param minDonor At least so many donor seats must agree; no more than there are.
    /// @param minResident At least so many resident seats.
    /// @param minOfficial At least so many official seats.
    /// @param minEnterprise At least so many enterprise seats.
    /// @param decideSeconds How long members may vote from the start of a round; 1 to 90 days.
    /// @param noticeSeconds How long the approved proposal is on public notice before it may be executed; 3 to 15 days.
    /// @param objectionsToSuspend So many residents' objections suspend it; 1 to 50.
    /// @param proofSeconds How long after execution the proof of payment may take; up to 194 days.
    /// @custom:field upToFen money
    /// @custom:field yesNumerator number
    /// @custom:field yesDenominator number
    /// @custom:field minDonor number
    /// @custom:field minResident number
    /// @custom:field minOfficial number
    /// @custom:field minEnterprise number
    /// @custom:field decideSeconds seconds
    /// @custom:field noticeSeconds seconds
    /// @custom:field objectionsToSuspend number
    /// @custom:field proofSeconds seconds
    struct Tier {
        uint64 upToFen;
        uint8 yesNumerator;
        uint8 yesDenominator;
        uint8 minDonor;
        uint8 minResident;
        uint8 minOfficial;
        uint8 minEnterprise;
        uint32 decideSeconds;
        uint32 noticeSeconds;
        uint16 objectionsToSuspend;
        uint24 proofSeconds;
    }

    /// @notice What judges a proposal.
    /// @param fund Fund of the committee.
    /// @param version Version of the rules.
    /// @param tier Number of the tier.
    /// @param decideSeconds How long a round of voting lasts.
    /// @param yesNeeded So many of all seats must agree.
    struct Rule {
        uint16 fund;
        uint16 version;
        uint8 tier;
        uint32 decideSeconds;
        uint8 yesNeeded;
    }

    /// @notice The last seat of a member.
    /// @param number Number of the seat, from 0; 255 for a supervisor.
    /// @param since Since when the member holds it without a break, seconds since 1970; 0 if there never was one.
    /// @param validUntil First second at which it is over.
    /// @param vacatedAt When it was vacated; 0 if it was not.
    struct Seat {
        uint8 number;
        uint48 since;
        uint48 validUntil;
        uint48 vacatedAt;
    }

    /// @notice Who votes with a key.
    /// @param member The member.
    /// @param seat Number of the seat, from 0; 255 for a supervisor.
    /// @param since Since when the member holds it without a break, seconds since 1970.
    /// @param keyValidFrom First second at which the key might act, seconds since 1970.
    struct Voter {
        bytes16 member;
        uint8 seat;
        uint48 since;
        uint48 keyValidFrom;
    }

    /// @notice What became of a vote.
    /// @dev RECUSED can no longer pass because of recusals alone, FAILED for any other reason.
    enum Outcome {
        OPEN,
        PASSED,
        FAILED,
        RECUSED
    }

    /// @notice A vote as it stands.
    /// @param committee Id of the committee.
    /// @param rulesVersion Version of the rules that judge it.
    /// @param tier Tier of those rules that judged it so far.
    /// @param togetherFen The amount, and what the same line, requester or payee got lately, in fen.
    /// @param approvals Seats that approved, one bit per seat.
    /// @param lost Seats that cannot approve any more in this round: against, recused, or approval taken back.
    /// @param recusals Those of them that are recused.
    struct Vote {
        uint32 committee;
        uint16 rulesVersion;
        uint8 tier;
        uint64 togetherFen;
        uint16 approvals;
        uint16 lost;
        uint16 recusals;
    }

    /// @notice What votes decide.
    /// @param outcome Whether they suffice, may still suffice, or can no longer, and if so whether for recusals alone.
    /// @param tier Tier that judged: the one before, or the higher one that what was paid lately asks for.
    /// @param yesNeeded Approvals that it needs.
    /// @param noticeSeconds How long the public notice lasts.
    /// @param proofSeconds How long the proof of payment may take.
    struct Decision {
        Outcome outcome;
        uint8 tier;
        uint8 yesNeeded;
        uint32 noticeSeconds;
        uint24 proofSeconds;
    }

    /// @notice A committee was set up for a fund. Whom a seat speaks for never changes.
    /// @param committee Id of the committee.
    /// @param fund Fund it decides over.
    /// @param seats Number of voting seats; odd, 5 to 15.
    /// @param donorSeats Donor seats, one bit per seat, seat 0 lowest.
    /// @param residentSeats Resident seats, likewise.
    /// @param officialSeats Official seats, likewise.
    /// @param enterpriseSeats Enterprise seats, likewise.
    /// @param since Since when it decides, seconds since 1970; 0 where the fund has one, whose successor it may become.
    event CommitteeOpened(
        uint32 indexed committee,
        uint16 indexed fund,
        uint8 seats,
        uint16 donorSeats,
        uint16 residentSeats,
        uint16 officialSeats,
        uint16 enterpriseSeats,
        uint48 since
    );

    /// @notice Another committee decides over a fund. The former one ends the rounds that began in it, and begins no more.
    /// @param fund The fund.
    /// @param successor Committee that decides from now on.
    /// @param former Committee that decided so far.
    /// @param since First second at which the new one decides, seconds since 1970.
    event FundHandedOver(uint16 indexed fund, uint32 indexed successor, uint32 indexed former, uint48 since);

    /// @notice A member agreed that a fund is handed over, or took that back.
    /// @param operationId Id of the change.
    /// @param operationNonce How often it was scheduled, from 1.
    /// @param committee Committee of the member.
    /// @param revision How often seats and rules of the successor had been changed.
    /// @param seat Number of the seat, from 0.
    /// @param member Who voted.
    /// @param agrees Whether the seat now agrees.
    /// @param votes Seats of the committee that agree, now: without those whose member holds the seat no more.
    event HandoverVoteCast(
        bytes32 indexed operationId,
        uint32 indexed operationNonce,
        uint32 indexed committee,
        uint16 revision,
        uint8 seat,
        bytes16 member,
        bool agrees,
        uint8 votes
    );

    /// @notice One tier of the rules in force from this block on, for proposals submitted from now on.
    /// @param committee Id of the committee.
    /// @param version Version of the rules, from 1.
    /// @param tier Number of the tier, from 0.
    /// @param rule The tier.
    event TierSet(uint32 indexed committee, uint16 indexed version, uint8 indexed tier, Tier rule);

    /// @notice A seat was taken, or its term renewed.
    /// @param committee Id of the committee.
    /// @param seat Number of the seat, from 0; 255 for a supervisor.
    /// @param member Who holds it.
    /// @param since Since when the member holds it without a break, seconds since 1970. It has no vote in older rounds.
    /// @param validUntil First second at which it is over, seconds since 1970.
    event SeatFilled(
        uint32 indexed committee, uint8 indexed seat, bytes16 indexed member, uint48 since, uint48 validUntil
    );

    /// @notice A seat was given up.
    /// @param committee Id of the committee.
    /// @param seat Number of the seat; 255 for a supervisor.
    /// @param member Who held it.
    event SeatVacated(uint32 indexed committee, uint8 indexed seat, bytes16 indexed member);

    /// @notice The id is zero or taken.
    error CommitteeIdTaken(uint32 committee);

    /// @notice No committee has this id.
    error CommitteeUnknown(uint32 committee);

    /// @notice The number of seats is even, or not 5 to 15.
    error CommitteeSizeInvalid(uint256 seats);

    /// @notice The committee decides no more, or not yet; `inForce` does, 0 if none.
    error CommitteeNotInForce(uint32 committee, uint32 inForce);

    /// @notice The committee is of another fund, or has decided before.
    error CommitteeNoSuccessor(uint32 committee, uint16 fund);

    /// @notice The seats that are filled cannot decide all for which the committee has rules.
    error CommitteeSeatsVacant(uint32 committee);

    /// @notice Too few of all seats of the committee agreed to this change, and to the successor as it is.
    error HandoverNotAgreed(uint16 fund, uint32 committee, uint256 votes, uint256 needed);

    /// @notice Another committee is to agree: the one in force or, where nobody has had a seat in it for long, one above.
    error HandoverNotOfCommittee(uint16 fund, uint32 committee, uint32 agreeing);

    /// @notice No such change waits, or it was scheduled anew since.
    error HandoverNotWaiting(bytes32 operationId, uint32 operationNonce);

    /// @notice A seat or a rule of the successor was changed since.
    error HandoverSuccessorChanged(uint32 successor, uint16 revision, uint16 present);

    /// @notice A supervisor has no vote.
    error HandoverSupervisorHasNoVote(uint16 fund, bytes16 member);

    /// @notice Seat or key began to count only after the change was announced.
    error HandoverVoterTooNew(bytes32 operationId, bytes16 member);

    /// @notice The seat agrees already, or did not.
    error HandoverVoteUnchanged(bytes32 operationId, uint8 seat);

    /// @notice Tiers are missing, too many, not rising, or their shares make no sense.
    error CommitteeRulesInvalid(uint32 committee);

    /// @notice The notice of a tier is too short or too long.
    error CommitteeNoticeInvalid(uint8 tier, uint32 noticeSeconds, uint32 minSeconds, uint32 maxSeconds);

    /// @notice The time to decide of a tier is too short or too long.
    error CommitteeDecideTimeInvalid(uint8 tier, uint32 decideSeconds, uint32 minSeconds, uint32 maxSeconds);

    /// @notice A tier lets fewer than half of all seats decide.
    error CommitteeShareBelowMajority(uint8 tier, uint256 yesNeeded, uint256 majority);

    /// @notice So few or so many objections may not suspend.
    error CommitteeObjectionsInvalid(uint8 tier, uint16 objections, uint16 minObjections, uint16 maxObjections);

    /// @notice A tier asks for more seats of a class than there are.
    error CommitteeClassMinimumTooHigh(uint8 tier, SeatClass seatClass, uint8 minimum, uint256 seats);

    /// @notice The committee has no rules yet.
    error CommitteeRulesMissing(uint32 committee);

    /// @notice No tier of the rules reaches this amount.
    error CommitteeAmountAboveTiers(uint32 committee, uint64 amountFen);

    /// @notice The seat does not exist, or is held by somebody.
    error CommitteeSeatTaken(uint32 committee, uint8 seat);

    /// @notice The member already has another seat in this committee.
    error CommitteeMemberSeated(uint32 committee, bytes16 member);

    /// @notice The member has no seat in force.
    error CommitteeSeatMissing(uint32 committee, bytes16 member);

    /// @notice A desk casts no vote for who holds a seat.
    error CommitteeDeskHasNoVote(uint32 committee, bytes16 member);

    /// @notice Sets up a committee: the first one of a fund, which decides at once, or one to which it may be handed over.
    /// @param classes Whom each voting seat speaks for, seat 0 first; odd, 5 to 15.
    /// @custom:act OpenCommittee
    /// @custom:action 设立管委会 Set up a committee
    /// @custom:notice-zh 为一个基金设立管委会，定下每类委员几席。基金已有管委会的，新设的要等移交以后才决定事情。
    /// @custom:by steward
    /// @custom:field committee id
    /// @custom:field fund fund
    /// @custom:field classes choice
    /// @custom:emits CommitteeOpened
    /// @custom:undo none
    function openCommittee(uint32 committee, uint16 fund, SeatClass[] calldata classes) external;

    /// @notice Sets new rules for proposals submitted from now on.
    /// @custom:act SetRules
    /// @custom:action 设定表决规则 Set the rules of a committee
    /// @custom:notice-zh 设定管委会的表决规则，金额小的一档在前。
    /// @custom:by steward
    /// @custom:field committee id
    /// @custom:field tiers list
    /// @custom:emits TierSet
    /// @custom:undo SetRules
    function setRules(uint32 committee, Tier[] calldata tiers) external;

    /// @notice Gives a free seat to a member, or renews the term of who holds it.
    /// @dev A member elected again into the same seat, with nobody between and within 30 days, goes on voting on what runs.
    /// @param seat Number of the seat, from 0; 255 for a supervisor, who sees all, gives opinions and has no vote.
    /// @custom:act FillSeat
    /// @custom:action 任命委员 Fill a seat
    /// @custom:notice-zh 任命一位管委会委员，任期到某一天。
    /// @custom:by steward
    /// @custom:field committee id
    /// @custom:field seat number
    /// @custom:field member member
    /// @custom:field validUntil date
    /// @custom:emits SeatFilled
    /// @custom:undo VacateSeat
    function fillSeat(uint32 committee, uint8 seat, bytes16 member, uint48 validUntil) external;

    /// @notice Takes a member's seat back.
    /// @custom:act VacateSeat
    /// @custom:action 免去委员 Vacate a seat
    /// @custom:notice-zh 免去一位委员。
    /// @custom:by steward
    /// @custom:field committee id
    /// @custom:field member member
    /// @custom:emits SeatVacated
    /// @custom:undo FillSeat
    function vacateSeat(uint32 committee, bytes16 member) external;

    /// @notice Hands a fund over to another committee, to which the one in force agreed.
    /// @dev Those count who agreed and hold the same seat still. The successor's seats that are filled can decide all for which it has rules. Undone by another handover, to a new
    /// committee.
    /// @param fund The fund.
    /// @param successor Committee that decides from the next second on.
    /// @custom:act HandOver
    /// @custom:action 移交基金 Hand over a fund
    /// @custom:notice-zh 把一个基金移交给另一个管委会，以后的申请由它决定。要公开等待，并且现任管委会全体席位过半数同意；正在表决的由原管委会表决完。
    /// @custom:by steward
    /// @custom:field fund fund
    /// @custom:field successor id
    /// @custom:emits FundHandedOver
    /// @custom:undo HandOver
    function handOver(uint16 fund, uint32 successor) external;

    /// @notice Agrees that the fund is handed over, as a member of its committee, to the successor with the seats and rules
    /// that it has now.
    /// @param fund The fund.
    /// @param committee Committee in which the member sits: the one in force, or one above if nobody has sat in that for long.
    /// @param successor Committee that is to decide.
    /// @param revision How often seats and rules of the successor have been changed.
    /// @param operationNonce How often the change was scheduled, from 1.
    /// @custom:act AgreeToHandover
    /// @custom:message ActOnHandover(string action,uint16 fund,uint32 committee,uint32 successor,uint16 revision,uint32 operationNonce,uint256 nonce,uint48 deadline)
    /// @custom:action 同意移交 Agree to a handover
    /// @custom:notice-zh 同意把基金移交给另一个管委会，连同它现在的委员和规则；全体席位过半数同意，等待期满才能移交。
    /// @custom:by seat of committee
    /// @custom:field fund fund
    /// @custom:field committee id
    /// @custom:field successor id
    /// @custom:field revision number
    /// @custom:field operationNonce number
    /// @custom:field authorization authorization
    /// @custom:emits HandoverVoteCast
    /// @custom:undo RetractAgreement
    function agreeToHandover(
        uint16 fund,
        uint32 committee,
        uint32 successor,
        uint16 revision,
        uint32 operationNonce,
        Authorization calldata authorization
    ) external;

    /// @notice Takes an own agreement back, while the handover waits or is due.
    /// @param fund The fund.
    /// @param committee Committee in which the member sits.
    /// @param successor Committee that is to decide.
    /// @param revision How often seats and rules of the successor have been changed.
    /// @param operationNonce How often the change was scheduled, from 1.
    /// @custom:act RetractAgreement
    /// @custom:message ActOnHandover(string action,uint16 fund,uint32 committee,uint32 successor,uint16 revision,uint32 operationNonce,uint256 nonce,uint48 deadline)
    /// @custom:action 收回移交同意 Take back my agreement to a handover
    /// @custom:notice-zh 移交还没有生效时，收回自己的同意。
    /// @custom:by seat of committee
    /// @custom:field fund fund
    /// @custom:field committee id
    /// @custom:field successor id
    /// @custom:field revision number
    /// @custom:field operationNonce number
    /// @custom:field authorization authorization
    /// @custom:emits HandoverVoteCast
    /// @custom:undo AgreeToHandover
    function retractAgreement(
        uint16 fund,
        uint32 committee,
        uint32 successor,
        uint16 revision,
        uint32 operationNonce,
        Authorization calldata authorization
    ) external;

    /// @notice What judges a proposal of this amount, submitted now. Reverts if the committee is not in force.
    /// @param recentFen What the same line, requester or payee got lately, in fen: the tier is the one that reaches both
    /// together, or the last one.
    function ruleFor(uint32 committee, uint64 amountFen, uint64 recentFen) external view returns (Rule memory);

    /// @notice What judges a proposal that is voted on anew: the rules in force now, if they are nowhere laxer than those
    /// of a version and tier, and else these. Reverts if the rules in force do not reach the amount.
    function stricterRule(uint32 committee, uint64 amountFen, uint64 recentFen, uint16 version, uint8 tier)
        external
        view
        returns (Rule memory);

    /// @notice The seat in force of the member whose key it is. Reverts if there is none.
    function voterOf(uint32 committee, address key) external view returns (Voter memory);

    /// @notice The voting seats in force of those whose keys these are, one bit per seat. Seat and key are held since `time` or
    /// longer; a key of which that is not so leaves the others as they are.
    /// @param keys As {IMembers-heldKey} tells them.
    /// @param time Seconds since 1970.
    /// @param except Member whose seat is left out.
    function seatsSince(uint32 committee, HeldKey[] calldata keys, uint48 time, bytes16 except)
        external
        view
        returns (uint16 seats);

    /// @notice What votes decide, by the share of all seats and the minimum of each class.
    function decide(Vote calldata vote) external view returns (Decision memory);

    /// @notice Whether a vote may still pass by a tier of the rules without some seats, one bit per seat.
    function maySuffice(uint32 committee, uint16 version, uint8 tier, uint16 lost) external view returns (bool);

    /// @notice A tier of a version of the rules; zeros if there is none.
    function tierOf(uint32 committee, uint16 version, uint8 tier) external view returns (Tier memory);

    /// @notice The last seat of a member, in force or not; zeros if none.
    function seatOf(uint32 committee, bytes16 member) external view returns (Seat memory);

    /// @notice The committee that decides over a fund now; 0 before it has one.
    function committeeOf(uint16 fund) external view returns (uint32);

    /// @notice The committee that decides or decided over a fund at a time that is not to come; 0 before it had one.
    /// @param time Seconds since 1970.
    function committeeAt(uint16 fund, uint48 time) external view returns (uint32);

    /// @notice The committee that would agree to a handover of the fund now; 0 if there is none.
    function agreeingCommittee(uint16 fund) external view returns (uint32);

    /// @notice Seats of a committee that agree to a handover, one bit per seat: those that the member still holds who agreed.
    function agreementsOf(bytes32 operationId, uint32 operationNonce, uint16 revision, uint32 committee)
        external
        view
        returns (uint16);

    /// @notice Fund of a committee and number of its voting seats; zeros if there is no such committee.
    function committeeRecord(uint32 committee) external view returns (uint16 fund, uint8 seats);

    /// @notice The last holder of each voting seat, in force or not; zero where there was none.
    function holdersOf(uint32 committee) external view returns (bytes16[] memory);

    /// @notice Voting seats that are held and in force by these members, one bit per seat.
    /// @param members For each seat, from 0, who may hold it; zero for nobody.
    function seatsHeld(uint32 committee, bytes16[] calldata members) external view returns (uint16);
}
