"""Settings of a screening, and the locks of what starts only for a stated purpose."""
