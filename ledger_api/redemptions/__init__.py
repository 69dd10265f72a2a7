"""Redemptions: hours held for a service, between who redeems, who serves, and the coordinators who decide a dispute."""
