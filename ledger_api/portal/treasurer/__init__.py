"""Bank statements as a treasurer sees them."""
