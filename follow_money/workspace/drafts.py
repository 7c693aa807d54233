"""Drafts to start from: a commented settings file and a mapping guessed from the headers of the exported files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from follow_money.errors import UsageError
from follow_money.registers.draft import draft_mapping
from follow_money.stages import write_text

SETTINGS: Final = """\
# Settings of a screening. Every line may be left out; what stands here is the default.
profile = "own"            # municipal_committee | forsakringskassan | utbetalningsmyndigheten | tax_agency | economic_crime_authority | own
max_quarantine = 0.01      # largest share of a file's rows in quarantine
capacity = 20              # how many cases can be reviewed
case_size = 12             # largest number of organisations in one case
q_limit = 0.05             # false-discovery rate of rates, across all detectors
language = "sv"            # sv | en: what people read on screen

# Parameters of detectors, by name; see: follow-money detectors, follow-money explain DETECTOR
# [detectors.overlapping_shifts]
# tolerance_minutes = 30
# [detectors.permit_missing]
# enabled = false

# Detectors on what natural persons claim are off. They start only when each is asked for, and somebody answers for them
# [detectors.NAME]
# enabled = true
# [person_detectors]
# dpia_id = ""             # impact assessment of data protection
# fria_id = ""             # impact assessment of fundamental rights
# legal_basis = ""         # the law that allows this control
# owner = ""               # who answers for it, by name; the audit log names them
# review_on = 2027-01-31   # the day of the next review, a quarter ahead at most

# Registers of what officials did are not read, and insider detectors are off, until somebody answers for them
# [insider]
# purpose = ""             # what the control is for, as staff were told
# decided_by = ""          # who decided on it
# legal_basis = ""         # the law or agreement that allows it
# dpia_id = ""             # impact assessment of data protection, of this module
# consulted_on = 2026-11-02 # the day on which the unions were consulted (MBL 11 §)
# staff_told_on = 2026-11-16 # the day on which the staff were told
# owner = ""               # who answers for it at internal audit, by name
# review_on = 2027-01-31   # the day of the next review, a quarter ahead at most
"""


def write_drafts(exports: Path, *, force: bool) -> list[Path]:
    """Write ``settings.toml`` here and ``mapping.toml`` into ``exports``. Raises UsageError when one is there and ``force`` is not given."""
    drafts = {Path("settings.toml"): SETTINGS, exports / "mapping.toml": draft_mapping(exports)}
    for path in drafts:
        if path.exists() and not force:
            raise UsageError(f"{path} is there already. Move it away, or overwrite it with --force.")
    for path, text in drafts.items():
        write_text(path, text)
    return list(drafts)
