"""Patterns of money laundering in time order, one file a pattern; each gives back the payments that it is made of.

Paths: ``round_trip``, ``chains``. Groups: ``fan_in``, ``fan_out``, ``scatter_gather``, ``gather_scatter``, ``pass_through``, ``structuring``,
``dormancy_then_burst``, ``recurring_round_payments``. Links: ``residence``, ``sent_on``.
A pattern is a shape that money takes, never a finding: each has lawful makers.
"""
