from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import REMAINS, Convention, Trail
from follow_money.pictures import trail_sankey
from follow_money.pictures.between import between
from tests.graph.flows.letter_flows import by_id, flows

DAY = 86_400


def followed(
    *payments: str, sources: int = 1, stops: dict[str, ExitClass] | None = None, backward: bool = False
) -> Trail:
    """The first ``sources`` payments followed; ``stops`` by payment id."""
    store = flows(*payments)
    ids = store.payment_ids.to_pylist()
    classes = np.array([(stops or {}).get(name, 0) for name in ids], dtype=np.uint8)
    at = [ids.index(f"p{n}") for n in range(sources)]
    return trace(store, at, stops=classes, backward=backward)


@pytest.fixture
def trail() -> Trail:
    """K pays B 1,000 kr; B passes some to C and D, pays L a wage, who never pays; C takes cash."""
    return followed(
        f"{DAY} K B 100000",
        f"{2 * DAY} X B 50000",
        f"{3 * DAY} B C 60000",
        f"{4 * DAY} B L 30000",
        f"{5 * DAY} C Z 40000",
        stops={"p3": ExitClass.WAGES, "p4": ExitClass.CASH},
    )


def test_the_bands_into_the_ends_are_the_exits_of_the_trail_for_every_bound(trail: Trail) -> None:
    rows = trail_sankey(trail).data.to_pylist()
    for exit_row in trail.exits().to_pylist():
        name = ExitClass(exit_row["exit_class"]).name.lower()
        assert sum(row["haircut_ore"] for row in rows if row["to"] == name) == exit_row["haircut_ore"]
    assert sum(row["haircut_ore"] for row in rows if row["from"].startswith("K")) == trail.source_ore
    assert all(row["low_ore"] <= row["haircut_ore"] <= row["high_ore"] for row in rows)


def test_a_wage_under_fifo_and_lifo_is_an_interval(trail: Trail) -> None:
    [wage] = [row for row in trail_sankey(trail).data.to_pylist() if row["to"] == "wages"]
    assert (wage["low_ore"], wage["high_ore"]) == (20000, 30000)
    assert "200–300\u00a0kr" in trail_sankey(trail).svg


def test_who_passes_nothing_on_has_no_stop_and_counts_as_holder() -> None:
    trail = followed(f"{DAY} K B 1000", f"{2 * DAY} B C 400")
    rows = {(row["from"], row["to"]): row["haircut_ore"] for row in trail_sankey(trail).data.to_pylist()}
    assert "(1 betalning)" in trail_sankey(trail).svg
    assert rows == {("K 1970-01", "B"): 1000, ("B", "remains"): 1000}
    assert "kvar hos mottagare (2)" in " ".join(_texts(trail_sankey(trail).svg))


def test_money_that_goes_round_loops_back_and_is_counted_once() -> None:
    trail = followed(f"{DAY} K B 1000", f"{2 * DAY} B C 1000", f"{3 * DAY} C D 1000", f"{4 * DAY} D B 1000")
    rows = [(row["from"], row["to"]) for row in trail_sankey(trail).data.to_pylist()]
    assert ("D", "B") in rows
    assert "Slinga under" in trail_sankey(trail).svg
    assert ("B", "remains") in rows


def test_a_source_paid_with_followed_money_is_told_as_recycled() -> None:
    trail = followed(f"{DAY} K B 1000", f"{3 * DAY} K B 500", f"{2 * DAY} B K 800", sources=2)
    assert set(trail.recycled_ore.values()) != {0}
    rows = trail_sankey(trail).data.to_pylist()
    ends = sum(row["haircut_ore"] for row in rows if row["to"] in {"remains", "recycled"})
    assert ends == trail.source_ore
    assert sum(row["haircut_ore"] for row in rows if row["to"] == "recycled") == trail.recycled_ore[Convention.HAIRCUT]


def test_small_parties_are_gathered_with_their_count() -> None:
    many = [f"{2 * DAY + n} B C{n:02d} 100" for n in range(12)]
    onward = [f"{3 * DAY + n} C{n:02d} Z 90" for n in range(12)]
    stops = {f"p{n}": ExitClass.CASH for n in range(13, 25)}
    trail = followed(f"{DAY} K B 2000", *many, *onward, stops=stops)
    picture = trail_sankey(trail, language="en")
    assert "others (6)" in picture.svg
    [others] = [row for row in picture.data.to_pylist() if row["to"] == "others 2"]
    assert (others["payments"], others["haircut_ore"]) == (6, 600)


