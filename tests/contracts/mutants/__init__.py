"""Weakens each rule of the contracts, one at a time, and tells which ones no test misses. Run by hand.

python -m tests.contracts.mutants                       all contracts; goes on where it was broken off
python -m tests.contracts.mutants --contract Ledger     one of them, or several
"""
