"""The acts (`contracts.acts`): a list of all, an address that drafts each that members sign, and orders of offices."""
