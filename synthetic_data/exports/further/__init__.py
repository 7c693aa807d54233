"""Registers that only scenarios of the matrix fill, one file each: ``REGISTER`` is its name, ``export`` writes it."""
