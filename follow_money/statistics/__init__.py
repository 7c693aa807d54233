"""The nulls and tests that detectors share, one idea a file.

Honest providers differ in clerical care, so a plain binomial null cries wolf: over 20 simulations of 900 honest providers it gave p <= .001
to 2.9 % of them, a beta-binomial to 0.09 %. Every rate here is therefore tested against an over-dispersed null fitted on peers.
"""

from follow_money.statistics.arrays import FEWEST_PEERS, Flags, Floats, Ints
from follow_money.statistics.beta_binomial import BetaBinomial, beta_binomial_tail, fit_beta_binomial
from follow_money.statistics.concentration import Concentration, concentration
from follow_money.statistics.cusum import LevelShift, cusum, level_shift
from follow_money.statistics.errors_of_others import errors_of_others
from follow_money.statistics.excess_mass import ExcessMass, excess_below
from follow_money.statistics.false_discovery import HeldLimit, benjamini_hochberg, limit_across_families
from follow_money.statistics.few_peers import ENOUGH, tail_of_few
from follow_money.statistics.forward_search import (
    FEWEST_COUNTS,
    NOBODY,
    RULE_OF_THREE,
    START_FROM,
    START_FROM_AT_MOST,
    TRIM_BELOW,
)
from follow_money.statistics.negative_binomial import NegativeBinomial, fit_negative_binomial
from follow_money.statistics.permutation import collapsed, permutation_tail, swapped
from follow_money.statistics.poisson import poisson_binomial_upper_tail, poisson_point, poisson_upper_tail
from follow_money.statistics.randomised import drawn, randomised_p
from follow_money.statistics.robust import OWN_ERROR, in_own_error, robust_tail, robust_z, student_tail
from follow_money.statistics.shared_ties import SharedTies, shared_ties

__all__ = [
    "ENOUGH",
    "FEWEST_COUNTS",
    "FEWEST_PEERS",
    "NOBODY",
    "OWN_ERROR",
    "RULE_OF_THREE",
    "START_FROM",
    "START_FROM_AT_MOST",
    "TRIM_BELOW",
    "BetaBinomial",
    "Concentration",
    "ExcessMass",
    "Flags",
    "Floats",
    "HeldLimit",
    "Ints",
    "LevelShift",
    "NegativeBinomial",
    "SharedTies",
    "benjamini_hochberg",
    "beta_binomial_tail",
    "collapsed",
    "concentration",
    "cusum",
    "drawn",
    "errors_of_others",
    "excess_below",
    "fit_beta_binomial",
    "fit_negative_binomial",
    "in_own_error",
    "level_shift",
    "limit_across_families",
    "permutation_tail",
    "poisson_binomial_upper_tail",
    "poisson_point",
    "poisson_upper_tail",
    "randomised_p",
    "robust_tail",
    "robust_z",
    "shared_ties",
    "student_tail",
    "swapped",
    "tail_of_few",
]
