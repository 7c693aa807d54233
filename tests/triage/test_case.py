from __future__ import annotations

from pathlib import Path

import pytest

from follow_money.triage.case import told_case
from tests.triage.small_cases import hit, ranked


@pytest.mark.parametrize(
    ("language", "who"),
    [("sv", "ingen organisation: föräldrapenning"), ("en", "no organisation: parental benefit")],
)
def test_a_case_about_claims_of_natural_persons_is_called_by_its_programme_and_names_nobody(
    tmp_path: Path, language: str, who: str
) -> None:
    about_a_claim = hit("a", None, subject_id="K-1", subject_kind="claim", programme="parental_benefit")
    [case] = ranked(tmp_path, [about_a_claim])
    assert told_case(case, [about_a_claim], {}, language).head.endswith(f": {who}")


def test_a_case_about_an_organisation_is_called_by_its_name(tmp_path: Path) -> None:
    [case] = ranked(tmp_path, [hit("a", "O-1")])
    assert told_case(case, [], {"O-1": "Ett AB"}, "sv").head.endswith(": Ett AB (O-1)")
