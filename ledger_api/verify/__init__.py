"""Looking up what a receipt or a printed page says."""
