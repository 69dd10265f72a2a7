"""What checks found, and the verdict that follows."""
