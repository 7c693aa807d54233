"""How careless the registers are: three levels of noise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Shares. Of records: whether a field is missing or written wrong; of people: whether they moved, married, are hard to tell apart.

    ``wrong_number`` is a slip of the pen in it, ``other_number`` another person's. ``twins`` and ``namesakes`` are shares
    of people that get one, ``same_name_at_home`` of people with an older one of the household, whose name they get,
    ``alike_twins`` of people with a twin whose given name differs from theirs by a letter or two.
    """

    no_number: float
    wrong_number: float
    other_number: float
    misspelled: float
    transliterated: float
    turned: float
    initial: float
    no_birth: float
    birth_slip: float
    new_year: float
    no_address: float
    no_flat: float
    no_phone: float
    moved: float
    married: float
    twins: float
    namesakes: float
    same_name_at_home: float
    alike_twins: float = 0.0


LEVELS = {
    "light": Noise(
        no_number=0.10, wrong_number=0.01, other_number=0.001, misspelled=0.03, transliterated=0.02, turned=0.02,
        initial=0.002, no_birth=0.03, birth_slip=0.005, new_year=0.002, no_address=0.05, no_flat=0.1, no_phone=0.3,
        moved=0.08, married=0.02, twins=0.004, namesakes=0.002, same_name_at_home=0.002,
    ),
    "middle": Noise(
        no_number=0.25, wrong_number=0.02, other_number=0.002, misspelled=0.08, transliterated=0.05, turned=0.05,
        initial=0.01, no_birth=0.08, birth_slip=0.015, new_year=0.005, no_address=0.12, no_flat=0.2, no_phone=0.4,
        moved=0.15, married=0.05, twins=0.01, namesakes=0.01, same_name_at_home=0.01,
    ),
    "hard": Noise(
        no_number=0.40, wrong_number=0.04, other_number=0.004, misspelled=0.15, transliterated=0.10, turned=0.08,
        initial=0.02, no_birth=0.15, birth_slip=0.03, new_year=0.01, no_address=0.2, no_flat=0.3, no_phone=0.5,
        moved=0.25, married=0.08, twins=0.03, namesakes=0.03, same_name_at_home=0.03, alike_twins=0.01,
    ),
}  # fmt: skip
"""The levels by name. At the hard one two records in five carry no number."""
