"""Whoever does not trust the operator: reads a published log and recomputes all that it says."""
