"""Why the records of an entity are one, in sentences: what ties them, what was judged, what was left open, and how its id came about.

Names and numbers are shown by who calls this; these sentences tell ids of descriptions, and the reasons that people wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.entities.id_registry import IdRegistry
from follow_money.entities.judgements import Act, Verdict, undone_acts
from follow_money.entities.ledger import ledger_of
from follow_money.run import Run
from follow_money.told.explained_levels import levels_told

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "why": "Varför detta är en:",
        "exact_number": "{n} beskrivningar ({records} rader) bär samma giltiga nummer.",
        "exact_account": "{n} beskrivningar ({records} rader) bär samma konto.",
        "wrong_number": "{n} beskrivningar ({records} rader) bär samma felaktiga nummer och samma namn.",
        "exact_source_key": "{n} beskrivningar ({records} rader) har samma nyckel i samma register, och inget nummer eller namn talar emot.",
        "same_name": "{n} beskrivningar ({records} rader) utan nummer har samma registrerade namn och bolagsform.",
        "linked": "{n} beskrivningar ({records} rader) utan nummer hör hit med sannolikhet från {low:.3f}.",
        "judged": "{n} beskrivningar ({records} rader) hör hit för att någon har bedömt det.",
        "alone": "{n} beskrivningar ({records} rader) har inget nummer och hör inte ihop med någon annan.",
        "split": "{n} beskrivningar ({records} rader) bär ett nummer men har bedömts vara någon annan än den som har det.",
        "pair": "{left} och {right}: sannolikhet {probability:.4f} ({levels})",
        "open": "Lämnat öppet: {left} och {right} ({other}), sannolikhet {probability:.4f} ({levels}); en människa får avgöra.",
        "names": "{n} av dem har ett namn som inte liknar det vanliga.",
        "conflict": "{mention} hålls isär från ett nummer som den bär: {conflict}.",
        "+": "Bedömt som en av {who} {day}: {left} och {right} ({name}): {reason}",
        "-": "Bedömt som olika av {who} {day}: {left} och {right} ({name}): {reason}",
        "?": "{who} kunde inte avgöra {day}: {left} och {right} ({name}): {reason}",
        "merge": "{from_id} gick upp i {to_id} (registrering {registration}, {descriptions} beskrivningar).",
        "split id": "Från {from_id} gick {descriptions} beskrivningar till {to_id} (registrering {registration}).",
        "number_of_conflicting_people": "Signal: numret används av flera som inte går ihop ({observed}){other}.",
        "coordination_number_succeeded": "Signal: samordningsnumret efterträds av ett personnummer{other}.",
        "several_numbers": "Signal: en person med {observed} giltiga nummer{other}.",
        "alike_under_two_numbers": "Signal: {observed} personer med ett namn, födelsedatum och bostad eller telefon men egna giltiga nummer{other}; kanske en.",
        "burst_of_directorships": "Signal: {observed} uppdrag tillträdda från {first_on} till {last_on}{other}.",
        "birth_date": "födelsedatumet motsäger numret",
        "name": "namnet är helt olikt innehavarens",
        "number_of_an_organisation": "numret är en organisations",
        "key_of_many_names": "nyckeln står med många olika namn",
        "key_of_several_numbers": "nyckeln står med flera nummer",
    },
    "en": {
        "why": "Why these are one:",
        "exact_number": "{n} descriptions ({records} rows) bear the same valid number.",
        "exact_account": "{n} descriptions ({records} rows) bear the same account.",
        "wrong_number": "{n} descriptions ({records} rows) bear the same wrong number and the same name.",
        "exact_source_key": "{n} descriptions ({records} rows) have the same key in the same register, and no number or name speaks against it.",
        "same_name": "{n} descriptions ({records} rows) without a number have the same registered name and legal form.",
        "linked": "{n} descriptions ({records} rows) without a number belong here with a probability from {low:.3f}.",
        "judged": "{n} descriptions ({records} rows) belong here because somebody judged so.",
        "alone": "{n} descriptions ({records} rows) have no number and belong to nobody else.",
        "split": "{n} descriptions ({records} rows) bear a number but were judged to be somebody else than who holds it.",
        "pair": "{left} and {right}: probability {probability:.4f} ({levels})",
        "open": "Left open: {left} and {right} ({other}), probability {probability:.4f} ({levels}); a person decides.",
        "names": "{n} of them have a name that is unlike the usual one.",
        "conflict": "{mention} is kept apart from a number that it bears: {conflict}.",
        "+": "Judged to be one by {who} {day}: {left} and {right} ({name}): {reason}",
        "-": "Judged to be two by {who} {day}: {left} and {right} ({name}): {reason}",
        "?": "{who} could not decide {day}: {left} and {right} ({name}): {reason}",
        "merge": "{from_id} became part of {to_id} (registration {registration}, {descriptions} descriptions).",
        "split id": "From {from_id} {descriptions} descriptions went to {to_id} (registration {registration}).",
        "number_of_conflicting_people": "Signal: the number is used by several who do not agree ({observed}){other}.",
        "coordination_number_succeeded": "Signal: the coordination number is succeeded by a personal number{other}.",
        "several_numbers": "Signal: one person with {observed} valid numbers{other}.",
        "alike_under_two_numbers": "Signal: {observed} people of one name, birth date and home or phone, but valid numbers of their own{other}; perhaps one.",
        "burst_of_directorships": "Signal: {observed} posts begun from {first_on} to {last_on}{other}.",
        "birth_date": "the birth date contradicts the number",
        "name": "the name is wholly unlike the holder's",
        "number_of_an_organisation": "the number is an organisation's",
        "key_of_many_names": "the key stands with many unlike names",
        "key_of_several_numbers": "the key stands with several numbers",
    },
}


def identity_told(run: Run, entity_id: str, *, rows: int, language: str) -> Iterator[str]:
    """Sentences on why the records of an entity of the run are one; at most ``rows`` pairs, judgements and open pairs each."""
    words = _WORDS[language]
    mentions = run.mentions(entity_id).to_pylist()
    yield words["why"]
    by_why: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mention in mentions:
        by_why[mention["why"]].append(mention)
    for why, told in by_why.items():
        records, low = sum(row["records"] for row in told), min(row["probability"] for row in told)
        yield "  " + words[why].format(n=len(told), records=records, low=low)
    ours = {mention["mention_id"] for mention in mentions}
    yield from ("  " + sentence for sentence in _pairs(run, ours, rows, language))
    if unlike := sum(mention["name_note"] is not None for mention in mentions):
        yield "  " + words["names"].format(n=unlike)
    for mention in [mention for mention in mentions if mention["conflict"] is not None][:rows]:
        conflict = words.get(mention["conflict"], mention["conflict"])
        yield "  " + words["conflict"].format(mention=mention["mention_id"], conflict=conflict)
    acts = ledger_of(run.entities.parent.parent).acts()
    yield from ("  " + sentence for sentence in _judged(acts, ours, rows, language))
    yield from ("  " + sentence for sentence in id_history(run, entity_id, language))
    yield from ("  " + sentence for sentence in _signals(run, entity_id, language))


def id_history(run: Run, entity_id: str, language: str) -> Iterator[str]:
    """Every merge and split of ids that an id took part in, oldest first."""
    changes = IdRegistry(run.entities.parent).changes()
    about = pc.or_(pc.equal(changes["from_id"], entity_id), pc.equal(changes["to_id"], entity_id))
    for change in changes.filter(about).to_pylist():
        yield _WORDS[language]["merge" if change["kind"] == "merge" else "split id"].format(**change)


def _pairs(run: Run, ours: set[str], rows: int, language: str) -> Iterator[str]:
    words = _WORDS[language]
    named = pa.array(sorted(ours), pa.string())
    told = pc.field("mention_id_l").isin(named) | pc.field("mention_id_r").isin(named)
    about = pq.read_table(run.entities / "pairs.parquet", filters=told).to_pylist()
    about.sort(key=lambda pair: -pair["probability"])
    linked = [pair for pair in about if pair["decision"] == "linked"]
    for pair in linked[:rows]:
        yield words["pair"].format(**_told(pair, language))
    left_open = [pair for pair in about if pair["decision"] in {"unsure", "rivals"}]
    strangers = {pair[side] for pair in left_open for side in ("mention_id_l", "mention_id_r")} - ours
    entity_of = _entities_of(run, strangers) if left_open else {}
    for pair in left_open[:rows]:
        others = {entity_of[side] for side in (pair["mention_id_l"], pair["mention_id_r"]) if side in entity_of}
        yield words["open"].format(other=", ".join(sorted(others)) or "-", **_told(pair, language))


def _entities_of(run: Run, mention_ids: set[str]) -> dict[str, str]:
    found = pq.read_table(
        run.entities / "mentions.parquet",
        columns=["mention_id", "entity_id"],
        filters=pc.field("mention_id").isin(sorted(mention_ids)),
    )
    return dict(zip(found["mention_id"].to_pylist(), found["entity_id"].to_pylist(), strict=True))


def _told(pair: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "left": pair["mention_id_l"],
        "right": pair["mention_id_r"],
        "probability": pair["probability"],
        "levels": levels_told(pair["levels"], language),
    }


def _judged(acts: dict[str, Act], ours: set[str], rows: int, language: str) -> Iterator[str]:
    """The judgements that name a description of the entity, the latest first; of an act about many pairs the first ones."""
    undone = undone_acts(acts)
    left = rows
    for name, act in reversed(list(acts.items())):
        if name in undone or not act.verdicts:
            continue
        for place, pair in enumerate(zip(act.left, act.right, strict=True)):
            if left and ours & set(pair):
                left -= 1
                reason = act.evidence[place] if len(act.evidence) > 1 else act.evidence[0]
                yield _WORDS[language][Verdict(act.verdicts[place]).value].format(
                    who=act.who, day=act.when[:10], left=pair[0], right=pair[1], name=name, reason=reason
                )


def _signals(run: Run, entity_id: str, language: str) -> Iterator[str]:
    signals = run.graph.table("identity_signals")
    about = pc.or_kleene(pc.equal(signals["entity_id"], entity_id), pc.equal(signals["other_id"], entity_id))
    for signal in signals.filter(about).to_pylist():
        others = [other for other in (signal["entity_id"], signal["other_id"]) if other not in {None, entity_id}]
        yield _WORDS[language][signal["signal"]].format(
            **{**signal, "other": "".join(f" ({other})" for other in others)}
        )
