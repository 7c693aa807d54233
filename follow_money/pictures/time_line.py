"""What was claimed against what contradicts it, on the clock or the calendar: one panel a hit, one lane a register."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from follow_money.pictures.order import hit_order
from follow_money.pictures.picture import Picture
from follow_money.pictures.spans import CLOCKED, DAILY, DAY, Span, register_label, simultaneous, spans
from follow_money.pictures.svg import (
    BLUE,
    GREEN,
    GREY,
    GRID,
    INK,
    ORANGE,
    PURPLE,
    SOFT_INK,
    VERMILION,
    box,
    document,
    label,
    line,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from follow_money.triage.case_file import CaseFile

_LEFT: Final = 216
_BAR: Final = 9

_COLOURS: Final = {
    "time_reports": BLUE,
    "claims": BLUE,
    "absences": PURPLE,
    "staff_ledgers": ORANGE,
    "payroll": ORANGE,
    "payments": GREEN,
}

_DATA: Final = pa.schema(
    [
        ("hit_id", pa.string()),
        ("register", pa.string()),
        ("record_id", pa.string()),
        ("role", pa.string()),
        ("starts", pa.timestamp("us")),
        ("ends", pa.timestamp("us")),
    ]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "title": "Tidslinje för ärende {case}",
        "clock": "Per dag och register, svensk tid 0–24. Röd remsa: samma person finns på två ställen samtidigt.",
        "against": "Streckad kant: raden talar emot. Siffra inom parentes: antal rader.",
        "rest": "De {days} dagar som har mest samtidig tid. Dagar som inte visas: {more} (rader: {rows}).",
        "untimed": "Rader utan klockslag, som inte visas här: {rows}.",
        "more": "Träffar som inte visas i bilden: {n}.",
        "nothing": "Inga rader med tid.",
        "description": "Träffar: {hits}. Ritade streck: {marks}.",
    },
    "en": {
        "title": "Time line of case {case}",
        "clock": "By day and register, Swedish time 0–24. Red strip: the same person is in two places at once.",
        "against": "Dashed edge: the row speaks against. Figure in brackets: number of rows.",
        "rest": "The {days} days with most simultaneous time. Days not shown: {more} (rows: {rows}).",
        "untimed": "Rows without a clock time, not shown here: {rows}.",
        "more": "Hits that are not in the picture: {n}.",
        "nothing": "No rows with a time.",
        "description": "Hits: {hits}. Marks drawn: {marks}.",
    },
}


@dataclass
class _Canvas:
    """What has been drawn so far, and how far down."""

    words: Mapping[str, str]
    language: str
    width: float
    bottom: float = 72
    elements: list[str] = field(default_factory=list)
    drawn: list[Span] = field(default_factory=list)

    @property
    def right(self) -> float:
        """Where the time axis ends."""
        return self.width - 20

    def across(self, share: float) -> float:
        """The place on the time axis, 0 to 1."""
        return _LEFT + (self.right - _LEFT) * min(max(share, 0), 1)


def time_line(case: CaseFile, *, language: str = "sv", days: int = 7, hits: int = 6, width: int = 900) -> Picture:
    """The evidence of a case in time.

    Hits with clock times (shifts, clocked work) get a row a day for the ``days`` days with most simultaneous time,
    absences beside them; other hits get a calendar. At most ``hits`` hits, contradictions first, then by amount;
    whatever is left out is counted in the picture. ``width`` in px. ``data``: one row a drawn mark, wall-clock times
    of Sweden. Without any name.
    """
    words = _WORDS[language]
    canvas = _Canvas(words=words, language=language, width=width)
    by_hit: dict[str, list[Span]] = defaultdict(list)
    for span in spans(case):
        by_hit[span.hit_id].append(span)
    ranked = sorted(case.hits.to_pylist(), key=hit_order)
    timed = [hit for hit in ranked if by_hit[hit["hit_id"]]]
    for hit in timed[:hits]:
        _panel(canvas, hit, by_hit[hit["hit_id"]], case, days)
    title = words["title"].format(case=case.case["case_id"])
    if not timed:
        _note(canvas, words["nothing"])
    if len(timed) > hits:
        _note(canvas, words["more"].format(n=len(timed) - hits))
    head = [
        label(20, 28, title, size=17, bold=True),
        label(20, 47, words["clock"], size=10, fill=SOFT_INK),
        label(20, 61, words["against"], size=10, fill=SOFT_INK),
    ]
    description = words["description"].format(hits=min(len(timed), hits), marks=len(canvas.drawn))
    data = pa.Table.from_pylist(
        [{name: getattr(span, name) for name in _DATA.names} for span in canvas.drawn], schema=_DATA
    )
    svg = document(width, canvas.bottom + 14, [*head, *canvas.elements], title=title, description=description)
    return Picture(svg=svg, data=data, description=description)


def _panel(canvas: _Canvas, hit: Mapping[str, Any], found: list[Span], case: CaseFile, days: int) -> None:
    text = case.detectors.get(hit["detector"])
    heading = hit["detector"] if text is None else text.title_sv if canvas.language == "sv" else text.title_en
    canvas.bottom += 24
    canvas.elements.append(
        label(20, canvas.bottom, shortened(f"{heading} ({hit['hit_id']})", int(canvas.width / 8)), size=12, bold=True)
    )
    canvas.bottom += 6
    if any(span.register in CLOCKED for span in found):
        _clock_panel(canvas, found, days)
    else:
        _calendar_panel(canvas, found)


def _clock_panel(canvas: _Canvas, found: list[Span], days: int) -> None:
    clocked = [span for span in found if span.register in CLOCKED or span.register in DAILY]
    # A stay of a year beside three shifts must not make 365 days: only days with a clock time count.
    touched = {day for span in clocked if span.register in CLOCKED for day in span.days()}
    parts: dict[date, list[Span]] = defaultdict(list)
    for span in clocked:
        for day in span.days():
            part = span.within(day) if day in touched else None
            if part is not None:
                parts[day].append(part)
    busiest = sorted(parts, key=lambda day: (-_minutes(simultaneous(parts[day])), -len(parts[day]), day))
    canvas.bottom += 12
    for hour in range(0, 25, 3):
        canvas.elements.append(
            label(canvas.across(hour / 24), canvas.bottom, f"{hour:02d}", size=9, fill=SOFT_INK, anchor="middle")
        )
    canvas.bottom += 4
    for day in sorted(busiest[:days]):
        _day(canvas, day, parts[day])
    rest = busiest[days:]
    if rest:
        rows = {part.record_id for day in rest for part in parts[day]}
        _note(canvas, canvas.words["rest"].format(days=days, more=len(rest), rows=len(rows)))
    if len(clocked) < len(found):
        _note(canvas, canvas.words["untimed"].format(rows=len(found) - len(clocked)))


def _day(canvas: _Canvas, day: date, parts: list[Span]) -> None:
    midnight = datetime.combine(day, time())

    def place(moment: datetime) -> float:
        return canvas.across((moment - midnight) / DAY)

    top = canvas.bottom
    grid = [canvas.across(hour / 24) for hour in range(0, 25, 3)]
    at = len(canvas.elements)
    canvas.elements.append(label(20, top + 12, day.isoformat(), size=10, bold=True))
    _lanes(canvas, parts, place)
    overlaps = simultaneous(parts)
    for starts, ends in overlaps:
        canvas.elements.append(
            box(place(starts), canvas.bottom, max(place(ends) - place(starts), 1), 4, fill=VERMILION)
        )
    canvas.bottom += 6
    canvas.elements[at:at] = [line(x, top, x, canvas.bottom) for x in grid]
    canvas.elements.append(line(20, canvas.bottom, canvas.right, canvas.bottom, stroke=GREY, width=0.5))
    canvas.bottom += 1


def _calendar_panel(canvas: _Canvas, found: list[Span]) -> None:
    first = min(span.starts for span in found).replace(day=1, hour=0, minute=0)
    last = max(span.ends for span in found)
    length = max(last - first, timedelta(days=28))

    def place(moment: datetime) -> float:
        return canvas.across((moment - first) / length)

    canvas.bottom += 12
    top = canvas.bottom
    at = len(canvas.elements)
    months = list(_months(first, first + length))
    every = max(1, -(-len(months) // 10))
    ticks = months[::every]
    canvas.elements.extend(
        label(place(month) + 2, top, month.strftime("%Y-%m"), size=9, fill=SOFT_INK) for month in ticks
    )
    canvas.bottom += 4
    _lanes(canvas, found, place)
    canvas.elements[at:at] = [line(place(month), top - 8, place(month), canvas.bottom) for month in ticks]
    canvas.bottom += 4


def _months(first: datetime, last: datetime) -> Iterable[datetime]:
    month = first
    while month < last:
        yield month
        month = (month + 31 * DAY).replace(day=1)


def _lanes(canvas: _Canvas, parts: Sequence[Span], place: Callable[[datetime], float]) -> None:
    """One lane a register; spans that overlap within it are stacked, at most six high."""
    counts = Counter(part.register for part in parts)
    for register in sorted(counts, key=lambda name: (name not in ("time_reports", "claims"), name)):
        stack: list[datetime] = []
        top = canvas.bottom + 3
        for part in sorted((p for p in parts if p.register == register), key=lambda p: (p.starts, p.ends, p.record_id)):
            level = next((at for at, ends in enumerate(stack) if ends <= part.starts), len(stack))
            level = min(level, 5)
            stack[level : level + 1] = [part.ends]
            width = max(place(part.ends) - place(part.starts), 1.5)
            canvas.elements.append(_mark(part, place(part.starts), top + level * (_BAR + 1), width))
            canvas.drawn.append(part)
        canvas.elements.append(
            label(
                94,
                top + _BAR - 1,
                f"{register_label(register, canvas.language)} ({counts[register]})",
                size=9.5,
                fill=INK,
            )
        )
        canvas.bottom = top + max(len(stack), 1) * (_BAR + 1) + 1


def _mark(part: Span, x: float, y: float, width: float) -> str:
    colour = _COLOURS.get(part.register, GREY)
    told = f"{part.record_id} {part.starts:%Y-%m-%d %H:%M} – {part.ends:%Y-%m-%d %H:%M}"
    if part.role == "against":
        return box(x, y, width, _BAR, fill=GRID, stroke=colour, dash="3 2", title=told)
    return box(x, y, width, _BAR, fill=colour, title=told)


def _note(canvas: _Canvas, text: str) -> None:
    canvas.bottom += 14
    canvas.elements.append(label(94, canvas.bottom, text, size=10, fill=SOFT_INK))


def _minutes(periods: Iterable[tuple[datetime, datetime]]) -> float:
    return sum((ends - starts) / timedelta(minutes=1) for starts, ends in periods)
