from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from follow_money.detectors.catalogue import is_of_rates
from follow_money.detectors.screening import RATE_FAMILIES
from follow_money.model import TESTS
from tests.cli.told import one_document, refused
from tests.whole_flow import Screened, command


def test_what_if_counts_the_tests_within_each_limit_and_the_findings_among_them(
    screened: Screened, place: Path
) -> None:
    told = one_document(command("what-if", "collecting_account", "-w", place, "--q", "0", "--q", "1", "--json"))
    tests = [test for test in screened.run.tests.to_pylist() if test["detector"] == "collecting_account"]
    hits = sum(test["is_hit"] for test in tests)
    none, now, every = told["levels"]
    assert (none["limit"], now["limit"], every["limit"]) == (0.0, 0.05, 1.0)
    assert [none["is_now"], now["is_now"], every["is_now"]] == [False, True, False]
    assert (none["hits_now"] + none["hits_gone"], every["reach"], every["hits_now"]) == (hits, len(tests), hits)
    families = screened.run.rate_families
    held = 0.05 * sum(q <= 0.05 * len(families) for q in families.values()) / len(families)
    assert now["reach"] == sum(test["q_value"] <= held for test in tests)
    assert now["hits_gone"] == 0


QUIET = ("hours_above_grant", "long_months", "overlapping_shifts", "payroll_capacity")


def with_q_values(place: Path, *q_values: float, detector: str = "collecting_account") -> str:
    """One test of a detector for each q, and four detectors beside it that found nothing. Returns the subject."""
    (folder,) = (place / "runs").glob("*/detect")
    tests = pq.read_table(folder / "tests.parquet")
    one = tests.filter(pc.is_valid(tests["q_value"])).slice(0, 1).to_pylist()[0] | {"is_hit": False}
    mine = [one | {"detector": detector, "q_value": q, "p_value": q} for q in q_values]
    quiet = [one | {"detector": name, "q_value": 0.9, "p_value": 0.9} for name in QUIET]
    pq.write_table(pa.Table.from_pylist([*mine, *quiet], schema=TESTS), folder / "tests.parquet")
    least = dict.fromkeys(QUIET, 1.0) | ({detector: min(q_values)} if is_of_rates(detector) else {})
    told = {"detector": list(least), "least_q": list(least.values())}
    pq.write_table(pa.Table.from_pydict(told, schema=RATE_FAMILIES), folder / "rate_families.parquet")
    return str(one["subject_id"])


def test_a_limit_is_read_as_the_run_holds_it_across_detectors(place: Path) -> None:
    with_q_values(place, 0.009, 0.03, 0.06)
    command_line = ("what-if", "collecting_account", "-w", place, "--q", "0.01", "--q", "0.2", "--q", "0.5", "--json")
    told = one_document(command(*command_line))["levels"]
    assert [(level["limit"], level["reach"]) for level in told] == [(0.01, 0), (0.05, 1), (0.2, 2), (0.5, 3)]
    assert [level["held"] for level in told] == pytest.approx([0.002, 0.01, 0.04, 0.1])


def test_a_run_of_before_tells_the_limit_of_its_settings(place: Path) -> None:
    subject = with_q_values(place, 0.06)
    (told,) = (place / "runs").glob("*/detect/rate_families.parquet")
    told.unlink()
    assert "q above the limit 0.05" in " ".join(
        command("explain", subject, "-w", place, "--language", "en").out.split()
    )


def test_a_flow_has_no_limit_of_q(place: Path) -> None:
    subject = with_q_values(place, 0.06, detector="recurring_round_payments")
    assert "q says nothing of it" in command("what-if", "recurring_round_payments", "-w", place, "--q", "0.1").err
    told = " ".join(command("explain", subject, "-w", place, "--language", "en").out.split())
    assert "recurring_round_payments: " in told
    assert "q = 0.06 (" in told
    assert "q above 0.01: the limit" not in told.split("recurring_round_payments: ")[1].split("Not flagged")[0]


def test_why_something_was_not_flagged_tells_the_limit_that_held(place: Path) -> None:
    told = command("explain", with_q_values(place, 0.02), "-w", place, "--language", "en").out
    assert (
        "q above 0.01: the limit 0.05 shared by the 5 detectors that tested rates, of which 0 were selected"
        in " ".join(told.split())
    )


def test_what_if_tells_both_limits_where_both_are_asked_for(place: Path) -> None:
    arguments = ("--q", "0.2", "--observed", "2", "--json")
    told = one_document(command("what-if", "collecting_account", "-w", place, *arguments))["levels"]
    assert {(level["by"], level["limit"]) for level in told} == {("q", 0.05), ("q", 0.2), ("observed", 2.0)}


def test_what_if_of_a_detector_that_was_off_says_so(place: Path) -> None:
    refused(command("what-if", "dwelling_overfull", "-w", place), 2, "it was not on")


def test_what_if_of_a_fact_asks_for_a_value_of_what_was_observed(screened: Screened, place: Path) -> None:
    name = "shifts_elsewhere"
    told = one_document(command("what-if", name, "-w", place, "--observed", "1", "--observed", "1e9", "--json"))[
        "levels"
    ]
    tests = [
        test for test in screened.run.tests.to_pylist() if test["detector"] == name and test["observed"] is not None
    ]
    assert told[0]["reach"] == sum(test["observed"] >= 1 for test in tests)
    assert told[-1]["reach"] == 0
    refused(command("what-if", name, "-w", place, "--q", "0.1"), 2, "--observed")
    table = command("what-if", name, "-w", place, "--language", "en").out
    assert "at least" in table
    assert "At most so many" in table
    assert "pass någon annanstans" in command("what-if", name, "-w", place).out
