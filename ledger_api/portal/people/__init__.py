"""Pages of one person: a volunteer's day, a worker's statement, a visit."""
