"""The keeper: sees to what nobody must forget, a module for each of its duties.

It decides nothing: each act follows from the mirror and the event log, and the contracts check it again. All it does goes
through the relayer's outbox under an idempotency key, so that two keepers, or one killed anywhere, act once.
"""
