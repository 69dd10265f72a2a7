"""One module per change, named by date and what it does."""
