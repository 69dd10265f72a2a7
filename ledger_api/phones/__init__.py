"""A browser as a volunteer's phone: its registration, and checking in and out with it."""
