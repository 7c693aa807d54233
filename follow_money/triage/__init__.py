"""Triage: hits that belong together become cases, ranked for the capacity that there is; a person's decisions are kept."""
