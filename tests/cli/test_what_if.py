from __future__ import annotations

from pathlib import Path

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
    assert now["reach"] == sum(test["q_value"] <= 0.05 for test in tests)
    assert now["hits_gone"] == 0


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
