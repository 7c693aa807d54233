"""What tests of the command line ask of what was printed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from tests.whole_flow import Screened


def publicly_paid(screened: Screened) -> str:
    """An organisation of a case that gets public money."""
    facts = screened.run.graph.flow_facts()
    paid = set(facts.store.told(np.flatnonzero(facts.is_public))["payee_id"].to_pylist())
    listed = screened.run.cases["organisation_ids"].to_pylist()
    return next(str(each) for ids in listed for each in ids if each in paid)


def one_document(told: Any) -> Any:  # any JSON value
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert not told.err
    return document


def refused(told: Any, code: int, *words: str) -> None:  # an `Ended`
    assert told.code == code, told.err
    assert not told.out
    *progress, sentence = told.err.strip().splitlines()
    assert all(": " in line and " of " in line for line in progress)
    assert sentence.startswith("follow-money: ")
    assert "Traceback" not in told.err
    for word in words:
        assert word in sentence
