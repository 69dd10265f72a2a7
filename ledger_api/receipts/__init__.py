"""Receipt keys: whose receipts count."""
