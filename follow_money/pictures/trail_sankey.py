"""A trail as a Sankey diagram: where the money comes from, whom it passed, where it ended; every width with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from follow_money.pictures.between import between
from follow_money.pictures.picture import Picture
from follow_money.pictures.svg import (
    GREY,
    INK,
    PAPER,
    SOFT_INK,
    VERMILION,
    box,
    document,
    escaped,
    label,
    number,
)
from follow_money.pictures.trail_bands import MIDDLE, Band, Stop, trail_bands
from follow_money.pictures.trail_columns import BAR, LINE, NARROW, TrailColumns
from follow_money.pictures.trail_ends import end_colour, end_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.graph.flows.trail import Trail

_PASSED: Final = "#7f93a3"
_WIDEST_LOOP: Final = 34
"""In px: wider bands cannot turn. All loops are then drawn to one smaller scale."""

_DATA: Final = pa.schema(
    [
        ("from", pa.string()),
        ("to", pa.string()),
        ("low_ore", pa.int64()),
        ("haircut_ore", pa.int64()),
        ("high_ore", pa.int64()),
        ("payments", pa.int64()),
        ("is_drawn", pa.bool_()),
    ]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "payment": "1 betalning",
        "payments": "{n} betalningar",
        "title": "Vart pengarna tog vägen: {amount} ({n})",
        "back": "Varifrån pengarna kom: {amount} ({n})",
        "key": "Bandets bredd: proportionell fördelning. Mörk kärna: det minsta, ljus kant: det mesta,",
        "key2": "beroende på vilka pengar som lämnar en kassa först (FIFO, LIFO eller i proportion).",
        "from": "betalades av",
        "from back": "togs emot av",
        "hop": "led {n}",
        "far": "led {n}+",
        "to": "slutade som",
        "to back": "började som",
        "thin": "Flöden som är för små att rita: {n} (betalningar: {payments}).",
        "loops": "Slinga under: pengar som gick tillbaka; slingor är ritade i en skala för sig.",
        "left": "Att pengar lämnade underlaget säger inte att de blev kontanter: ingen vet vart de tog vägen.",
        "description": "Band: {bands}. Av {amount} gick {ends}.",
    },
    "en": {
        "payment": "1 payment",
        "payments": "{n} payments",
        "title": "Where the money went: {amount} ({n})",
        "back": "Where the money came from: {amount} ({n})",
        "key": "Width of a band: in proportion (haircut). Dark core: the least, light margin: the most,",
        "key2": "by which money leaves a purse first (FIFO, LIFO or in proportion).",
        "from": "paid by",
        "from back": "received by",
        "hop": "hop {n}",
        "far": "hop {n}+",
        "to": "ended as",
        "to back": "began as",
        "thin": "Flows too small to draw: {n} (payments: {payments}).",
        "loops": "Loop below: money that went back; loops are drawn to a scale of their own.",
        "left": "That money left the data does not say that it became cash: nobody knows where it went.",
        "description": "Bands: {bands}. Of {amount} went {ends}.",
    },
}


def trail_sankey(
    trail: Trail, *, labels: Mapping[str, str] | None = None, language: str = "sv", width: int = 900
) -> Picture:
    """Draw a trail.

    Time runs from left to right, backward trails too. The parties stand in columns by hop; what goes back to an earlier hop or to one of the same loops below.
    Small parties of a column are gathered as *others (n)*, and bands too thin to see are counted below.

    Args:
        trail: Traced by haircut and at least one more convention.
        labels: Entity id to the name to show; without it only ids appear.
        language: sv or en.
        width: In px, 600 or more.

    Returns:
        ``data``: one row a band, widest first: ``from, to`` (entity id, with the month for a source; name of an end; ``others 1`` for the gathered ones of
        column 1), ``low_ore, haircut_ore, high_ore``, how many payments it stands for (0 for money that stayed where it was), and whether it is drawn.

    Raises:
        UsageError: The trail was not traced by haircut.
    """
    bands = trail_bands(trail)
    chart = _Chart(trail, bands, labels or {}, language, width)
    return chart.picture()


class _Chart(TrailColumns):
    """What is drawn on the columns."""

    @property
    def _words(self) -> dict[str, str]:
        return _WORDS[self.language]

    def picture(self) -> Picture:
        """The whole picture."""
        wide: list[str] = []
        cores: list[str] = []
        lane = self.bottom + 14
        loops = [band.high_ore * self.scale for band in self.bands.drawn if _is_loop(band)]
        shrunk = min(1, _WIDEST_LOOP / max(loops, default=1))
        for band in sorted(self.bands.drawn, key=lambda band: (self.places[band.start].y, self.places[band.end].y)):
            start, end = self.places[band.start], self.places[band.end]
            thick = self.scale * band.haircut_ore
            y1, y2 = start.y + start.given + thick / 2, end.y + end.taken + thick / 2
            start.given += thick
            end.taken += thick
            shares = ((band.high_ore, 0.25, wide), (band.haircut_ore, 0.4, cores), (band.low_ore, 0.45, cores))
            half = shrunk * self.scale * band.high_ore / 2
            lane += half if _is_loop(band) else 0
            for ore, opacity, layer in shares:
                if not ore:
                    continue
                if _is_loop(band):
                    around = self._around(start.x, y1, end.x, y2, lane)
                    layer.append(self._stroke(band, around, max(shrunk * self.scale * ore, 0.6), opacity))
                else:
                    # At the bars an area has the width that it has there; a wide stroke would stick out beside them.
                    layer.append(self._area(band, (start.x, y1), (end.x, y2), max(self.scale * ore, 0.6), opacity))
            lane += half + 5 if _is_loop(band) else 0
        elements = [*self._head(), *wide, *cores, *self._bars()]
        y = max(lane, self.bottom) + 22
        has_left = any(stop.column > MIDDLE and _key(self.trail, stop) == "left_the_data" for stop in self.shown)
        notes = [self._words["left"]] if has_left else []
        notes += [self._words["loops"]] if loops else []
        if self.bands.thin:
            payments = sum(band.payments for band in self.bands.thin)
            notes.append(self._words["thin"].format(n=len(self.bands.thin), payments=payments))
        elements += [label(20, y + 14 * n, note, size=10, fill=SOFT_INK) for n, note in enumerate(notes)]
        title, description = self._title(), self._description()
        svg = document(self.width, y + 14 * len(notes), elements, title=title, description=description)
        rows = [(band, True) for band in self.bands.drawn] + [(band, False) for band in self.bands.thin]
        data = pa.Table.from_pylist([self._row(band, drawn) for band, drawn in rows], schema=_DATA)
        return Picture(svg=svg, data=data, description=description)

    def _area(
        self, band: Band, begin: tuple[float, float], end: tuple[float, float], thick: float, opacity: float
    ) -> str:
        x1, x2 = (begin[0], end[0] + BAR) if self.trail.is_backward else (begin[0] + BAR, end[0])
        middle, half = number((x1 + x2) / 2), thick / 2
        top, bottom = ([number(y + side * half) for y in (begin[1], end[1])] for side in (-1, 1))
        way = (
            f"M{number(x1)} {top[0]} C{middle} {top[0]} {middle} {top[1]} {number(x2)} {top[1]} "
            f"V{bottom[1]} C{middle} {bottom[1]} {middle} {bottom[0]} {number(x1)} {bottom[0]} Z"
        )
        fill = f'fill="{self._colour(band)}" fill-opacity="{number(opacity)}"'
        return f'<path d="{way}" {fill}><title>{escaped(self._tip(band))}</title></path>'

    def _around(self, x1: float, y1: float, x2: float, y2: float, lane: float) -> str:
        """From the far side of one bar, below everything, to the near side of another."""
        out = -34 if self.trail.is_backward else 34
        x1, x2 = (x1, x2 + BAR) if self.trail.is_backward else (x1 + BAR, x2)
        a, b = (
            f"{number(x1 + out)} {number(y1)} {number(x1 + out)} {number(lane)} {number(x1)} {number(lane)}",
            f"{number(x2 - out)} {number(lane)} {number(x2 - out)} {number(y2)} {number(x2)} {number(y2)}",
        )
        return f"M{number(x1)} {number(y1)} C{a} L{number(x2)} {number(lane)} C{b}"

    def _stroke(self, band: Band, way: str, thick: float, opacity: float) -> str:
        stroke = f'stroke="{self._colour(band)}" stroke-opacity="{number(opacity)}" stroke-width="{number(thick)}"'
        return f'<path d="{way}" fill="none" {stroke}><title>{escaped(self._tip(band))}</title></path>'

    def _tip(self, band: Band) -> str:
        amount = between(band.low_ore, band.high_ore, self.language)
        return f"{self._told(band.start)} → {self._told(band.end)}: {amount}"

    def _told(self, stop: Stop) -> str:
        return f"{self.name(stop)} {stop.month}".strip()

    def _colour(self, band: Band) -> str:
        if _is_loop(band) or band.end.key == "recycled":
            return VERMILION
        return end_colour(self.trail, int(band.end.key)) if band.end.column > MIDDLE else _PASSED

    def _bars(self) -> list[str]:
        """The bars and what stands beside them; white under the letters keeps them readable above a band."""
        halo = f'<text paint-order="stroke" stroke="{PAPER}" stroke-width="3.5" stroke-linejoin="round" '
        told: list[str] = []
        for stop, place in sorted(self.places.items()):
            is_middle = 0 < stop.column <= MIDDLE
            is_left = (stop.column == 0) != self.trail.is_backward
            colour = INK if stop.column <= MIDDLE or stop.key == "recycled" else end_colour(self.trail, int(stop.key))
            told.append(
                box(
                    place.x,
                    place.y,
                    BAR,
                    place.height,
                    fill=GREY if stop.key == "others" else colour,
                    title=self._told(stop),
                )
            )
            height = LINE * len(place.lines)
            top = place.y - height - 4 if is_middle else place.y + max(place.height - height, 0) / 2
            x = place.x if is_middle else place.x - 7 if is_left else place.x + BAR + 7
            for n, text in enumerate(place.lines):
                is_last = n == len(place.lines) - 1
                one = label(
                    x,
                    top + LINE * n + 10,
                    text,
                    size=self.size - 0.5 if is_last else self.size,
                    fill=SOFT_INK if is_last else INK,
                    anchor="end" if is_left and not is_middle else "start",
                    bold=n < place.named,
                )
                told.append(one.replace("<text ", halo, 1))
        return told

    def _head(self) -> list[str]:
        told = [
            label(20, 30, self._title(), size=14 if self.width < NARROW else 17, bold=True),
            label(20, 50, self._words["key"], size=10, fill=SOFT_INK),
            label(20, 64, self._words["key2"], size=10, fill=SOFT_INK),
        ]
        back = " back" if self.trail.is_backward else ""
        for column in self.columns:
            is_edge = column in {0, MIDDLE + 1}
            name = self._words[("from" if column == 0 else "to") + back] if is_edge else ""
            if not is_edge:
                name = self._words["far" if column == MIDDLE else "hop"].format(n=column)
            is_left = is_edge and (column == 0) != self.trail.is_backward
            x = self.x(column) + (BAR if is_left else 0)
            told.append(label(x, 88, name, size=10, fill=SOFT_INK, anchor="end" if is_left else "start"))
        return told

    def _title(self) -> str:
        amount = between(self.trail.source_ore, self.trail.source_ore, self.language)
        count = len(self.trail.sources)
        n = self._words["payment"] if count == 1 else self._words["payments"].format(n=count)
        return self._words["back" if self.trail.is_backward else "title"].format(amount=amount, n=n)

    def _description(self) -> str:
        ends = [(stop, place) for stop, place in sorted(self.places.items()) if stop.column > MIDDLE]
        told = ", ".join(
            f"{between(int(place.ore[:-1].min()), int(place.ore[:-1].max()), self.language)}: {self.name(stop)}"
            for stop, place in ends
        )
        amount = between(self.trail.source_ore, self.trail.source_ore, self.language)
        return self._words["description"].format(bands=len(self.bands.drawn), amount=amount, ends=told)

    def _row(self, band: Band, is_drawn: bool) -> dict[str, object]:  # noqa: FBT001  # a column
        return {
            "from": _key(self.trail, band.start),
            "to": _key(self.trail, band.end),
            "low_ore": band.low_ore,
            "haircut_ore": band.haircut_ore,
            "high_ore": band.high_ore,
            "payments": band.payments,
            "is_drawn": is_drawn,
        }


def _is_loop(band: Band) -> bool:
    """Whether money goes back to an earlier hop, or stays on one."""
    return band.start.column >= band.end.column


def _key(trail: Trail, stop: Stop) -> str:
    """A stop in the data."""
    if stop.key == "others":
        return f"others {stop.column}"
    if stop.column > MIDDLE and stop.key != "recycled":
        return end_name(trail, int(stop.key)).lower()
    return f"{stop.key} {stop.month}".strip()
