"""The inbox of committee members."""
