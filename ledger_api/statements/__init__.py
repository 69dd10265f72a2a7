"""Bank statements of the host's accounts: imported by a treasurer, checked, and matched with what is on chain.

Statements hold personal data. They stay here; the chain sees only salted keys of lines.
"""
