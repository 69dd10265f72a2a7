"""The definition of everything that happens on chain: Solidity, ABI, generated event types, deployment."""
