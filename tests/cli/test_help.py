from __future__ import annotations

import subprocess

import pytest

from follow_money.stages import STAGES
from tests.whole_flow import command, in_a_process


def test_the_help_names_every_verb_and_the_exit_codes() -> None:
    told = command("--help")
    assert told.code == 0
    for word in (
        "demo",
        "init",
        "screen",
        "queue",
        "find",
        "explain",
        "trail",
        "what-if",
        "networks",
        "unusual",
        "same",
        "not-same",
        "undo",
        "judgements",
        "matching-key",
        "match-out",
        "match-in",
        "decide",
        "refer",
        "verify",
        "lab",
    ):
        assert f" {word} " in told.out
    assert "130 interrupted" in told.out


def test_the_help_of_until_names_every_stage() -> None:
    told = " ".join(command("screen", "--help", columns=200).out.split())
    assert "load, resolve, connect, detect or triage" in told
    assert all(stage in told for stage in STAGES)


def test_the_help_loads_neither_a_database_nor_arrow() -> None:
    code = "import sys, follow_money.cli.app; print([m for m in ('duckdb', 'pyarrow', 'pandas', 'numpy') if m in sys.modules])"
    arguments, environment = in_a_process()
    done = subprocess.run([arguments[0], "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_listed_and_there() -> None:
    import follow_money

    for name in follow_money.__all__:
        assert name in dir(follow_money)
        assert getattr(follow_money, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = follow_money.nothing
