"""What the events of a task come to: evidence, minutes, assurance level, claim; and welfare checks."""
