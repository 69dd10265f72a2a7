"""Hostile bundles for the auditor: made from good ones by a seed, judged, and each one that was passed explained."""
