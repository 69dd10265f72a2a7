"""What the rules of the town say, replayed from the verified history."""
