"""Detect: the graph in; hits with their source rows, and a test for every subject that was looked at, out. One file an idea."""
