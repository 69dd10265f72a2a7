"""One file per change, by date."""
