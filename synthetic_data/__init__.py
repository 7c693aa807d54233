"""A synthetic Swedish region: honest and planted, written as the register exports that an analyst would get.

``write_region(out, people=20_000, seed=1)`` writes ``out/exports`` (files and their ``mapping.toml``) and ``out/truth``
(what was planted, what only looks like it). No number in it can be anyone's: every check digit is wrong by one.
"""

from synthetic_data.build import Planted
from synthetic_data.writing import RegionSummary, write_region

__all__ = ["Planted", "RegionSummary", "write_region"]
