from __future__ import annotations

from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from follow_money.pictures import link_chart


@pytest.fixture
def graph() -> nx.MultiDiGraph:
    """O pays B and C, both pay D, who owns O; E is a party without a tie."""
    told = nx.MultiDiGraph()
    told.add_node("O", kind="organisation", roles=["organisation"])
    for person in "BCDE":
        told.add_node(person, kind="person", roles=["employee"])
    for a, b, ore in (("O", "B", 300_00), ("O", "C", 100_00), ("B", "D", 200_00), ("C", "D", 50_00)):
        told.add_edge(a, b, kind="payments", amount_ore=ore, payments=2)
    told.add_edge("D", "O", kind="owner", valid_from=None)
    told.add_edge("D", "O", kind="owner", valid_from=None)
    return told


def test_every_payment_is_an_arrow_and_every_link_a_line_once(graph: nx.MultiDiGraph) -> None:
    picture = link_chart(graph, language="en")
    rows = picture.data.to_pylist()
    assert [(row["from_id"], row["to_id"]) for row in rows if row["kind"] == "owner"] == [("D", "O")]
    assert sum(row["amount_ore"] for row in rows if row["kind"] == "payments") == 650_00
    assert picture.svg.count("<polygon") == 4
    assert "SEK\u00a0300" in picture.svg


def test_a_party_without_a_tie_is_counted_and_not_drawn(graph: nx.MultiDiGraph) -> None:
    picture = link_chart(graph, {"E": "Nobody Tied"})
    assert "Nobody Tied" not in picture.svg
    assert "till någon annan här: 1." in picture.svg


def test_what_does_not_fit_is_counted(graph: nx.MultiDiGraph) -> None:
    assert "2 more parties are not shown." in link_chart(graph, language="en", limit=2).svg


def test_names_appear_only_when_given_and_cannot_break_the_picture(graph: nx.MultiDiGraph) -> None:
    assert "Görel" not in link_chart(graph).svg
    svg = link_chart(graph, {"B": "Görel <script>&"}).svg
    ET.fromstring(svg)  # noqa: S314  # our own picture
    assert "<script>" not in svg
    assert "Görel" in svg


def test_the_money_runs_from_left_to_right(graph: nx.MultiDiGraph) -> None:
    root = ET.fromstring(link_chart(graph).svg)  # noqa: S314  # our own picture
    places = {
        str(circle[0].text).split(":")[0]: float(circle.attrib["cx"])
        for circle in root.iter("{http://www.w3.org/2000/svg}circle")
    }
    assert places["O"] < places["B"] == places["C"] < places["D"]


def test_an_empty_graph_is_an_empty_picture() -> None:
    picture = link_chart(nx.MultiDiGraph())
    assert len(picture.data) == 0
    ET.fromstring(picture.svg)  # noqa: S314  # our own picture
