"""The acts (`contracts.acts`): a list of all, and an address that drafts each that a member or an office signs."""
