"""Where exhibits are in a bundle, and the fields of their lines, for those who write them and those who read them."""

from __future__ import annotations

ACCOUNTS = "api/accounts.jsonl"
ACCOUNT_FIELDS = ("account", "balance", "block_hash", "block_number", "unit")

STATEMENTS_FOLDER = "exhibits/statements/"
STATEMENT_FORMAT = "gongji.statement.v1"
MAX_FEN = 2**63 - 1

HOUSEHOLDS_FOLDER = "exhibits/households/"
HOUSEHOLDS_FORMAT = "gongji.households.v1"

PAYEES = "exhibits/payees.jsonl"
PAYEE_FIELDS = ("payee", "salt", "text")
