"""What a bundle and a trust file hold, read and checked for their shape."""
