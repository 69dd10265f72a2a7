"""Pages for everybody: home, funds, ledger, requests, campaigns."""
