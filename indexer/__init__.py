"""Chain to SQL mirror: fetch, verify, decode, write, rewind."""
