"""One file a typology: plants it, and tells the truth. Look-alikes stand beside, grouped by programme."""
