"""Load: exported files in, typed records out, every line accounted for."""
