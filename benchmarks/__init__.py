"""Benchmarks: every number that somebody asked for, measured. ``python -m benchmarks`` lists them."""
