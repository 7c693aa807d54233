"""Why something was not flagged, in the reader's language: every unit, null, group of peers and reason that a detector may give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from follow_money.detectors.nulls import RateNull
from follow_money.referral.texts import texts
from follow_money.statistics import HeldLimit
from follow_money.told.explained_tests import why_not, words_of_test

FOLDER = Path(__file__).parents[2] / "follow_money" / "detectors"
SOURCES = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py"))]
ENGLISH = re.compile(r"\b(the|of|than|no|only|in|fewer|with|and|its|is|share|peers?|smaller|larger|over|from)\b")


def written(*patterns: str) -> set[str]:
    """The texts that the detectors' sources hold at such places; 7 where a value is filled in."""
    found = {text for source in SOURCES for pattern in patterns for text in re.findall(pattern, source)}
    return {re.sub(r"\{[^}]*\}", "7", text).strip() for text in found}


REASONS = written(r'why ?= ?f?"([^"]+)"', r'_untested\([^"\n]*f?"([^"]+)"', r'else "(one [^"]+)"', r'f"(only [^"]+)"')
REASONS = {reason for reason in REASONS if "searches" not in reason}  # of a detector, not of a test
UNITS = written(
    r'[^_]unit ?= ?"([^"]+)"', r'_UNIT ?= ?"([^"]+)"', r'unit = self\.subject_kind\.value, "([^"]+)"',
    r'unit, kind = "([^"]+)"', r'(?:ABOVE, BELOW|_STAFF, _SALES) = "([^"]+)"', r'(?:ABOVE, BELOW|_STAFF, _SALES) = "[^"]+", "([^"]+)"',
)  # fmt: skip
PEERS = written(r'peer_group"?\]? ?[=:] ?\(?f?"([a-z][^"]+[^ "])"')
NULLS = written(r'null_model"?[=:] ?f?"([^"]+)"') | {null.value for null in RateNull}
FIGURES = {
    "assistance, smaller half",
    "suppliers of 7 about 9 kr",
    "suppliers with 4 to 15 invoices",
    "officials of smaller units",
    "assistance, postal region 1, smaller half",
    "home_care, other postal regions, larger half",
    "employers, trade 46, other postal regions",
    "bankruptcies, other trades",
    "only 3 peers in employers, trade 46",
    "only 3 peers in serving, smaller half",
    "only 3 peers in home_care, other postal regions",
}


def test_the_detectors_sources_are_read() -> None:
    assert len(REASONS) > 30
    assert len(UNITS) > 40
    assert len(PEERS) > 5
    assert len(NULLS) > 10


@pytest.mark.parametrize("text", sorted((REASONS | NULLS | PEERS | FIGURES) - {"robust z"}))
def test_what_a_test_says_is_said_in_swedish(text: str) -> None:
    assert words_of_test(text, "en") == text
    assert words_of_test(text, "sv") != text
    assert not ENGLISH.search(words_of_test(text, "sv").replace(" i ", " "))


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_every_unit_of_a_test_has_swedish_words(unit: str) -> None:
    assert unit in texts("sv")["units"]


ONE_OF_TWENTY = HeldLimit(q_limit=0.05, within=0.0025, selected=1, families=20)


def test_a_test_above_the_limit_is_told_in_the_readers_language() -> None:
    test = {
        "detector": "overlapping_shifts", "not_evaluable": None, "unit": "overlapping shifts", "observed": 4.0, "expected": 2.5,
        "null_model": "beta-binomial, mean 0.0100, rho 0.0020", "p_value": 0.2, "q_value": 0.4, "peers": 12, "peer_group": "assistance, smaller half",
    }  # fmt: skip
    assert why_not(test, ONE_OF_TWENTY, "sv") == (
        "4 överlappande pass, väntat 2,5, p = 0,2, q = 0,4 (betabinomial, medelvärde 0,0100, rho 0,0020, "
        "12 jämförbara: assistansersättning, mindre hälften): q över 0,0025: gränsen 0,05 delad mellan 20 detektorer som prövat andelar, varav 1 valdes ut"
    )
    told = why_not(test | {"q_value": 0.004}, ONE_OF_TWENTY, "en")
    assert "4 overlapping shifts, expected 2.5" in told
    assert told.endswith(
        "q above 0.0025: the limit 0.05 shared by the 20 detectors that tested rates, of which 1 were selected"
    )
    assert "below a fixed floor" in why_not(test | {"q_value": 0.002}, ONE_OF_TWENTY, "en")
    assert why_not(test, None, "en").endswith(
        "): below a fixed floor of the detector or excepted (see: explain overlapping_shifts)"
    )
    before = HeldLimit(q_limit=0.05, within=0.05, selected=0, families=0)
    assert why_not(test, before, "sv").endswith("): q över gränsen 0,05")
    limit = words_of_test("suppliers of kommun about SEK 1,005,000", "sv")
    assert limit == "leverantörer till kommun kring 1\u00a0005\u00a0000\u00a0kr"
    few = test | {"not_evaluable": "fewer than 20 shifts"}
    assert why_not(few, ONE_OF_TWENTY, "sv") == "kunde inte prövas, färre än 20 pass"


@pytest.mark.parametrize(
    ("observed", "expected", "reason"),
    [
        (0.0, None, "nothing beyond the tolerance"),
        (1850.0, 1891.0, "nothing beyond the tolerance"),
        (1.0, None, "below a fixed floor of the detector or excepted (see: explain shifts_elsewhere)"),
        (1950.0, 1891.0, "below a fixed floor of the detector or excepted (see: explain shifts_elsewhere)"),
    ],
)
def test_a_fact_that_is_no_finding_says_why(observed: float, expected: float | None, reason: str) -> None:
    test = {
        "detector": "shifts_elsewhere", "not_evaluable": None, "unit": "hours", "observed": observed, "expected": expected, "null_model": "fact",
        "p_value": None, "q_value": None, "peers": None, "peer_group": None,
    }  # fmt: skip
    assert why_not(test, ONE_OF_TWENTY, "en").endswith(f"(fact): {reason}")
