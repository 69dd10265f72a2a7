"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261124_tables"
down_revision = None

SCHEMA = "mirror"
TYPES: dict[str, Any] = {
    "bool": sa.Boolean, "bytes": sa.LargeBinary, "enum": sa.SmallInteger, "int": sa.BigInteger,
}  # fmt: skip

# A line for each event: its table, then its fields with their types; a star for an index.
EVENTS = """
household_placed: household:bytes* building:bytes*
key_added: member:bytes* key:bytes* kind:enum valid_from:int refusable_until:int
key_ended: member:bytes* key:bytes*
key_kept: member:bytes* key:bytes*
key_refused: member:bytes* key:bytes* refuser:bytes*
key_replaced: member:bytes* key:bytes* new_key:bytes* ends_at:int
guardian_named: member:bytes* guardian:bytes*
guardian_dismissed: member:bytes* guardian:bytes* ends_at:int
recovery_signed: member:bytes* new_key:bytes* guardian:bytes* lapses_at:int
member_registered: member:bytes* kind:enum household:bytes*
role_granted: member:bytes* role:enum* scope:int* valid_until:int
account_opened: account:bytes* unit:enum* world:bool fund:int
module_admitted: module:bytes* kinds:int
module_closing: module:bytes*
module_retired: module:bytes*
transferred: sequence:int payer:bytes* payee:bytes* unit:enum amount:int reason:enum cause:bytes* document:bytes
bank_account_opened: bank:int*
donation_reversed: bank_line:bytes* outgoing_bank_line:bytes* purpose:int document:bytes treasurer:bytes
donations_attested: treasurer:bytes* count:int
fund_frozen: fund:int* frozen:bool
fund_opened: fund:int* parent:int* level:enum bank:int
purpose_opened: purpose:int* fund:int*
campaign_opened: campaign:int* purpose:int target_fen:int min_households:int building:bytes closes_at:int
    match_purpose:int match_lock_fen:int match_bps:int match_per_giver_fen:int per_household:bool
campaign_settled: campaign:int* state:enum gifts_fen:int matched_fen:int returned_fen:int
gift_attested: campaign:int* bank_line:bytes* donor:bytes* household:int amount_fen:int booked_on:int
    matched_fen:int gifts_fen:int households:int treasurer:bytes
gift_refunded: campaign:int* bank_line:bytes* outgoing_bank_line:bytes* amount_fen:int
gift_reversed: campaign:int* bank_line:bytes* outgoing_bank_line:bytes* document:bytes amount_fen:int
    matched_fen:int gifts_fen:int households:int treasurer:bytes
households_listed: campaign:int* root:bytes households:int
committee_opened: committee:int* fund:int* seats:int donor_seats:int resident_seats:int official_seats:int
    enterprise_seats:int since:int
seat_filled: committee:int* seat:int* member:bytes* since:int valid_until:int
seat_vacated: committee:int* seat:int* member:bytes*
tier_set: committee:int* version:int* tier:int* up_to_fen:int yes_numerator:int yes_denominator:int
    min_donor:int min_resident:int min_official:int min_enterprise:int decide_seconds:int notice_seconds:int
    objections_to_suspend:int proof_seconds:int
budget_line_set: budget_line:int* purpose:int* limit_fen:int
disbursement_reversed: proposal_id:bytes* bank_line:bytes* incoming_bank_line:bytes* document:bytes treasurer:bytes
member_recused: proposal_id:bytes* member:bytes* seat:int
notice_started: proposal_id:bytes* round:int notice_ends_at:int
objection_raised: proposal_id:bytes* member:bytes* statement:bytes objections:int
objections_answered: proposal_id:bytes* statement:bytes round:int rules_version:int tier:int
    recusals:int vote_ends_at:int
opinion_recorded: proposal_id:bytes* member:bytes* statement:bytes
payment_proven: proposal_id:bytes* bank_line:bytes* treasurer:bytes
proposal_approved: proposal_id:bytes* round:int seats:int
proposal_executed: proposal_id:bytes* amount_fen:int proof_due_at:int
proposal_failed: proposal_id:bytes* round:int
proposal_rejected: proposal_id:bytes* round:int member:bytes* seat:int
proposal_submitted: proposal_id:bytes* committee:int purpose:int budget_line:int amount_fen:int number:int
    requester:bytes payee:bytes documents:bytes rules_version:int tier:int
proposal_suspended: proposal_id:bytes*
proposal_withdrawn: proposal_id:bytes*
vote_retracted: proposal_id:bytes* round:int member:bytes* seat:int
head_anchored: size:int* root:bytes* ruleset:bytes
device_enrolled: device:bytes* device_class:enum* algorithm:enum key_class:enum key_x:bytes key_y:bytes
    owner:bytes* place:bytes valid_from:int valid_until:int settled_from:int
device_revoked: device:bytes* compromised_from:int
device_suspended: device:bytes* suspended:bool
challenge_set: challenge_seconds:int
claim_acknowledged: task:bytes* coordinator:bytes*
claim_admitted: task:bytes* volunteer:bytes* served_minutes:int credit_minutes:int level:enum ruleset:bytes
    check_in:bytes check_out:bytes creditable_at:int
claim_credited: task:bytes* volunteer:bytes* credited_minutes:int
claim_disputed: task:bytes* coordinator:bytes* document:bytes decide_by:int
claim_lapsed: task:bytes*
claim_rejected: task:bytes* coordinator:bytes* document:bytes
credit_reversed: task:bytes* coordinator:bytes* document:bytes
service_set: service:int* min_minutes:int max_minutes:int tariff_minutes:int
task_accepted: task:bytes* volunteer:bytes*
task_cancelled: task:bytes* coordinator:bytes* document:bytes
task_expired: task:bytes*
task_opened: task:bytes* fund:int* service:int* authorised_minutes:int beneficiary:bytes coordinator:bytes expires_at:int
task_released: task:bytes* volunteer:bytes*
decided_for_member: redemption:bytes* coordinator:bytes* document:bytes
decided_for_provider: redemption:bytes* coordinator:bytes* document:bytes earned_minutes:int
redemption_accepted: redemption:bytes*
redemption_cancelled: redemption:bytes*
redemption_confirmed: redemption:bytes* earned_minutes:int
redemption_declined: redemption:bytes*
redemption_disputed: redemption:bytes* document:bytes until:int
redemption_lapsed: redemption:bytes*
redemption_opened: redemption:bytes* member:bytes* provider:bytes* fund:int service:int held_minutes:int until:int
redemption_served: redemption:bytes* until:int
redemption_settled: redemption:bytes* earned_minutes:int
redemption_voided: redemption:bytes* coordinator:bytes* document:bytes
enterprise_opened: enterprise:int* levy_purpose:int* reserve_purpose:int remainder_purpose:int min_fund_bps:int
lot_decided: lot:bytes* worker:bytes* enterprise:int* treasurer:bytes accepted_pieces:int proceeds_fen:int worker_fen:int
    reserve_fen:int fund_fen:int remainder_fen:int document:bytes
lot_dispute_lapsed: lot:bytes*
lot_disputed: lot:bytes* document:bytes until:int
lot_lapsed: lot:bytes*
lot_returned: lot:bytes*
lot_reversed: lot:bytes* worker:bytes* enterprise:int* treasurer:bytes accepted_pieces:int free_pieces:int
    proceeds_fen:int worker_fen:int reserve_fen:int fund_fen:int remainder_fen:int document:bytes
lot_settled: lot:bytes* worker:bytes* enterprise:int* accepted_pieces:int rejected_pieces:int proceeds_fen:int worker_fen:int
    reserve_fen:int fund_fen:int remainder_fen:int document:bytes foreman:bytes until:int
lot_taken: lot:bytes* order:bytes* worker:bytes* pieces:int until:int
payout_proven: enterprise:int* worker:bytes* bank_line:bytes* amount_fen:int treasurer:bytes
payout_reversed: enterprise:int* worker:bytes* bank_line:bytes* incoming_bank_line:bytes amount_fen:int document:bytes
    treasurer:bytes
proceeds_attested: enterprise:int* bank_line:bytes* amount_fen:int treasurer:bytes
proceeds_reversed: enterprise:int* bank_line:bytes* outgoing_bank_line:bytes* amount_fen:int document:bytes
    treasurer:bytes
rate_card_published: enterprise:int* product:int* version:int* piece_fen:int worker_bps:int reserve_bps:int
    fund_bps:int
work_order_opened: order:bytes* enterprise:int* product:int* version:int pieces:int worker_pieces:int due_at:int
"""


