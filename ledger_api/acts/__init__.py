"""The acts (`contracts.acts`): a list of all, and for each that members sign an address that drafts it."""
