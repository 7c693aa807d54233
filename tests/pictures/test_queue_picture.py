from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pyarrow as pa
import pytest

from follow_money.model import CASES
from follow_money.pictures import Picture, queue_picture
from follow_money.registers.contract.programmes import PROGRAMMES, programme_words


def case(rank: int, **told: Any) -> dict[str, Any]:
    plain = {
        "case_id": f"C-{rank}",
        "rank": rank,
        "organisation_id": f"e-{rank}",
        "organisation_ids": [f"e-{rank}"],
        "programmes": ["assistance"],
        "payers": ["forsakringskassan"],
        "detectors": [],
        "hits": 3,
        "contradictions": 1,
        "sureness": 1.0,
        "priority": 1.0,
        "amount_low_ore": 100_000,
        "amount_likely_ore": 250_000,
        "amount_high_ore": 1_000_000,
        "paid_ore": 0,
        "currency": "SEK",
        "rank_by_paid": 1,
        "rank_by_hits": 1,
        "reason_sv": "",
        "reason_en": "",
    }
    return {**plain, **told}


def table(*cases: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(cases), schema=CASES)


def texts(picture: Picture) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(picture.svg).iter() if node.tag.endswith("text")]  # noqa: S314 - our own


def bars(picture: Picture) -> list[ET.Element]:
    rects = [node for node in ET.fromstring(picture.svg).iter() if node.tag.endswith("rect")]  # noqa: S314 - our own
    return rects[1:]  # the first is the paper


def test_cases_stand_in_rank_order_whatever_order_they_come_in() -> None:
    picture = queue_picture(table(case(2), case(1), case(3)))
    assert picture.data["rank"].to_pylist() == [1, 2, 3]


def test_bar_runs_from_low_to_high() -> None:
    narrow, wide = bars(queue_picture(table(case(1, amount_low_ore=900_000), case(2, amount_low_ore=0))))
    assert float(narrow.attrib["width"]) * 10 == pytest.approx(float(wide.attrib["width"]), rel=0.01)
    assert float(narrow.attrib["x"]) > float(wide.attrib["x"])


def test_name_appears_only_when_it_is_passed_in() -> None:
    assert "e-1" in texts(queue_picture(table(case(1))))
    named = queue_picture(table(case(1)), {"e-1": "A"})
    assert "A" in texts(named)
    assert named.data["label"].to_pylist() == ["A"]


def test_amounts_and_hits_are_told() -> None:
    told = texts(queue_picture(table(case(1))))
    assert "1\u00a0000\u00a0kr – 2\u00a0500\u00a0kr – 10\u00a0000\u00a0kr" in told
    assert "1 motsägelse" in told
    assert "2 övriga" in told


def test_cases_beyond_the_limit_are_counted() -> None:
    picture = queue_picture(table(*(case(rank) for rank in range(1, 6))), limit=3)
    assert picture.data.num_rows == 3
    assert any("2 ärenden" in text for text in texts(picture))


def test_empty_queue_is_drawn_as_empty() -> None:
    assert "Kön är tom." in texts(queue_picture(table()))


def test_case_without_any_amount_is_drawn() -> None:
    assert len(bars(queue_picture(table(case(1, amount_low_ore=0, amount_likely_ore=0, amount_high_ore=0))))) == 1


@pytest.mark.parametrize(
    "name", ["<script>x</script>", 'a" onload="x', "]]>", "a\x00b", "å\u202eb", "&amp;", "x" * 300]
)
def test_hostile_name_stays_text(name: str) -> None:
    picture = queue_picture(table(case(1)), {"e-1": name})
    root = ET.fromstring(picture.svg)  # noqa: S314 - our own
    assert {node.tag.rsplit("}")[-1] for node in root.iter()} <= {"svg", "title", "desc", "rect", "text", "line"}
    assert not any(key.startswith("on") for node in root.iter() for key in node.attrib)


def test_picture_stands_alone_and_can_be_heard() -> None:
    svg = queue_picture(table(case(1))).svg
    assert 'role="img"' in svg
    assert "<title" in svg
    assert "<desc" in svg
    assert svg.count("http") == 1  # the name space
    assert "url(" not in svg


def test_same_cases_give_the_same_bytes() -> None:
    assert queue_picture(table(case(1), case(2))).svg == queue_picture(table(case(2), case(1))).svg


def test_notebook_shows_the_svg() -> None:
    picture = queue_picture(table(case(1)), language="en")
    assert picture._repr_svg_() == picture.svg
    assert "1 contradiction" in texts(picture)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_programme_of_the_registers_has_a_word(language: str) -> None:
    words = programme_words(language)
    assert set(words) == set(PROGRAMMES)
    assert all(word and "_" not in word for word in words.values())