def upgrade() -> None:
    """Creates blocks, what hangs on them, cursor and status."""
    schema = None if op.get_bind().dialect.name == "sqlite" else SCHEMA
    _chain(schema)
    _derived(schema)
    _single_rows(schema)
    for line in EVENTS.replace("\n    ", " ").strip().splitlines():
        name, fields = line.split(": ")
        _event(schema, name, [field.split(":") for field in fields.split()])
    op.create_index("transferred_sequence_idx", "transferred", ["sequence"], unique=True, schema=schema)


def _chain(schema: str | None) -> None:
    op.create_table(
        "blocks",
        sa.Column("number", sa.BigInteger, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("parent_hash", sa.LargeBinary, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="blocks_pkey"),
        sa.UniqueConstraint("hash", name="blocks_hash_key"),
        schema=schema, sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("blocks_time_idx", "blocks", ["time"], schema=schema)
    op.create_table(
        "transactions",
        *_key(schema, "transactions", "block_number", "tx_index"),
        sa.Column("tx_index", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sender", sa.LargeBinary, nullable=False),
        sa.Column("target", sa.LargeBinary),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("gas_used", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("hash", name="transactions_hash_key"),
        schema=schema, sqlite_with_rowid=False,
    )  # fmt: skip


def _derived(schema: str | None) -> None:
    op.create_table(
        "balances",
        sa.Column("account", sa.LargeBinary, nullable=False),
        *_key(schema, "balances", "account", "block_number"),
        sa.Column("balance", sa.BigInteger, nullable=False),
        schema=schema, sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("balances_block_number_idx", "balances", ["block_number"], schema=schema)
    op.create_table(
        "validators",
        *_key(schema, "validators", "block_number"),
        sa.Column("addresses", sa.LargeBinary, nullable=False),
        sa.Column("votes", sa.LargeBinary, nullable=False),
        schema=schema, sqlite_with_rowid=False,
    )  # fmt: skip


def _single_rows(schema: str | None) -> None:
    op.create_table(
        "cursor",
        sa.Column(
            "id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="cursor_one_row"), autoincrement=False
        ),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("final_number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="cursor_pkey"),
        schema=schema,
    )
    op.create_table(
        "status",
        sa.Column(
            "id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="status_one_row"), autoincrement=False
        ),
        sa.Column("head_number", sa.BigInteger, nullable=False),
        sa.Column("halted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("checked_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="status_pkey"),
        schema=schema,
    )


def _event(schema: str | None, name: str, fields: list[list[str]]) -> None:
    op.create_table(
        name,
        *_key(schema, name, "block_number", "log_index"),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("tx_index", sa.BigInteger, nullable=False),
        *(sa.Column(field, TYPES[kind.rstrip("*")], nullable=False) for field, kind in fields),
        schema=schema, sqlite_with_rowid=False,
    )  # fmt: skip
    for field, kind in fields:
        if kind.endswith("*"):
            op.create_index(f"{name}_{field}_idx", name, [field, "block_number", "log_index"], schema=schema)


def _key(schema: str | None, table: str, *columns: str) -> tuple[sa.schema.SchemaItem, ...]:
    target = f"{schema}.blocks.number" if schema else "blocks.number"
    return (
        sa.Column("block_number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*columns, name=f"{table}_pkey"),
        sa.ForeignKeyConstraint(
            ["block_number"], [target], ondelete="CASCADE", name=f"{table}_block_number_fkey"
        ),
    )
