"""Connect: records and entities in; one graph of who stands behind whom, as tables on entity ids, out."""
