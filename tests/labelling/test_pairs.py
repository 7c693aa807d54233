"""Labelling without a browser: what is shown, what is hidden, what the ledger gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.entities.judgements import standing
from follow_money.errors import UsageError
from follow_money.labelling.page import label
from follow_money.labelling.pairs import REASON, Labelling
from follow_money.workspace.judging import judgements
from tests.whole_flow import Screened, left_open

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money import Workspace


@pytest.fixture
def place(screened: Screened, tmp_path: Path) -> Workspace:
    """A workspace of whose linked pairs the run is not sure."""
    return left_open(screened.copy(tmp_path / "workspace"))


def test_a_pair_is_shown_with_both_descriptions_and_without_its_score(place: Workspace) -> None:
    labelling = Labelling(place)
    pair = labelling.pair()
    assert pair is not None
    assert set(pair) == {"key", "kind", "rows"}
    assert {"register", "roll", "namn"} <= {row["field"] for row in pair["rows"]}
    assert all(row["is_same"] == (row["left"] == row["right"]) for row in pair["rows"])


def test_the_order_of_the_pairs_tells_no_score(place: Workspace) -> None:
    labelling = Labelling(place)
    keys, scores = [], []
    while (pair := labelling.pair()) is not None:
        keys.append(pair["key"])
        scores.append(labelling.judge(pair["key"], "?")["probability"])
    assert keys == sorted(keys)
    assert scores not in [sorted(scores), sorted(scores, reverse=True)]
    assert labelling.judged == len(keys) > 3


def test_a_verdict_goes_to_the_ledger_with_the_model_that_proposed_the_pair_and_tells_the_score(
    place: Workspace,
) -> None:
    labelling = Labelling(place)
    pair = labelling.pair()
    assert pair is not None
    left = labelling.left
    told = labelling.judge(pair["key"], "+", "the same signature")
    assert 0 < told["probability"] <= 1
    assert labelling.left == left - 1
    [row] = judgements(place)
    assert (row["judgement"], row["reason"], row["positive"]) == (told["judgement"], "the same signature", 1)
    assert row["version"].startswith(f"linkage-{pair['kind']} ")
    again = Labelling(place).pair()
    assert again is not None
    assert again["key"] != pair["key"]


@pytest.mark.parametrize(("language", "name", "same"), [("sv", "namn", "samma dag"), ("en", "name", "same day")])
def test_what_was_compared_is_told_after_the_verdict_in_the_language_of_the_page(
    place: Workspace, language: str, name: str, same: str
) -> None:
    page = label(place, language=language)
    told: list[dict[str, Any]] = []
    page.send = told.append
    while (pair := page.labelling.pair()) is not None:
        page._answer(page, {"do": "judge", "key": pair["key"], "verdict": "?"}, None)
    levels = [message["last"]["levels"] for message in told]
    assert all(level.startswith(f"{name}: ") for level in levels)
    assert any(same in level for level in levels)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_a_description_says_is_told_in_the_language_of_the_page(place: Workspace, language: str) -> None:
    labelling = Labelling(place, language)
    told = set()
    while (pair := labelling.pair()) is not None:
        rows = {row["field"]: row for row in pair["rows"]}
        register, role = ("register", "roll") if language == "sv" else ("register", "role")
        told |= set(rows) | {rows[field][side] for field in (register, role) for side in ("left", "right")}
        labelling.judge(pair["key"], "?")
    swedish, english = {"födelsedatum", "konton", "rader"}, {"birth date", "accounts", "records"}
    assert (swedish if language == "sv" else english) <= told
    assert not (english if language == "sv" else swedish) & told
    assert not [word for word in told if "_" in word]


def test_a_verdict_taken_back_shows_its_pair_again(place: Workspace) -> None:
    labelling = Labelling(place)
    first = labelling.pair()
    assert first is not None
    labelling.judge(first["key"], "-")
    assert judgements(place)[0]["reason"] == REASON
    labelling.undo()
    assert labelling.pair() == first
    assert len(standing(place.ledger.acts())) == 0
    with pytest.raises(UsageError, match="Nothing has been judged"):
        labelling.undo()


@pytest.mark.parametrize(("key", "verdict"), [("M-a M-b", "+"), (None, "yes")])
def test_what_is_not_shown_or_no_verdict_is_refused(place: Workspace, key: str | None, verdict: str) -> None:
    labelling = Labelling(place)
    pair = labelling.pair()
    assert pair is not None
    with pytest.raises(UsageError):
        labelling.judge(key or pair["key"], verdict)
    assert labelling.pair() == pair
    assert place.ledger.acts() == {}
