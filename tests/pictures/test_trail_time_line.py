from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import Convention, Trail
from follow_money.pictures import trail_time_line
from tests.graph.flows.letter_flows import flows

DAY = 86_400


@pytest.fixture
def trail() -> Trail:
    """K pays B, who keeps it for 10 d and pays C, who withdraws it within an hour."""
    store = flows(f"{DAY} K B 100000", f"{11 * DAY} B C 100000", f"{11 * DAY + 3600} C Z 100000")
    stops = np.array([0, 0, ExitClass.CASH], dtype=np.uint8)
    return trace(store, [0], stops=stops)


def test_the_stay_of_money_is_told_by_lane(trail: Trail) -> None:
    texts = _texts(trail_time_line(trail, language="en").svg)
    assert "SEK\u00a01,000 · 10 d" in texts
    assert "SEK\u00a01,000 · 1 h" in texts


def test_every_payment_is_an_arrow_in_time_order(trail: Trail) -> None:
    picture = trail_time_line(trail)
    rows = picture.data.to_pylist()
    assert [(row["from"], row["to"], row["exit_class"]) for row in rows] == [
        ("K", "B", 0),
        ("B", "C", 0),
        ("C", "Z", ExitClass.CASH),
    ]
    assert picture.svg.count("<polygon") == 3


def test_arrows_point_from_payer_to_payee_and_on_to_the_end(trail: Trail) -> None:
    lines = [group[1].attrib for group in _groups(trail_time_line(trail).svg)]
    assert all(float(arrow["y1"]) < float(arrow["y2"]) for arrow in lines)
    assert float(lines[0]["x1"]) < float(lines[1]["x1"]) < float(lines[2]["x1"])


def test_what_has_no_arrow_is_counted(trail: Trail) -> None:
    picture = trail_time_line(trail, arrows=1)
    assert len(picture.data) == 1
    assert "ritas som pilar: 2." in picture.svg


def test_large_sources_do_not_hide_the_payments_after_them() -> None:
    sources = [f"{n * DAY} K B 100000" for n in range(1, 30)]
    store = flows(*sources, f"{31 * DAY} B C 500", f"{32 * DAY} C Z 400")
    trail = trace(store, list(range(29)), stops=np.array([0] * 30 + [ExitClass.CASH], dtype=np.uint8))
    told = {(row["from"], row["to"]) for row in trail_time_line(trail, arrows=9).data.to_pylist()}
    assert {("B", "C"), ("C", "Z")} <= told


def test_a_backward_trail_is_drawn() -> None:
    store = flows(f"{DAY} K A 1000", f"{2 * DAY} A B 1000", f"{3 * DAY} B C 800")
    picture = trail_time_line(trace(store, [2], backward=True))
    assert [row["payment_id"] for row in picture.data.to_pylist()][-1] == "p2"
    ET.fromstring(picture.svg)  # noqa: S314  # our own picture


def test_names_appear_only_when_given_and_cannot_break_the_picture(trail: Trail) -> None:
    assert "Görel" not in trail_time_line(trail).svg
    svg = trail_time_line(trail, labels={"C": "Görel <script>&"}).svg
    assert "<script>" not in svg
    assert "Görel" in " ".join(_texts(svg))


@pytest.mark.parametrize("width", [660, 900])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_text_lies_outside_the_picture(trail: Trail, width: int, language: str) -> None:
    root = ET.fromstring(trail_time_line(trail, width=width, language=language).svg)  # noqa: S314  # our own picture
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert float(text.attrib["x"]) + len(str(text.text)) * 0.55 * float(text.attrib["font-size"]) <= width
        assert 0 < float(text.attrib["y"]) < float(root.attrib["height"])


def test_a_trail_without_haircut_is_refused() -> None:
    store = flows(f"{DAY} K B 1000")
    with pytest.raises(UsageError, match="haircut"):
        trail_time_line(trace(store, [0], conventions=(Convention.FIFO,)))


def _texts(svg: str) -> list[str]:
    return [str(text.text) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  # our own picture


def _groups(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"))  # noqa: S314  # our own picture
