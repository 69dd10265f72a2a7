"""What a block proves by itself: header hash, transactions, receipts, bloom, seals. Pure functions over JSON-RPC answers."""