def test_more_than_three_hops_stand_in_three_columns() -> None:
    trail = followed(
        *(f"{(n + 1) * DAY} {a} {b} 1000" for n, (a, b) in enumerate(zip("KABCDEF", "ABCDEFG", strict=True)))
    )
    columns = {float(bar.attrib["x"]) for bar in _bars(trail_sankey(trail).svg)}
    assert len(columns) == 5


def test_backward_the_sources_stand_to_the_right() -> None:
    trail = followed(f"{3 * DAY} B C 800", f"{DAY} K A 1000", f"{2 * DAY} A B 1000", backward=True)
    picture = trail_sankey(trail)
    x = {str(bar[0].text).split()[0]: float(bar.attrib["x"]) for bar in _bars(picture.svg)}
    assert x["A"] < x["B"] < x["C"]
    assert "Varifrån pengarna kom" in picture.svg


def test_names_appear_only_when_given_and_cannot_break_the_picture(trail: Trail) -> None:
    assert "Görel" not in trail_sankey(trail).svg
    svg = trail_sankey(trail, labels={"C": "Görel <script>&"}).svg
    ET.fromstring(svg)  # noqa: S314  # our own picture
    assert "<script>" not in svg
    assert "Görel" in svg


@pytest.mark.parametrize("width", [660, 900])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_text_or_bar_lies_outside_the_picture(trail: Trail, width: int, language: str) -> None:
    root = ET.fromstring(trail_sankey(trail, width=width, language=language).svg)  # noqa: S314  # our own picture
    height = float(root.attrib["height"])
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        long = len(str(text.text)) * 0.62 * float(text.attrib["font-size"])
        x = float(text.attrib["x"]) - (long if text.attrib["text-anchor"] == "end" else 0)
        assert x >= 0
        assert x + long <= width
        assert 0 < float(text.attrib["y"]) < height


def test_a_long_name_stands_on_two_lines_and_is_cut_only_beyond_them(trail: Trail) -> None:
    labels = {"B": "Ekliden Hjälpmedel och Rehabilitering AB", "K": "Kommunen"}
    whole = " ".join(_texts(trail_sankey(trail, labels=labels).svg))
    assert labels["B"] in whole
    cut = _texts(trail_sankey(trail, labels=labels | {"B": "Ordet " * 30}).svg)
    assert sum(text.startswith("Ordet") for text in cut) == 2
    assert any(text.endswith("…") for text in cut)


def test_what_left_the_data_is_told_not_to_be_cash_only_where_some_did() -> None:
    payments = (f"{DAY} K B 1000", f"{2 * DAY} B C 1000")
    left = trail_sankey(followed(*payments, stops={"p1": ExitClass.LEFT_THE_DATA})).svg
    assert "säger inte att de blev kontanter" in left
    assert "säger inte att de blev kontanter" not in trail_sankey(followed(*payments, stops={"p1": ExitClass.TAX})).svg


def test_a_trail_without_haircut_is_refused() -> None:
    store = flows(f"{DAY} K B 1000")
    with pytest.raises(UsageError, match="haircut"):
        trail_sankey(trace(store, [0], conventions=(Convention.FIFO,)))


def test_the_same_trail_is_the_same_picture(trail: Trail) -> None:
    assert trail_sankey(trail).svg == trail_sankey(trail).svg
    assert by_id(trail.store, trail.payment_ore[Convention.HAIRCUT])["p0"] == trail.source_ore
    assert REMAINS in trail.exits()["exit_class"].to_pylist()


@pytest.mark.parametrize(
    ("low", "high", "language", "told"),
    [
        (121_000_000, 143_000_000, "sv", "1,21–1,43 mkr"),
        (1_210_000_000, 1_430_000_000, "en", "SEK 12.1–14.3m"),
        (4_140_000, 4_230_000, "sv", "41–42 tkr"),
        (0, 99_950, "sv", "0–1 000 kr"),
        (150, 150, "en", "SEK 2"),
        (0, 0, "sv", "0 kr"),
    ],
)
def test_an_interval_of_money_is_told_in_one_unit(low: int, high: int, language: str, told: str) -> None:
    assert between(low, high, language) == told.replace(" ", "\u00a0")


def _texts(svg: str) -> list[str]:
    return [str(text.text) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  # our own picture


def _bars(svg: str) -> list[ET.Element]:
    return [bar for bar in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect") if bar.attrib["width"] == "9"]  # noqa: S314  # our own picture
