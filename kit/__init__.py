"""What every package stands on and none is about: databases, locks, the clock, problems, JSON-RPC. Imports nothing of ours."""
