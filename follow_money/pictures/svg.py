"""Elements of SVG as text. Everything that comes from data passes through `escaped`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from follow_money.pictures.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

FONT: Final = "Verdana, 'DejaVu Sans', 'Libertinus Serif', sans-serif"
"""Fonts that are already there: in a browser the first ones, in a PDF the one bundled with typst."""

INK: Final = "#1a1a1a"
SOFT_INK: Final = "#595959"
PAPER: Final = "#ffffff"
GRID: Final = "#dddddd"

# Okabe and Ito's palette: told apart with every common form of colour blindness; darkened where text stands on it.
BLUE: Final = "#0072b2"
SKY: Final = "#9ccbe8"
ORANGE: Final = "#e69f00"
GREEN: Final = "#009e73"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"
GREY: Final = "#8c8c8c"


def escaped(text: str) -> str:
    """Text that is safe between tags and inside attributes."""
    return escape(printable(text), {'"': "&quot;", "'": "&#39;"})


def number(value: float) -> str:
    """A coordinate with at most two decimals; the same text on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def shortened(text: str, characters: int) -> str:
    """The text cut to a length, with an ellipsis where something was cut."""
    shown = printable(text)
    return shown if len(shown) <= characters else shown[: characters - 1].rstrip() + "…"


def label(
    x: float, y: float, text: str, *, size: float = 12, fill: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    """A line of text; ``y`` is its base line, ``size`` in px."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escaped(text)}</text>'
    )


def box(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none", title: str = "", dash: str = ""
) -> str:
    """A rectangle, with a text that shows when pointed at."""
    inner = f"<title>{escaped(title)}</title>" if title else ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'fill="{fill}" stroke="{stroke}"{dashed}>{inner}</rect>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = GRID, width: float = 1) -> str:
    """A straight line."""
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'stroke="{stroke}" stroke-width="{number(width)}"/>'
    )


def document(width: float, height: float, elements: Iterable[str], *, title: str, description: str) -> str:
    """A whole SVG document on white, with a title and a description for screen readers."""
    size = f"{number(width)} {number(height)}"
    body = "\n".join(elements)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{number(width)}" '
        f'height="{number(height)}" role="img" aria-labelledby="title desc" font-family="{FONT}">\n'
        f'<title id="title">{escaped(title)}</title>\n<desc id="desc">{escaped(description)}</desc>\n'
        f"{box(0, 0, width, height, fill=PAPER)}\n{body}\n</svg>\n"
    )
