"""Service events: ingest, verification, visit assembly, Merkle log, device simulator."""
