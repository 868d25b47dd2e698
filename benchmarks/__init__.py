"""Measurements anyone can repeat; docs/benchmarks.md says how."""
