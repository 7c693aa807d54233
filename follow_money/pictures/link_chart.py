"""A case's graph as a picture: organisations to the left, those whom they pay in the middle, those who get it from these to the right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from follow_money.pictures.kronor import kronor
from follow_money.pictures.picture import Picture
from follow_money.pictures.svg import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PAPER,
    SKY,
    SOFT_INK,
    document,
    escaped,
    label,
    number,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

WIDTH: Final = 900
_TOP: Final = 84
_ROW: Final = 42
_COLUMNS: Final = (30, 360, 690)
_NODE: Final = 7
_WIDEST: Final = 9

_DATA: Final = pa.schema(
    [("from_id", pa.string()), ("to_id", pa.string()), ("kind", pa.string()), ("amount_ore", pa.int64())]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "title": "Ärendets parter, band och betalningar",
        "subtitle": "Blå linje: band mellan parter. Orange pil: betalningar i ärendets bevis, bredare för mer pengar.",
        "alone": "Parter i ärendet utan band eller betalning till någon annan här: {n}.",
        "more": "Ytterligare {n} parter visas inte.",
        "payments": "{n} betalningar, {amount}",
        "description": "{nodes} parter, {links} band, {payments} betalningsvägar.",
    },
    "en": {
        "title": "Parties, links and payments of the case",
        "subtitle": "Blue line: a link between parties. Orange arrow: payments in the evidence, wider for more money.",
        "alone": "Parties of the case without a link or payment to anybody here: {n}.",
        "more": "{n} more parties are not shown.",
        "payments": "{n} payments, {amount}",
        "description": "{nodes} parties, {links} links, {payments} payment paths.",
    },
}


def link_chart(
    graph: nx.MultiDiGraph, names: Mapping[str, str] | None = None, *, language: str = "sv", limit: int = 24
) -> Picture:
    """Draw what `Run.case_graph` returns.

    ``names``: entity id to the name to show; without it only ids appear. Parties with neither link nor payment are counted, not drawn; of
    the others those with most money, at most ``limit``. ``data`` has one row a drawn line; ``amount_ore`` is null for links.
    """
    words = _WORDS[language]
    tied = sorted((node for node in graph.nodes if graph.degree(node)), key=lambda node: (-_money(graph, node), node))
    shown = sorted(tied[:limit], key=lambda node: (_column(graph, node), -_money(graph, node), node))
    place = _places(graph, shown)
    height = max([y for _, y in place.values()], default=_TOP) + _ROW + 26
    edges = [(a, b, told) for a, b, told in graph.edges(data=True) if a in place and b in place and a != b]
    largest = max((told["amount_ore"] for _, _, told in edges if told["kind"] == "payments"), default=0) or 1
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    drawn: set[tuple[str, str, str]] = set()
    for a, b, told in sorted(
        edges, key=lambda edge: (edge[2]["kind"] == "payments", edge[0], edge[1], edge[2]["kind"])
    ):
        if (a, b, told["kind"]) in drawn:  # the same link told by several rows
            continue
        drawn.add((a, b, told["kind"]))
        is_payment = told["kind"] == "payments"
        rows.append({"from_id": a, "to_id": b, "kind": told["kind"], "amount_ore": told.get("amount_ore")})
        if is_payment:
            amount = kronor(told["amount_ore"], language)
            width = 1.5 + (_WIDEST - 1.5) * told["amount_ore"] / largest
            lines.append(_arrow(place[a], place[b], width, words["payments"].format(n=told["payments"], amount=amount)))
        else:
            lines.append(_link(place[a], place[b], told["kind"].replace("_", " ")))
    elements = [
        label(20, 30, words["title"], size=18, bold=True),
        label(20, 50, words["subtitle"], size=11, fill=SOFT_INK),
        *lines,
    ]
    for node in shown:
        elements += _party(place[node], graph.nodes[node], (names or {}).get(node, node))
    notes = {"alone": len(graph) - len(tied), "more": len(tied) - len(shown)}
    told_notes = "  ".join(words[name].format(n=n) for name, n in notes.items() if n)
    elements.append(label(20, height - 14, told_notes, size=11, fill=SOFT_INK))
    payments = sum(row["kind"] == "payments" for row in rows)
    description = words["description"].format(nodes=len(shown), links=len(rows) - payments, payments=payments)
    svg = document(WIDTH, height, elements, title=words["title"], description=description)
    return Picture(svg=svg, data=pa.Table.from_pylist(rows, schema=_DATA), description=description)


def _money(graph: nx.MultiDiGraph, node: str) -> int:
    """Öre that a party pays and gets within the case."""
    edges = [*graph.in_edges(node, data=True), *graph.out_edges(node, data=True)]
    return sum(told["amount_ore"] for _, _, told in edges if told["kind"] == "payments")


def _column(graph: nx.MultiDiGraph, node: str) -> int:
    """0: an organisation. 2: somebody who gets money from a person of the case. 1: all others."""
    if graph.nodes[node]["kind"] == "organisation":
        return 0
    givers = [a for a, _, told in graph.in_edges(node, data=True) if told["kind"] == "payments"]
    return 2 if any(graph.nodes[giver]["kind"] != "organisation" for giver in givers) else 1


def _places(graph: nx.MultiDiGraph, shown: list[str]) -> dict[str, tuple[float, float]]:
    """Each column centred beside the tallest."""
    columns = [[node for node in shown if _column(graph, node) == column] for column in range(len(_COLUMNS))]
    tallest = max(map(len, columns), default=0)
    return {
        node: (x, _TOP + 16 + _ROW * (row + (tallest - len(nodes)) / 2))
        for x, nodes in zip(_COLUMNS, columns, strict=True)
        for row, node in enumerate(nodes)
    }


def _party(place: tuple[float, float], told: Mapping[str, Any], name: str) -> list[str]:
    x, y = place
    organisation = told["kind"] == "organisation"
    roles = ", ".join(role.replace("_", " ") for role in told["roles"])
    colour = BLUE if organisation else GREY if told["kind"] == "account" else SKY
    # White under the letters keeps them readable where an arrow passes below.
    halo = f'paint-order="stroke" stroke="{PAPER}" stroke-width="4" stroke-linejoin="round"'
    texts = [label(x + 14, y - 1, shortened(name, 24), size=12, bold=organisation)]
    texts += [label(x + 14, y + 12, shortened(roles, 30), size=10, fill=SOFT_INK)] if roles else []
    circle = (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{_NODE + 2 * organisation}" fill="{colour}" stroke="{INK}">'
        f"<title>{escaped(f'{name}: {roles}')}</title></circle>"
    )
    return [
        circle,
        *(text.replace("<text ", f"<text {halo} ", 1) for text in texts),
    ]


def _link(start: tuple[float, float], end: tuple[float, float], text: str) -> str:
    (x, y), (bend_x, bend_y) = end, _bend(start, end)
    curve = f"M{number(start[0])} {number(start[1])} Q{number(bend_x)} {number(bend_y)} {number(x)} {number(y)}"
    return f'<path d="{curve}" fill="none" stroke="{BLUE}" stroke-width="1.2"><title>{escaped(text)}</title></path>'


def _arrow(start: tuple[float, float], end: tuple[float, float], width: float, text: str) -> str:
    """A bent line with a head."""
    bend = _bend(start, end)
    dx, dy = end[0] - bend[0], end[1] - bend[1]
    length = math.hypot(dx, dy) or 1
    ux, uy = dx / length, dy / length
    head = 7 + width
    tip = end[0] - ux * (_NODE + 3), end[1] - uy * (_NODE + 3)
    neck = tip[0] - ux * head, tip[1] - uy * head
    half = head / 2
    points = " ".join(
        f"{number(x)},{number(y)}"
        for x, y in (tip, (neck[0] - uy * half, neck[1] + ux * half), (neck[0] + uy * half, neck[1] - ux * half))
    )
    way = (start, bend, neck)
    curve = "M{} {} Q{} {} {} {}".format(*(number(each) for point in way for each in point))
    return (
        f'<g opacity="0.75"><title>{escaped(text)}</title>'
        f'<path d="{curve}" fill="none" stroke="{ORANGE}" stroke-width="{number(width)}"/>'
        f'<polygon points="{points}" fill="{ORANGE}"/></g>'
    )


def _bend(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where a line is drawn to on its way: there and back lie apart, and within a column it goes round the others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    if dx == 0:
        return middle[0] - 20 - abs(dy) / 4, middle[1]
    return middle[0] - dy * 0.06, middle[1] + dx * 0.06
