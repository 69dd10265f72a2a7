"""What a request says of itself: a title and a reason, which everybody can read and the chain commits to."""
