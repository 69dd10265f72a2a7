"""JSON-RPC over HTTP with one set of rules: `client` for code that may block, `async_client` for event loops."""
