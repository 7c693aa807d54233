"""Resolve: which records are the same person, organisation or account, why, and how sure."""
