"""Drafts of proposals: signed by the applicant, kept here until enough of the committee have signed too (ADR 0011)."""
