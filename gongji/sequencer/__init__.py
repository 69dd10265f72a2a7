"""The embedded chain: one Anvil process behind a sequencer whose journal is the truth.

Anvil's own state file is not crash-safe. So every transaction and every block's timestamp is written to an append-only
journal, and fsynced, before Anvil sees it. Replaying the journal gives the identical head hash; Anvil is a cache that
can be killed at any moment. One process, for trial and tests: it is not a network and says so when it starts.
"""
