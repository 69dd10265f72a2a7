"""Simulated devices, a town of them, and faults."""
