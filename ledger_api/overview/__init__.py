"""The town at a glance."""
