"""Unusual beside a case: told in the reader's language, units too."""

from __future__ import annotations

import pyarrow as pa
import pytest

from follow_money.model import Purpose
from follow_money.told.shown_unusual import unusual_told
from follow_money.triage.unusual import UNUSUAL

FOUND = pa.Table.from_pylist(
    [
        {
            "organisation_id": "O-1", "peer_group": "payment_control", "peers": 59, "share": 57 / 60,
            "figures": [
                {"detector": "overlapping_shifts", "unit": "overlapping shifts", "log_ratio": 2.0, "higher": 1, "peers": 59},
                {"detector": "long_months", "unit": "person-months above the hours", "log_ratio": -0.2, "higher": 40, "peers": 59},
            ],
        }
    ],
    schema=UNUSUAL,
)  # fmt: skip


def test_units_and_shares_are_told_in_the_readers_language() -> None:
    head, figure = unusual_told(FOUND, ["O-1"], {"O-1": "Bolaget"}, "sv")
    assert (
        "Bolaget är, i snitt av tre mått, ovanligare än 95\u00a0% av 59 jämförbara i kontrollen av utbetalningar."
        in head
    )
    assert figure == "  overlapping_shifts, överlappande pass: 1 av 59 jämförbara ligger högre."
    head, figure = unusual_told(FOUND, ["O-1"], {}, "en")
    assert "O-1 is, by three measures on average, more unusual than 95% of 59 peers in the control of payments." in head
    assert figure == "  overlapping_shifts, overlapping shifts: 1 of 59 peers are higher."


@pytest.mark.parametrize(("language", "none"), [("sv", "kan jämföras"), ("en", "can be compared")])
def test_who_was_not_compared_is_said_to_be_so(language: str, none: str) -> None:
    (line,) = unusual_told(FOUND, ["O-2"], {}, language)
    assert none in line


@pytest.mark.parametrize("purpose", Purpose)
def test_an_organisation_that_is_compared_twice_is_told_among_whom(purpose: Purpose) -> None:
    again = FOUND.set_column(1, FOUND.schema.field("peer_group"), pa.array([purpose.value]))
    both = unusual_told(pa.concat_tables([FOUND, again]), ["O-1"], {}, "sv")
    assert (both[0] == both[2]) == (purpose == Purpose.PAYMENT_CONTROL)
