"""A case's graph as a picture: parties on a ring, links as thin lines, payments as arrows as wide as the money is much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from follow_money.pictures.kronor import kronor
from follow_money.pictures.picture import Picture
from follow_money.pictures.svg import BLUE, GREY, INK, ORANGE, SKY, SOFT_INK, document, escaped, label, number, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

WIDTH: Final = 900
_HEIGHT: Final = 620
_TOP: Final = 76
_CENTRE: Final = (WIDTH / 2, _TOP + (_HEIGHT - _TOP - 30) / 2)
_RADII: Final = (250, 225)
_NODE: Final = 7
_WIDEST: Final = 9

_DATA: Final = pa.schema(
    [("from_id", pa.string()), ("to_id", pa.string()), ("kind", pa.string()), ("amount_ore", pa.int64())]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "title": "Ärendets parter, band och betalningar",
        "subtitle": "Blå linje: band mellan parter. Orange pil: betalningar i ärendets bevis, bredare för mer pengar.",
        "more": "Ytterligare {n} parter visas inte.",
        "payments": "{n} betalningar, {amount}",
        "description": "{nodes} parter, {links} band, {payments} betalningsvägar.",
    },
    "en": {
        "title": "Parties, links and payments of the case",
        "subtitle": "Blue line: a link between parties. Orange arrow: payments in the evidence, wider for more money.",
        "more": "{n} more parties are not shown.",
        "payments": "{n} payments, {amount}",
        "description": "{nodes} parties, {links} links, {payments} payment paths.",
    },
}


def link_chart(
    graph: nx.MultiDiGraph, names: Mapping[str, str] | None = None, *, language: str = "sv", limit: int = 24
) -> Picture:
    """Draw what `Run.case_graph` returns.

    ``names``: entity id to the name to show; without it only ids appear. Organisations come first, then those with most edges; at
    most ``limit`` parties are drawn. ``data`` has one row a drawn line; ``amount_ore`` is null for links.
    """
    words = _WORDS[language]
    ranked = sorted(
        graph.nodes, key=lambda node: (graph.nodes[node]["kind"] != "organisation", -graph.degree(node), node)
    )
    shown = ranked[:limit]
    place = {node: _on_ring(position, len(shown)) for position, node in enumerate(shown)}
    edges = [(a, b, told) for a, b, told in graph.edges(data=True) if a in place and b in place and a != b]
    largest = max((told["amount_ore"] for _, _, told in edges if told["kind"] == "payments"), default=0) or 1
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    drawn: set[tuple[str, str, str]] = set()
    for a, b, told in sorted(edges, key=lambda edge: (edge[2]["kind"] == "payments", edge[0], edge[1], edge[2]["kind"])):
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
    if len(ranked) > limit:
        elements.append(label(20, _HEIGHT - 14, words["more"].format(n=len(ranked) - limit), size=11, fill=SOFT_INK))
    payments = sum(row["kind"] == "payments" for row in rows)
    description = words["description"].format(nodes=len(shown), links=len(rows) - payments, payments=payments)
    svg = document(WIDTH, _HEIGHT, elements, title=words["title"], description=description)
    return Picture(svg=svg, data=pa.Table.from_pylist(rows, schema=_DATA), description=description)


def _on_ring(position: int, of: int) -> tuple[float, float]:
    """Places on an ellipse, the first one on top."""
    angle = 2 * math.pi * position / max(of, 1) - math.pi / 2
    return _CENTRE[0] + _RADII[0] * math.cos(angle), _CENTRE[1] + _RADII[1] * math.sin(angle)


def _party(place: tuple[float, float], told: Mapping[str, Any], name: str) -> list[str]:
    x, y = place
    organisation = told["kind"] == "organisation"
    side = x - _CENTRE[0]
    anchor = "middle" if abs(side) < 30 else "start" if side > 0 else "end"  # noqa: PLR2004  # px beside the middle
    dx = 0 if anchor == "middle" else math.copysign(_NODE + 5, side)
    dy = (-14 if y < _CENTRE[1] else 20) if anchor == "middle" else 0
    roles = ", ".join(role.replace("_", " ") for role in told["roles"])
    colour = BLUE if organisation else GREY if told["kind"] == "account" else SKY
    return [
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{_NODE + 2 * organisation}" fill="{colour}" stroke="{INK}">'
        f"<title>{escaped(f'{name}: {roles}')}</title></circle>",
        label(x + dx, y + dy, shortened(name, 30), size=12, anchor=anchor, bold=organisation),
        label(x + dx, y + dy + 13, shortened(roles, 34), size=10, fill=SOFT_INK, anchor=anchor),
    ]


def _link(start: tuple[float, float], end: tuple[float, float], text: str) -> str:
    return (
        f'<line x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(end[0])}" y2="{number(end[1])}" '
        f'stroke="{BLUE}" stroke-width="1"><title>{escaped(text)}</title></line>'
    )


def _arrow(start: tuple[float, float], end: tuple[float, float], width: float, text: str) -> str:
    """A bent line with a head, so that money there and money back lie apart."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1
    ux, uy = dx / length, dy / length
    head = 8 + width
    tip = end[0] - ux * (_NODE + 3), end[1] - uy * (_NODE + 3)
    neck = tip[0] - ux * head, tip[1] - uy * head
    bend = (start[0] + neck[0]) / 2 - uy * length * 0.06, (start[1] + neck[1]) / 2 + ux * length * 0.06
    half = head / 2
    points = " ".join(
        f"{number(x)},{number(y)}"
        for x, y in (tip, (neck[0] - uy * half, neck[1] + ux * half), (neck[0] + uy * half, neck[1] - ux * half))
    )
    curve = f"M{number(start[0])} {number(start[1])} Q{number(bend[0])} {number(bend[1])} {number(neck[0])} {number(neck[1])}"
    return (
        f'<g opacity="0.8"><title>{escaped(text)}</title>'
        f'<path d="{curve}" fill="none" stroke="{ORANGE}" stroke-width="{number(width)}"/>'
        f'<polygon points="{points}" fill="{ORANGE}"/></g>'
    )
