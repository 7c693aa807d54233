"""A trail in sentences: what is followed, where it ended within which bounds, what that rests on, and the source rows of the largest ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.graph.flows.time_order import Int32s, Int64s
from follow_money.graph.flows.trail import REMAINS
from follow_money.graph.flows.trail_ends import held_wages
from follow_money.graph.flows.trail_rows import CONVENTION_COLUMNS
from follow_money.graph.flows.trail_ways import largest_ways
from follow_money.graph.local_time import SWEDISH_TIME, local_days
from follow_money.pictures.between import between
from follow_money.pictures.kronor import kronor
from follow_money.run_trail import RunTrail
from follow_money.told.trail_groups import bound_json, bound_told, end_of, end_words, groups_json, groups_told

_NAMED: Final = 3
"""So many payers or payees are named; more are counted."""

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "one": "Spår {trail}: följer 1 betalning på {amount}, {days}, från {payers} till {payees}, {way}.",
        "many": "Spår {trail}: följer {n} betalningar på tillsammans {amount}, {days}, från {payers} till {payees}, {way}.",
        "forward": "framåt i tiden, till var pengarna stannade",
        "backward": "bakåt i tiden, till var pengarna kom ifrån",
        "more": "{n} till",
        "and": "och",
        "person": "en person",
        "ends": "Slutade som, av {amount}:",
        "ends back": "Kom ifrån, av {amount}:",
        "end": "  {bounds}: {what}{payments}",
        "payments": " ({n} betalningar)",
        "payment": " (1 betalning)",
        "held wages": "    varav {bounds} är löner med arbetsgivardeklaration bakom, hos den som tjänade dem",
        "came": "Till {who} kom {bounds} av det. Mer än {most} kan inte ha kommit dit, hur pengarna än blandades och i vilken ordning betalningar i samma "
        "ögonblick än kom (största flödet, {n} betalningar mellan).",
        "came back": "Från {who} kom {bounds} av det. Mer än {most} kan inte ha kommit därifrån, hur pengarna än blandades och i vilken ordning betalningar i "
        "samma ögonblick än kom (största flödet, {n} betalningar mellan).",
        "recycled": "  {bounds} kom tillbaka till en betalare och betalades ut igen av en följd betalning; det räknas en gång.",
        "intervals": "Beloppen är spann: det minsta och det mesta när de pengar som kom in först lämnar en kassa först (FIFO), när de som kom in sist gör det "
        "(LIFO), och när allt lämnar den i proportion. Inget enskilt belopp är det rätta.",
        "left": "Att pengar lämnade underlaget säger inte att de blev kontanter: ingen vet här vart de tog vägen.",
        "assumed": "Ingående saldon: för {n} av spårets {of} parter är det okänt och antas vara det minsta med vilket de aldrig betalar vad de inte har, "
        "tillsammans {amount}.",
        "none assumed": "Ingående saldon: inget behövde antas för någon av spårets parter ({of}).",
        "lacking": "Parter som betalade mer än deras kända saldo räckte till: {n}, tillsammans {amount}; det räknas som kredit.",
        "same order": "Betalningar i samma ögonblick (tillfällen: {n}): i omvänd ordning ändras inget slut och inget av vad som kom till eller från en part.",
        "other order": "Betalningar i samma ögonblick (tillfällen: {n}): i omvänd ordning, där parterna betalar "
        "innan de får, flyttas högst {amount} av ett slut ({what}), och högst {between} av vad som kom till en part ({who}).",
        "other order back": "Betalningar i samma ögonblick (tillfällen: {n}): i omvänd ordning, där parterna betalar "
        "innan de får, flyttas högst {amount} av ett slut ({what}), och högst {between} av vad som kom från en part ({who}).",
        "set aside": "Lades åt sidan när betalningarna lästes och följs inte: {told}.",
        "nothing aside": "Ingen betalning lades åt sidan när betalningarna lästes.",
        "same id": "Betalningar som delar id med en annan som säger något annat: {n}; var och en följs för sig.",
        "unknown": "Betalningar utan känd betalare: {payer}, utan känd mottagare: {payee}; de följs inte bortom den som är okänd.",
        "judge": "Att pengar passerade en part säger inte vad parten visste.",
        "ways": "De största vägarna, betalning för betalning:",
        "way": "  {bounds}: {what}, {day}",
        "row": "    {file} rad {line}: {day}, {payer} → {payee}, {amount}, {part}",
        "between": "    … {n} betalningar däremellan …",
        "all": "allt följda pengar",
        "part": "varav {bounds} följda pengar",
        "cut one": "  och 1 slut till; --rows visar det",
        "cut": "  och {n} slut till; --rows visar fler",
        "negative amount": "negativt belopp",
        "zero amount": "nollbelopp",
        "amount beyond 2^53 öre": "belopp över 2^53 öre",
        "no amount": "inget belopp",
        "no time": "ingen tid",
        "time beyond the years 1 to 9999": "tid utanför åren 1 till 9999",
        "neither payer nor payee": "varken betalare eller mottagare",
        "paid to oneself": "betald till sig själv",
        "told twice": "redovisad två gånger",
        "another currency": "annan valuta",
    },
    "en": {
        "one": "Trail {trail}: follows 1 payment of {amount}, {days}, from {payers} to {payees}, {way}.",
        "many": "Trail {trail}: follows {n} payments of {amount} together, {days}, from {payers} to {payees}, {way}.",
        "forward": "forward in time, to where the money stopped",
        "backward": "back in time, to where the money came from",
        "more": "{n} more",
        "and": "and",
        "person": "a person",
        "ends": "Ended as, of {amount}:",
        "ends back": "Came from, of {amount}:",
        "end": "  {bounds}: {what}{payments}",
        "payments": " ({n} payments)",
        "payment": " (1 payment)",
        "held wages": "    of which {bounds} are wages with payroll behind them, with those who earned them",
        "came": "To {who} came {bounds} of it. No more than {most} can have come there, however the money mixed and in whatever order "
        "payments at one instant came (greatest flow, {n} payments between).",
        "came back": "From {who} came {bounds} of it. No more than {most} can have come from there, however the money mixed and in whatever "
        "order payments at one instant came (greatest flow, {n} payments between).",
        "recycled": "  {bounds} came back to a payer and was paid out again by a followed payment; it counts once.",
        "intervals": "The amounts are intervals: the least and the most when money that came in first leaves a purse first (FIFO), when money that came in "
        "last does (LIFO), and when all leaves it in proportion. No single figure is the right one.",
        "left": "That money left the data does not say that it became cash: nobody knows here where it went.",
        "assumed": "Opening balances: for {n} of the trail's {of} parties it is unknown and assumed to be the least with which they never pay what they "
        "have not got, {amount} together.",
        "none assumed": "Opening balances: nothing had to be assumed for any of the trail's parties ({of}).",
        "lacking": "Parties that paid more than their known balance covers: {n}, {amount} together; it counts as credit.",
        "same order": "Payments at one instant (times: {n}): in the reverse order no end changes, and nothing of what came to or from a party.",
        "other order": "Payments at one instant (times: {n}): in the reverse order, where parties pay "
        "before they receive, at most {amount} of an end moves ({what}), and at most {between} of what came to a party ({who}).",
        "other order back": "Payments at one instant (times: {n}): in the reverse order, where parties pay "
        "before they receive, at most {amount} of an end moves ({what}), and at most {between} of what came from a party ({who}).",
        "set aside": "Set aside when the payments were read, and not followed: {told}.",
        "nothing aside": "No payment was set aside when the payments were read.",
        "same id": "Payments that share their id with another that says something else: {n}; each is followed for itself.",
        "unknown": "Payments without a known payer: {payer}, without a known payee: {payee}; they are not followed beyond who is unknown.",
        "judge": "That money passed a party does not say what the party knew.",
        "ways": "The largest ways, payment by payment:",
        "way": "  {bounds}: {what}, {day}",
        "row": "    {file} line {line}: {day}, {payer} → {payee}, {amount}, {part}",
        "between": "    … {n} payments between …",
        "all": "all of it followed money",
        "part": "of which {bounds} is followed money",
        "cut one": "  and 1 more end; --rows prints it",
        "cut": "  and {n} more ends; --rows prints more",
    },
}


def trail_told(found: RunTrail, *, rows: int, language: str, with_bound: bool = False) -> Iterator[str]:
    """The sentences of a trail, with names of organisations: for somebody entitled to see them.

    Args:
        found: The trail.
        rows: How many source rows to tell at most, but for the first way, which is told whole; 0 for none.
        language: sv or en.
        with_bound: Tell the outer bound, too.
    """
    words, trail = _WORDS[language], found.trail
    back = " back" if trail.is_backward else ""
    yield _what(found, language)
    yield words["ends" + back].format(amount=_long(trail.source_ore, trail.source_ore, language))
    yield from _ends(found, language)
    if found.came_to is not None:
        came = found.came_to
        yield words["came" + back].format(
            who=", ".join(_party(each, found.names, language) for each in came.node_ids),
            bounds=_long(came.low_ore, came.high_ore, language),
            most=kronor(came.most_ore, language),
            n=came.payments,
        )
    if with_bound:
        yield from bound_told(found, language)
    yield from groups_told(found, language)
    yield words["intervals"]
    if not trail.is_backward:
        yield words["left"]
    yield from _balances(found, language)
    moved, end = found.moved_by_order
    what = end_words(end, language, is_backward=trail.is_backward)
    between_parties, party = found.moved_between_parties
    yield words["other order" + back if moved or between_parties else "same order"].format(
        n=trail.same_instant,
        amount=kronor(moved, language),
        what=what,
        between=kronor(between_parties, language),
        who=_party(party, found.names, language),
    )
    told = ", ".join(f"{words.get(reason, reason)} ({n})" for reason, n in found.set_aside.items())
    yield words["set aside"].format(told=told) if told else words["nothing aside"]
    if found.same_id:
        yield words["same id"].format(n=found.same_id)
    if any(found.unknown):
        yield words["unknown"].format(payer=found.unknown[0], payee=found.unknown[1])
    yield words["judge"]
    if rows:
        yield from _ways(found, rows, language)


def trail_json(found: RunTrail, *, rows: int, with_bound: bool = False) -> dict[str, Any]:
    """A trail as JSON values, on entity ids alone, amounts in öre; the ``rows`` largest payments; the outer bound where it is wanted."""
    trail, reached = found.trail, _reached(found)
    payments = trail.payments().sort_by([("high_ore", "descending"), ("payment", "ascending")])
    held_low, held_high = held_wages(trail, found.facts)
    return {
        "trail_id": trail.trail_id,
        "asked": list(found.asked),
        "is_backward": trail.is_backward,
        "source_payments": len(trail.sources),
        "source_ore": trail.source_ore,
        "ends": [
            {"end": end_of(row["exit_class"], is_backward=trail.is_backward).name.lower(), **row}
            for row in trail.exits().to_pylist()
        ],
        **groups_json(found),
        "outer_bound": bound_json(found) if with_bound else None,
        "came_to": None if found.came_to is None else asdict(found.came_to),
        "held_wages_low_ore": held_low,
        "held_wages_high_ore": held_high,
        "recycled_ore": {each.value: ore for each, ore in trail.recycled_ore.items()},
        "parties": len(reached),
        "assumed_opening_ore": int(trail.assumed_opening_ore[reached].sum()),
        "lacking_ore": int(trail.lacking_ore[reached].sum()),
        "moved_by_order_ore": found.moved_by_order[0],
        "moved_between_parties_ore": found.moved_between_parties[0],
        "set_aside": found.set_aside,
        "same_id": found.same_id,
        "unknown_payer": found.unknown[0],
        "unknown_payee": found.unknown[1],
        "payments": len(payments),
        "largest_payments": payments.slice(0, rows).drop_columns(["payment"]).to_pylist(),
    }


def _long(low_ore: int, high_ore: int, language: str) -> str:
    return between(low_ore, high_ore, language, is_long=True)


def _what(found: RunTrail, language: str) -> str:
    words, trail = _WORDS[language], found.trail
    days = sorted({str(day) for day in local_days(trail.store.told(trail.sources)["paid_at"]).to_pylist()})
    return words["one" if len(trail.sources) == 1 else "many"].format(
        trail=trail.trail_id,
        n=len(trail.sources),
        amount=kronor(trail.source_ore, language),
        days=days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}",
        payers=_named(found, trail.store.payer[trail.sources], language),
        payees=_named(found, trail.store.payee[trail.sources], language),
        way=words["backward" if trail.is_backward else "forward"],
    )


def _named(found: RunTrail, nodes: Int32s, language: str) -> str:
    """The parties of most sources, and how many more there are."""
    words = _WORDS[language]
    parties, counts = np.unique(nodes, return_counts=True)
    first = parties[np.argsort(-counts, kind="stable")]
    ids = found.trail.store.node_ids.take(pa.array(first[:_NAMED])).to_pylist()
    told = [_party(str(each), found.names, language) for each in ids]
    if len(first) > _NAMED:
        told.append(words["more"].format(n=len(first) - _NAMED))
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {words['and']} {told[-1]}"


def _party(entity_id: str, names: Mapping[str, str], language: str) -> str:
    """An organisation by name and id; a person by id alone."""
    if entity_id in names:
        return f"{names[entity_id]} ({entity_id})"
    return f"{_WORDS[language]['person']} ({entity_id})" if entity_id.startswith("P-") else entity_id


def _ends(found: RunTrail, language: str) -> Iterator[str]:
    words, trail = _WORDS[language], found.trail
    for end in found.ends.to_pylist():
        n = end["payments"]
        yield words["end"].format(
            bounds=_long(end["low_ore"], end["high_ore"], language),
            what=end_words(end["exit_class"], language, is_backward=trail.is_backward),
            payments=words["payment"] if n == 1 else words["payments"].format(n=n) if n else "",
        )
        held = held_wages(trail, found.facts) if end["exit_class"] == REMAINS else (0, 0)
        if any(held):
            yield words["held wages"].format(bounds=_long(*held, language))
    recycled = [trail.recycled_ore[convention] for convention in trail.bounding]
    if any(recycled):
        yield words["recycled"].format(bounds=_long(min(recycled), max(recycled), language))


def _balances(found: RunTrail, language: str) -> Iterator[str]:
    words, reached = _WORDS[language], _reached(found)
    assumed, lacking = found.trail.assumed_opening_ore[reached], found.trail.lacking_ore[reached]
    for key, ore in (("assumed" if assumed.any() else "none assumed", assumed), ("lacking", lacking)):
        if ore.any() or key == "none assumed":
            amount = kronor(int(ore.sum()), language)
            yield words[key].format(n=np.count_nonzero(ore), of=len(reached), amount=amount)


def _reached(found: RunTrail) -> Int64s:
    """Those through whose purses the money was followed: whoever ended it is not asked what he had before."""
    trail, at = found.trail, found.trail.touched()
    followed = at[trail.stops[at] == 0]
    return np.unique((trail.store.payer if trail.is_backward else trail.store.payee)[followed]).astype(np.int64)


def _ways(found: RunTrail, rows: int, language: str) -> Iterator[str]:
    words, is_backward = _WORDS[language], found.trail.is_backward
    files = pq.read_table(found.run.records / "files.parquet", columns=["file_key", "file_name"]).to_pydict()
    file_of = dict(zip(files["file_key"], files["file_name"], strict=True))
    ways = largest_ways(found.rows, rows_at_most=rows, is_backward=is_backward)
    yield words["ways"]
    for way in ways.shown:
        what = end_words(way.end["exit_class"], language, is_backward=is_backward)
        yield words["way"].format(bounds=_long(*_bounds(way.end), language), what=what, day=_day(way.end))
        for place, row in enumerate(way.payments[::-1] if is_backward else way.payments):
            if way.left_out and place == len(way.payments) // 2:
                yield words["between"].format(n=way.left_out)
            key, _, line = row["payment_id"].partition(":")
            yield words["row"].format(
                file=file_of.get(key, key),
                line=line,
                day=_day(row),
                payer=_party(row["payer_id"], found.names, language),
                payee=_party(row["payee_id"], found.names, language),
                amount=kronor(row["amount_ore"], language, with_ore=True),
                part=_part(row, language),
            )
    if ways.more:
        yield words["cut one" if ways.more == 1 else "cut"].format(n=ways.more)


def _bounds(row: Mapping[str, Any]) -> tuple[int, int]:
    told = [row[name] for name in CONVENTION_COLUMNS]
    return min(told), max(told)


def _part(row: Mapping[str, Any], language: str) -> str:
    words, (low, high) = _WORDS[language], _bounds(row)
    if low == row["amount_ore"]:
        return words["all"]
    ends = [kronor(ore, language, with_ore=True) for ore in sorted({low, high})]
    return words["part"].format(bounds=" – ".join(ends))


def _day(row: Mapping[str, Any]) -> str:
    return f"{row['paid_at'].astimezone(SWEDISH_TIME):%Y-%m-%d}"
