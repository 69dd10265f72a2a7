"""Tasks of the time bank, credits and redemptions."""
