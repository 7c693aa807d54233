"""Pairs that neither rule nor model could decide, one by one in JupyterLab, for a person to judge."""
