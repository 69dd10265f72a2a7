"""The ledger: transfers, newest first."""
